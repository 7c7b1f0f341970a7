"""What a function means by True and False, and what it means by 0, 1 and None."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from grader.checks.flags import flags_meant
from grader.errors import Failed


class Case:
    """A case whose student answers by a table."""

    def __init__(self, answers: dict[int, Any]) -> None:
        self.notes: list[str] = []
        self.note = self.notes.append
        self.student = SimpleNamespace(
            calls=lambda _name, *asked: [answers[one] for (one,) in asked]
        )


def meant(*answers: Any, otherwise: Any = True) -> tuple[list[bool], list[str]]:
    case: Any = Case({**dict(enumerate(answers)), -1: otherwise})
    return flags_meant(case, "`is_it(number)`", range(len(answers)), [-1]), case.notes


def test_flags_are_what_they_are_and_nothing_is_noted() -> None:
    said = True, False, np.True_, np.array(False), np.array([True])
    assert meant(*said) == ([True, False, True, False, True], [])


@pytest.mark.parametrize(
    ("yes", "no"),
    [(1, 0), (1.0, 0.0), (True, None), (np.int64(1), np.int64(0)), (np.array([1]), 0), (1, None)],
)
def test_what_python_takes_for_true_and_false_is_meant_so_and_noted(yes: Any, no: Any) -> None:
    said, notes = meant(yes, no, yes)
    assert said == [True, False, True]
    assert len(notes) >= 1
    assert "`is_it` has to return True or False" in notes[0]


def test_none_alone_is_an_answer_only_where_there_is_another_one() -> None:
    assert meant(None, None)[0] == [False, False]
    with pytest.raises(Failed, match="is None"):
        meant(None, None, otherwise=None)


@pytest.mark.parametrize("other", [2, -1, 0.5, "True", "no", [True], {}, np.nan, 1j, np.ones(2)])
def test_anything_else_is_no_answer(other: Any) -> None:
    with pytest.raises(Failed):
        meant(True, other)
