"""A claim that does not hold is judged once more, on another case and the same random inputs."""

from __future__ import annotations

__all__ = ["judged_again"]

from typing import TYPE_CHECKING, Any

from grader.errors import SubmissionError

if TYPE_CHECKING:
    from collections.abc import Callable


def judged_again(case: Any, judge: Callable[[Any], object], other_case: Callable[[], Any]) -> bool:
    """Judge a claim; if it does not hold, judge it on another case. Return whether that was needed.

    Parameters
    ----------
    case : Case
    judge : callable
        Takes a `Case`; raises `SubmissionError` if the claim does not hold.
    other_case : callable
        Returns the other case, or None if there is none.

    Raises
    ------
    SubmissionError
        The error of the first case, if the claim holds on neither.
    """
    state = case.rng.bit_generator.state  # a new dict each time
    try:
        judge(case)
    except SubmissionError as error:
        first = error
    else:
        return False
    other = other_case()
    if other is None:
        raise first
    case.rng.bit_generator.state = state
    try:
        judge(other)
    except SubmissionError:
        raise first from None
    case.evidence, case.for_instructor = other.evidence, other.for_instructor
    return True
