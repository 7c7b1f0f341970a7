"""What checks of several exercises share."""

from __future__ import annotations

__all__ = ["leave_their_arguments_alone", "must_raise"]

import copy
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.checks import Case, Crashed, Disagreement, Failed, Rng, SubmissionError

if TYPE_CHECKING:
    from collections.abc import Sequence


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


def leave_their_arguments_alone(case: Case, *calls: tuple[str, tuple[Any, ...]]) -> None:
    """Call each function; raise `Failed` where an array that it was given is another afterwards.

    A function that does not return at all has lost its points elsewhere, and is left out.
    """
    broken: list[SubmissionError] = []
    for function, arguments in calls:
        before = copy.deepcopy(arguments)
        try:
            _, after = case.student.with_arguments(function, *arguments)
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
    if len(broken) == len(calls):
        raise broken[0]


def _same(was: Any, now: Any) -> bool:
    try:
        return np.array_equal(np.asarray(was), np.asarray(now))
    except (ValueError, TypeError, OverflowError, RecursionError):  # no array any more
        return False
