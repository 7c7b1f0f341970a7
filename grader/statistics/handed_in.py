"""Decide which outcomes of checks count as a verdict on what a student understood."""

from __future__ import annotations

__all__ = ["CheckPlace", "is_judged", "was_handed_in"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.results import Outcome

if TYPE_CHECKING:
    from grader.results import CheckResult

_UNJUDGED = frozenset([Outcome.GRADER_ERROR, Outcome.UNREADABLE])


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckPlace:
    """One check of one submission.

    Attributes
    ----------
    student : str
        The student's name, as in the submission.
    slug : str
        The name of the report's folder.
    check : str
        The check's id.
    """

    student: str
    slug: str
    check: str


def was_handed_in(check: CheckResult) -> bool:
    """Return whether work was handed in for a check; a check that waits for another counts."""
    return check.outcome is not Outcome.SKIPPED or bool(check.skipped_for)


def is_judged(check: CheckResult) -> bool:
    """Return whether the outcome is a verdict on what the student understood.

    A grader error, an unreadable file and missing work are not verdicts.
    """
    if check.outcome is Outcome.SKIPPED:  # called two million times for a class of 2,000
        return bool(check.skipped_for)
    return check.outcome not in _UNJUDGED
