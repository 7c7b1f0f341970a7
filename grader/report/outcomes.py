"""The words, signs and colours for outcomes."""

from __future__ import annotations

__all__ = ["ORDER", "SIGNS", "WORDS", "Badge", "badge", "counts"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.report.text import line
from grader.results import CheckResult, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable

WORDS = {
    Outcome.PASSED: "passed",
    Outcome.FAILED: "not right yet",
    Outcome.CRASHED: "crashed",
    Outcome.OVER_LIMIT: "over a limit",
    Outcome.SKIPPED: "not run",
    Outcome.UNREADABLE: "cannot be graded as it is",
    Outcome.GRADER_ERROR: "our error",
}
ORDER = tuple(WORDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """An outcome in words; `sign` names the icon and the colour, never without the words.

    Attributes
    ----------
    count : int
        How many checks ended so, where the badge stands for several.
    """

    sign: str
    word: str
    count: int = 1


SIGNS = tuple(Badge(sign=outcome.value, word=word) for outcome, word in WORDS.items())
"""The meaning of each sign, for pages that show only signs and counts."""


def badge(check: CheckResult) -> Badge:
    """Return the badge of a check; over a limit, it says which."""
    word = WORDS[check.outcome]
    if check.outcome is Outcome.OVER_LIMIT and check.limit:
        word = f"over the limit: {line(check.limit.replace('_', ' '), 40)}"
    if check.outcome is Outcome.GRADER_ERROR:
        word = "our error (points withheld)"
    return Badge(sign=check.outcome.value, word=word)


def counts(checks: Iterable[CheckResult]) -> tuple[Badge, ...]:
    """Return the number of checks with each outcome, without zeros."""
    tally = dict.fromkeys(ORDER, 0)
    for check in checks:
        tally[check.outcome] += 1
    return tuple(
        Badge(sign=outcome.value, word=WORDS[outcome], count=count)
        for outcome, count in tally.items()
        if count
    )
