"""What checks of several exercises share."""

from __future__ import annotations

__all__ = ["leave_their_arguments_alone", "must_raise", "require_an_answer", "same_value"]

import copy
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.checks import Case, Crashed, Disagreement, Failed, Rng, SubmissionError

if TYPE_CHECKING:
    from collections.abc import Sequence

NOT_AN_ANSWER = "Its value has to follow from its arguments: write the function first."


def must_raise(
    case: Case, exception: str, function: str, arguments: Sequence[Any], where: str
) -> None:
    """Call a function where it has no answer; raise `Failed` unless it raises that exception.

    Parameters
    ----------
    exception : str
        Name of the exception's type.
    where : str
        What is wrong with the arguments, as the end of a sentence such as "for the line 0".
    """
    try:
        came = getattr(case.student, function)(*arguments)
    except Crashed as crash:
        if crash.exception == exception:
            return
        if not crash.exception:
            raise
        raise Disagreement(
            f"`{function}` raised another exception {where}.",
            expected=exception,
            got=crash.exception,
            hint=f"`raise {exception}(...)` yourself, before anything else goes wrong.",
        ) from None
    raise Disagreement(
        f"`{function}` returned a value {where}.",
        expected=exception,
        got="a value",
        hint=f"Compare with the shape first, and `raise {exception}(...)` where it does not fit.",
        diagnoses=case.diagnose(function, arguments, came, np.nan),
    )


def require_an_answer(case: Case, function: str, arguments: Sequence[Any], came: Any) -> None:
    """Raise `Failed` where a function gives the same whatever its first argument is, or gives it.

    Such a function answers nothing, and what is said of its answers would be said of nothing. A
    wrong answer is an answer: whether it is right is asked elsewhere.

    Parameters
    ----------
    arguments : sequence
        What it was called with; the first one is an array, a list or a tuple of numbers.
    came
        What it gave.
    """
    if any(same_value(came, argument) for argument in arguments):
        raise Failed(f"`{function}` gives back what it was given.", hint=NOT_AN_ANSWER)
    other = _turned(arguments[0])
    try:
        second = getattr(case.student, function)(other, *arguments[1:])
    except SubmissionError:
        return
    if same_value(came, second):
        raise Failed(f"`{function}` gives the same for other inputs.", hint=NOT_AN_ANSWER)


def _turned(argument: Any) -> Any:
    """Return 0.5 less each number: no symmetry of a known mistake makes this the same again."""
    if isinstance(argument, np.ndarray):
        return 0.5 - argument
    return type(argument)(0.5 - number for number in argument)


def leave_their_arguments_alone(case: Case, *calls: tuple[str, tuple[Any, ...]]) -> None:
    """Call each function; raise `Failed` where an array that it was given is another afterwards.

    A function that does not return at all, or always the same, has lost its points elsewhere, and
    is left out; one of them has to answer something.
    """
    broken: list[SubmissionError] = []
    for function, arguments in calls:
        before = copy.deepcopy(arguments)
        try:
            came, after = case.student.with_arguments(function, *arguments)
        except SubmissionError as error:
            broken.append(error)
            continue
        for place, (was, now) in enumerate(zip(before, after, strict=False)):
            if not isinstance(was, Rng) and not _same(was, now):
                raise Failed(
                    f"`{function}` changes its argument number {place + 1}.",
                    hint="Assigning to elements, `+=` and the like write into the caller's array: "
                    "make a new one, such as by `np.maximum(z, 0)` or `a.copy()`.",
                )
        try:
            require_an_answer(case, function, before, came)
        except Failed as error:
            broken.append(error)
    if len(broken) == len(calls):
        raise broken[0]


def same_value(one: Any, two: Any) -> bool:
    """Say whether two values that came are equal in form and numbers, nan being equal to nan."""
    if isinstance(one, list | tuple) and isinstance(two, list | tuple):
        return len(one) == len(two) and all(map(same_value, one, two))
    try:
        a, b = np.asarray(one), np.asarray(two)
        with_nan = a.dtype.kind in "fc" and b.dtype.kind in "fc"
        return bool(np.array_equal(a, b, equal_nan=with_nan))
    except (ValueError, TypeError, OverflowError, RecursionError):
        return False


def _same(was: Any, now: Any) -> bool:
    try:
        return np.array_equal(np.asarray(was), np.asarray(now))
    except (ValueError, TypeError, OverflowError, RecursionError):  # no array any more
        return False
