"""Which checks say something about what a class has understood."""

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
        The name, as handed in.
    slug : str
        The folder of the report.
    check : str
        The check's id.
    """

    student: str
    slug: str
    check: str


def was_handed_in(check: CheckResult) -> bool:
    """Say whether there was something to check: what waits for another check was handed in."""
    return check.outcome is not Outcome.SKIPPED or bool(check.skipped_for)


def is_judged(check: CheckResult) -> bool:
    """Say whether a check tells what was understood.

    An error of ours, what cannot be read and what nobody wrote are no failures.
    """
    if check.outcome is Outcome.SKIPPED:  # asked two million times of a class of 2,000
        return bool(check.skipped_for)
    return check.outcome not in _UNJUDGED
