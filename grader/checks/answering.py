"""Detect functions that do not answer: claims about their answers would hold for nothing."""

from __future__ import annotations

__all__ = [
    "FEWEST_NUMBERS",
    "UNRELATED",
    "number_arrays",
    "related",
    "require_an_answer",
    "require_an_attempt",
    "telling",
]

import copy
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.checks.compare import as_array, same_value
from grader.errors import Failed, SubmissionError
from grader.wire import Opaque

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.checks.case import Case

NOT_AN_ANSWER = "Its value has to follow from its arguments: write the function first."
UNRELATED = "gives numbers that have nothing to do with the exercise"
# Fewer numbers than this go together by chance. Of the known mistakes of a network's functions, all
# but two have a correlation of 1 with what is right in some part; unrelated numbers come to 0.2.
FEWEST_NUMBERS, LEAST_CORRELATION = 24, 0.5
# A few numbers are still related if they are right, or all twice as large.
A_FEW, NEARLY_THE_SAME = 6, 0.98


def require_an_answer(case: Case, function: str, arguments: Sequence[Any], came: Any) -> None:
    """Raise `Failed` if a function returns its first argument, or ignores it.

    Such a function does not answer, and a claim about its answers would be empty. A wrong answer
    is an answer: other checks judge whether it is right.

    Parameters
    ----------
    case : Case
    function : str
    arguments : sequence
        What it was called with. The first one is an array, a list or a tuple of numbers.
    came : object
        What it returned.
    """
    if _is_complex(came):
        raise Failed(f"`{function}` gives complex numbers: it has to return real ones.")
    if (unread := _unread(came)) is not None:
        raise Failed(f"What `{function}` returned cannot be compared: {unread.reason}.")
    if any(same_value(came, argument) for argument in arguments) or _are_given(came, arguments):
        raise Failed(f"`{function}` gives back what it was given.", hint=NOT_AN_ANSWER)
    first = arguments[0]
    # 0.5 minus each number: no symmetry of a known mistake gives the same result for this.
    other = 0.5 - first if isinstance(first, np.ndarray) else type(first)(0.5 - n for n in first)
    try:
        second = getattr(case.student, function)(other, *arguments[1:])
    except SubmissionError:
        return
    if same_value(came, second):
        raise Failed(
            f"`{function}` returned the same result for two different inputs: does it use its "
            "arguments?",
            hint=NOT_AN_ANSWER,
        )


def _unread(value: Any) -> Opaque | None:
    """Return the parts of a nested value that are not plain data."""
    if isinstance(value, list | tuple):
        return next(filter(None, map(_unread, value)), None)
    return value if isinstance(value, Opaque) else None


def _is_complex(value: Any) -> bool:
    """Return whether a nested value contains a complex number."""
    if isinstance(value, list | tuple):
        return any(map(_is_complex, value))
    if isinstance(value, np.ndarray) and value.dtype.kind == "O":
        return any(map(_is_complex, value.ravel()))
    return isinstance(value, complex) or getattr(getattr(value, "dtype", None), "kind", "") == "c"


def related(came: Any, right: Any) -> bool:
    """Return whether numbers are related to the right ones; always True for very few numbers.

    A part of what came goes together with a part of what is right, up to a factor, or to its
    transpose: a wrong version of a function does, and invented numbers do not.
    """
    wanted = [array for array in number_arrays(right) if array.size >= A_FEW]
    if all(array.size < FEWEST_NUMBERS for array in wanted):
        return True
    return any(
        _goes_together(one, other)
        for one in number_arrays(came)
        for part in wanted
        for other in (part, part.T)
    )


def telling(candidate: np.ndarray, right: np.ndarray) -> bool:
    """Say whether a candidate has at least a tenth as many numbers that are not 0 as the right."""
    if not np.isfinite(candidate).all():
        return False
    return bool(10 * np.count_nonzero(candidate) >= np.count_nonzero(right))


def number_arrays(value: Any) -> list[np.ndarray]:
    """Return the parts of a value as arrays of floats, and all their numbers together."""
    parts = value if isinstance(value, list | tuple) else [value]
    found = []
    for part in (*parts, value):
        if _is_complex(part):
            continue  # its imaginary part would be dropped silently
        try:
            found.append(as_array(part, "it").astype(float))
        except Failed:
            continue
    if len(found) > 1 and all(array.size for array in found):
        found.append(np.concatenate([array.ravel() for array in found[: len(parts)]]))
    return found


def _goes_together(one: np.ndarray, other: np.ndarray) -> bool:
    if one.size != other.size:
        return False
    with np.errstate(all="ignore"):
        a, b = one.ravel() - one.mean(), other.ravel() - other.mean()
        least = LEAST_CORRELATION if one.size >= FEWEST_NUMBERS else NEARLY_THE_SAME
        bound = least * np.linalg.norm(a) * np.linalg.norm(b)
        return bool(abs(a @ b) >= bound > 0)


def require_an_attempt(
    case: Case, function: str, arguments: Sequence[Any], came: Sequence[Any]
) -> None:
    """Raise `Failed` if several returned values are unrelated to the right ones.

    Further checks of such a function would judge invented numbers.
    """
    right = getattr(case.reference, function)(*copy.deepcopy(list(arguments)))
    if not (related(came, right) or case.is_a_known_mistake(function, arguments, came, right)):
        raise Failed(f"`{function}` {UNRELATED}.", hint="Write the function first.")


def _are_given(came: Any, arguments: Sequence[Any]) -> bool:
    """Return whether a value is a list or tuple that contains only arrays from the arguments."""
    if not isinstance(came, list | tuple) or not came:
        return False
    arrays = [argument for argument in arguments if np.ndim(argument)]
    return all(any(same_value(part, argument) for argument in arrays) for part in came)
