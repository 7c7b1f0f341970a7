"""Submissions from outside: right ones lose nothing, and one mistake costs its own checks."""

from __future__ import annotations

import pytest

from tests.test_audit_verdicts import AUDIT, done

RIGHT = [one["name"] for one in AUDIT.outside("right")]
WRONG = [one["name"] for one in AUDIT.outside("wrong")]


def test_there_are_enough_and_none_has_two_meanings() -> None:
    assert len(set(RIGHT)) == len(RIGHT) >= 120
    assert len(set(WRONG)) == len(WRONG) >= 240


@pytest.mark.sampled(21)
@pytest.mark.parametrize("number", range(len(RIGHT)), ids=RIGHT)
def test_a_right_answer_in_another_style_loses_nothing(number: int) -> None:
    assert done("right", AUDIT.outside("right")[number]["exercise"], number, 1) == []


@pytest.mark.sampled(36)
@pytest.mark.parametrize("number", range(len(WRONG)), ids=WRONG)
def test_one_mistake_costs_its_own_checks_and_is_told(number: int) -> None:
    assert done("wrong", AUDIT.outside("wrong")[number]["exercise"], number, 1) == []
