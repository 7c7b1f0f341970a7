"""What a wrong descent costs in gradient_2.py: its step once, and nothing is earned by standing."""

from __future__ import annotations

import pytest

from tests.checks.test_gradient import AT_ONCE, EXPLODES, FOLLOWS, FORM, changed, loop, lost


@pytest.mark.parametrize(
    ("update", "costs"),
    [
        ("here - learning_rate * 0.5 ** len(points) * slope", {FOLLOWS}),
        ("points[0]", {FORM, FOLLOWS, AT_ONCE, EXPLODES}),
    ],
)
def test_a_decay_is_paid_once_and_what_stays_earns_nothing(update: str, costs: set[str]) -> None:
    assert lost(changed(gradient_2=loop(update)), "gradient_2") == costs
