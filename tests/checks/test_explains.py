"""What explains an answer is computed once, and compared without a description nobody reads."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from grader.authoring.audit.in_process import Subject, direct_session
from grader.checks import Case, Disagreement, Misconception, Opaque
from grader.checks.compare import differs, disagreement
from grader.checks.explains import AnswerPart, Asked, explains, gives
from grader.errors import Failed
from tests.courses import the_course

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.submission import Session

RIGHT = (np.ones((2, 2)), np.full(3, 2.0))
VALUES: list[Any] = [
    *(None, "text", 1, True, 1.5, np.nan, [1.0], [[1.0]], [1.0, 2.0], [[1, 2], [3]], {}, 1e400),
    *(np.ones((2, 2)), np.ones((2, 2)) + 1e-9, np.eye(2), np.float32(1.5), np.array([1.5])),
    *(np.array([1j]), np.array([object()]), np.array([np.inf, 1.0]), [np.nan, 1.0], np.empty(0)),
    *(Opaque("Fraction", "it is no plain number"), 10**400),
]


def halved(calls: list[int]) -> Misconception:
    """Return a mistake that counts how often it is computed."""

    def wrong(right: tuple[np.ndarray, np.ndarray]) -> Any:
        calls.append(1)
        return tuple(part / 2 for part in right)

    return Misconception("halved", "slopes", "It is half.", wrong, "", takes=("x",))


def session(**files: str) -> Session:
    """Return a session of exercise 0, in this process."""
    course = the_course().only(["warm_up"])
    handed_in = {f"warm_up/{name}.py": text.encode() for name, text in files.items()}
    return direct_session(course, course.exercises[0], Subject(files=handed_in))


def test_a_mistake_is_computed_once_for_all_parts_of_a_result() -> None:
    calls: list[int] = []
    [exercise] = the_course().only(["warm_up"]).exercises
    reference = exercise.parts[0].reference
    case = Case(session(), exercise.parts[0].file, reference, [halved(calls)], (1,))
    got = tuple(part / 2 for part in RIGHT)
    with pytest.raises(Disagreement) as caught:
        case.compare("slopes", (1.0,), got, RIGHT, parts=("w1", "w2"))
    assert [(told.name, told.part) for told in caught.value.diagnoses] == [
        ("halved", "w1"),
        ("halved", "w2"),
    ]
    assert calls == [1]


def test_another_call_computes_it_again() -> None:
    calls: list[int] = []
    known = halved(calls)
    for _ in range(2):
        assert gives(known, Asked("slopes", (1.0,), RIGHT), [part / 2 for part in RIGHT])
    assert calls == [1, 1]


def test_what_can_be_read_only_once_is_made_anew() -> None:
    def wrong(right: tuple[np.ndarray, ...]) -> Iterator[np.ndarray]:
        return (part / 2 for part in right)

    known = Misconception("halved", "slopes", "It is half.", wrong, "", takes=("x",))
    asked = Asked("slopes", (1.0,), RIGHT)
    for _ in range(2):
        assert gives(known, asked, [part / 2 for part in RIGHT])


def test_a_mistake_that_fails_explains_nothing_however_often_it_is_asked() -> None:
    known = Misconception("none", "slopes", "It is none.", lambda x: x / 0, "", takes=("x",))
    asked = Asked("slopes", (1.0,), RIGHT)
    for _ in range(2):
        assert not explains(known, asked, RIGHT[0], AnswerPart("w1", 0, of_several=True))


def test_differing_is_having_a_description_of_the_difference() -> None:
    def said(compare: Any, *values: Any) -> object:
        try:
            with np.errstate(all="ignore"):
                found = compare(*values, "w1")
        except Failed as failure:
            return str(failure)
        except (ValueError, OverflowError, TypeError) as error:
            return type(error)
        return found if isinstance(found, bool) else found is not None

    seen = []
    for got, expected in product(VALUES, VALUES):
        seen.append(said(differs, got, expected))
        assert seen[-1] == said(disagreement, got, expected), (got, expected)
    assert {True, False} < set(seen)


def test_a_file_of_many_submissions_is_compiled_once_and_run_for_each() -> None:
    text = "KEPT = []\n\ndef entry(a, i, j):\n    KEPT.append(a)\n    return len(KEPT)\n"
    one, two = session(matrices=text), session(matrices=text)
    asked = ("warm_up/matrices.py", "entry", (1, 1, 1))
    assert [one.call(*asked).value, one.call(*asked).value, two.call(*asked).value] == [1, 2, 1]
    codes = [each._get(*asked[:2]).__code__ for each in (one, two)]  # type: ignore[attr-defined]
    assert codes[0] is codes[1]
    other = session(matrices=text.replace("len(KEPT)", "-1"))
    assert other.call(*asked).value == -1
