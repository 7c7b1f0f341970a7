"""Facts about wrong numbers: told where they hold for many, and not where chance gives them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from grader.checks.explains import AnswerPart, Asked, explains
from grader.checks.value_relations import related_values

RIGHT = np.array([[1.25, -2.5, 3.75], [-4.5, 5.25, 6.5]])
TOLD = {
    "factor_wrong": (RIGHT / 3, RIGHT),
    "sign_wrong": (-RIGHT, RIGHT),
    "shifted": (RIGHT + 1, RIGHT),
    "decimals_lost": (RIGHT.astype(int), RIGHT),
    "rounded": (np.round(RIGHT, 1), RIGHT),
    "cut_off": (np.clip(RIGHT, -3, 3), RIGHT),
    "signs_lost": (np.abs(RIGHT), RIGHT),
    "sum_goes_on": (np.cumsum(RIGHT).reshape(2, 3), RIGHT),
    "last_row_everywhere": (np.tile(RIGHT[-1], (2, 1)), RIGHT),
    "first_row_alone": (np.vstack([RIGHT[:1], np.zeros((1, 3))]), RIGHT),
    "result_transposed": (RIGHT.T, RIGHT),
    "sum_missing": (RIGHT[0], RIGHT[0].sum()),
}
NOT_TOLD = {
    "one number, off by an odd factor": (0.3, 1.0),
    "nearly the right factor": (0.998 * RIGHT, RIGHT),
    "zeros": (np.zeros((2, 3)), RIGHT),
    "one number, nearly too large": (np.full((2, 3), 1e308), RIGHT),
    "numbers whose products are too large": (1e300 * np.abs(RIGHT), 1e300 * RIGHT**3),
    "a step": (np.where(RIGHT > 0, 1.0, 0.0), RIGHT),
    "a sum by itself among zeros": (np.array([0.0, 0.0, 2.5]), np.array(2.5)),
    "a matrix of one number, and zeros": (np.array([[2.5, 0, 0, 0]]), np.array([[2.5]])),
    "other numbers": (np.sin(np.arange(6.0)).reshape(2, 3), RIGHT),
    "nan": (np.full((2, 3), np.nan), RIGHT),
    "text": ("half", RIGHT),
    "lists of several lengths": ([[1.0], [2.0, 3.0]], RIGHT),
}


@pytest.mark.parametrize("name", TOLD)
def test_a_relation_is_told(name: str) -> None:
    [told] = related_values(*TOLD[name], "grad_w1")
    assert (told.name, told.part) == (name, "grad_w1")


@pytest.mark.parametrize("case", NOT_TOLD)
def test_what_may_be_chance_is_not(case: str) -> None:
    assert related_values(*NOT_TOLD[case]) == ()


@pytest.mark.parametrize(
    ("factor", "words"), [(1 / 3, "1/3 of"), (2.0, "2 times"), (0.4343, "0.4343 times")]
)
def test_the_factor_is_said(factor: float, words: str) -> None:
    [told] = related_values(factor * RIGHT, RIGHT)
    assert f"Every number is {words} the right one" in told.sentence


def test_one_number_is_told_only_a_plain_factor() -> None:
    assert [d.name for d in related_values(2.0, 4.0)] == ["factor_wrong"]
    assert related_values(2.0, 6.0) == ()


@pytest.mark.parametrize(("step", "is_named"), [(0.0, True), (1e-8, True), (4e-5, False)])
def test_what_is_close_to_right_and_wrong_is_neither(step: float, is_named: bool) -> None:
    """After a far too short step the weights are nearly those of no step, and that is not why."""
    start, right = np.ones((2, 2)), np.ones((2, 2)) - 0.02
    known: Any = SimpleNamespace(takes=("w",), answer=lambda arguments, *_: arguments[0])
    asked = Asked("train", (start,), right)
    assert explains(known, asked, start - step, AnswerPart("w1", 0, False)) is is_named
