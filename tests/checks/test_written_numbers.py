"""Numbers in texts: with a decimal point or comma, in groups, rounded; and other numbers."""

from __future__ import annotations

import pytest

from grader.checks.written_numbers import Quantity, is_said

RATE, LOSS, STEP = (
    Quantity("learning rate", 0.00035),
    Quantity("loss", 361.25),
    Quantity("step", 25_000, exact=True),
)


@pytest.mark.parametrize(
    ("quantity", "text"),
    [
        (RATE, "α = 0,00035"), (RATE, "3,5e-4"), (RATE, "3,5E-04."), (RATE, "taux (0,00035)"),
        (RATE, "0.00035"), (RATE, "0,0004"), (LOSS, "perte : 361,25"), (LOSS, "361,3 après"),
        (LOSS, "3,6125e+02"), (STEP, "25,000"), (STEP, "25 000"), (STEP, "25000,0"),
    ],
)  # fmt: skip
def test_a_number_is_said_in_the_notation_of_any_country(quantity: Quantity, text: str) -> None:
    assert is_said(quantity, text)


@pytest.mark.parametrize(
    ("quantity", "text"),
    [
        (RATE, "0,00"), (RATE, "0,0035"), (RATE, "0,0,00035"), (RATE, "35"), (LOSS, "0,36125"),
        (LOSS, "36,125"), (STEP, "25,5"), (STEP, "2,5"),
    ],
)  # fmt: skip
def test_another_number_is_not(quantity: Quantity, text: str) -> None:
    assert not is_said(quantity, text)
