"""Counts in sentences agree with their nouns and verbs."""

from __future__ import annotations

import numpy as np
import pytest

from grader.checks.compare import as_parts, disagreement
from grader.errors import Failed
from grader.util.wording import be, counted


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 values"),
        (1, "1 value"),
        (1.0, "1 value"),
        (0.5, "0.5 values"),
        (1200, "1,200 values"),
    ],
)
def test_a_noun_agrees_with_its_count(count: float, text: str) -> None:
    assert counted(count, "value") == text


def test_a_count_is_written_the_same_whatever_was_written_before() -> None:
    written = [counted(n, "point") for n in (0.0, -0.0, 0, 1.0, True, -0.0, 0.0)]
    assert written == [
        "0 points", "-0 points", "0 points", "1 point", "1 point", "-0 points", "0 points"
    ]  # fmt: skip


def test_nouns_that_take_no_s_and_verbs() -> None:
    assert [counted(n, "entry", "entries") for n in (1, 2)] == ["1 entry", "2 entries"]
    assert [be(n) for n in (0, 1, 2)] == ["are", "is", "are"]


@pytest.mark.parametrize(
    ("got", "expected", "sentence"),
    [
        ([[0.0]], [[1.0]], "The number in `w` is wrong."),
        (2.0, 1.0, "The value of `w` is wrong."),
        ([1, 2, 3, 4, 5, 0], [1, 2, 3, 4, 5, 6], "1 of the 6 numbers in `w` is wrong."),
        ([1, 2, 3, 4, 0, 0], [1, 2, 3, 4, 5, 6], "2 of the 6 numbers in `w` are wrong."),
        ([0, 0], [1, 2], "Both numbers in `w` are wrong."),
    ],
)
def test_what_is_wrong_is_counted(got: object, expected: object, sentence: str) -> None:
    found = disagreement(np.array(got, dtype=float), np.array(expected, dtype=float), "w")
    assert found is not None
    assert found.message == sentence


def test_one_value_is_one_value() -> None:
    with pytest.raises(Failed, match=r"it returned 1 value\."):
        as_parts([1], ("a", "b"), "f")
