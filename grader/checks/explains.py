"""Find the known mistakes that explain an answer, by comparing their values with it."""

from __future__ import annotations

__all__ = ["AnswerPart", "Asked", "explains", "gives", "own", "recognises", "says"]

import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.checks.common_mistakes import any_finite
from grader.checks.compare import differs
from grader.checks.tolerances import SINGLE
from grader.errors import CourseError
from grader.wire import Rng

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.checks.misconception import Misconception

# How far a result may be from a wrong version: a part of what this differs from the right one by,
# or the rounding of float32.
OF_THE_DIFFERENCE, ROUNDING = 1e-3, 4e-6
# What can be read more than once; a generator cannot.
KEPT = (np.ndarray, np.generic, int, float, list, tuple)


@dataclass(frozen=True, slots=True)
class AnswerPart:
    """One of the values that a function returns, or its only one."""

    name: str
    place: int
    of_several: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """The arguments of a call and the right result: what a wrong version may need.

    Attributes
    ----------
    function : str
    arguments : sequence
    right : object
        The result of a right version, with all its parts.
    functions : mapping
        Other functions of the submission that count as right here, by their names.
    """

    function: str
    arguments: Sequence[Any]
    right: Any = None
    functions: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    _found: dict[int, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def wrongly(self, known: Misconception) -> Any:
        """Return the result of a wrong version; it gets copies, which it may change.

        It is computed once, and compared with each part of a result and with the whole of it.

        Raises
        ------
        CourseError
            If the check passes more arguments than the right function takes.
        """
        if id(known) in self._found:  # a course keeps all its known mistakes
            return self._found[id(known)]
        if known.takes is not None and len(self.arguments) > len(known.takes):
            raise CourseError(
                f"A check hands {len(self.arguments)} arguments of `{self.function}` to its known "
                f"mistakes, and it takes {len(known.takes)}: functions of the file are handed on "
                "by their names, functions={…}."
            )
        with np.errstate(all="ignore"):
            wrong = known.answer(own(self.arguments), copy.deepcopy(self.right), self.functions)
        if isinstance(wrong, KEPT):
            self._found[id(known)] = wrong
        return wrong


def explains(known: Misconception, asked: Asked, got: Any, part: AnswerPart) -> bool:
    """Return whether a wrong version gives the student's result and differs from the right one."""
    try:
        wrong, right = asked.wrongly(known), asked.right
        if part.of_several:
            wrong, right = wrong[part.place], right[part.place]
        return (
            not differs(got, wrong, part.name)
            and _differ(wrong, right)
            and _tells(got, wrong, right)
            and any_finite(got)
        )
    except CourseError:
        raise
    except Exception:  # noqa: BLE001  (a wrong version may fail on inputs that it is not made for)
        return False


def gives(known: Misconception, asked: Asked, values: Sequence[Any]) -> bool:
    """Return whether a wrong version gives all of these values."""
    try:
        pairs = list(zip(values, asked.wrongly(known), strict=True))
        return any(any_finite(got) for got, _ in pairs) and all(
            not differs(got, part, known.name) for got, part in pairs
        )
    except CourseError:
        raise
    except Exception:  # noqa: BLE001  (as in `explains`)
        return False


def says(known: Misconception, asked: Asked, said: Any) -> bool:
    """Return whether a wrong version gives this answer."""
    try:
        return bool(asked.wrongly(known) == said)
    except CourseError:
        raise
    except Exception:  # noqa: BLE001  (as in `explains`)
        return False


def recognises(known: Misconception, seen: Sequence[Any]) -> bool:
    """Return whether a mistake's function recognises it in the data of a check."""
    try:
        with np.errstate(all="ignore"):
            return bool(known.answer(own(seen)))
    except CourseError:
        raise
    except Exception:  # noqa: BLE001  (as in `explains`)
        return False


def own(arguments: Sequence[Any]) -> list[Any]:
    """Return copies of the arguments for a call in the judge, with a generator for each `Rng`."""
    return [a.generator() if isinstance(a, Rng) else copy.deepcopy(a) for a in arguments]


def _differ(wrong: Any, expected: Any) -> bool:
    wrong, expected = np.asarray(wrong, dtype=float), np.asarray(expected, dtype=float)
    if wrong.shape != expected.shape:
        return True
    return not bool(SINGLE.allows(wrong, expected).all())


def _tells(got: Any, wrong: Any, right: Any) -> bool:
    """Say whether a result is nearer to the wrong version than chance would have it.

    Where the right and the wrong version are close to each other, as after one short step, what is
    close to both is neither: it has to miss the wrong one by far less than the two differ.
    """
    arrays = [np.asarray(value, dtype=float) for value in (got, wrong, right)]
    if len({array.shape for array in arrays}) > 1:
        return True
    came, one, other = arrays
    with np.errstate(all="ignore"):
        off, apart = np.abs(came - one), np.abs(one - other)
    if not (np.isfinite(off).all() and np.isfinite(apart).all()):
        return True
    room = ROUNDING * float(np.max(np.abs(one), initial=0.0)) + SINGLE.absolute
    return float(np.max(off)) <= max(OF_THE_DIFFERENCE * float(np.max(apart)), room)
