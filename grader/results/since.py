"""Compare a submission's checks with those of the previous attempt."""

from __future__ import annotations

__all__ = ["Since", "since"]

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from grader.results.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NOT_RUN = (Outcome.SKIPPED, Outcome.UNREADABLE)
# To look up a member of an enumeration takes as long as to compare it.
_OURS = Outcome.GRADER_ERROR
_UNKNOWN = (Outcome.SKIPPED, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """How the checks differ from those of the previous attempt.

    Attributes
    ----------
    graded_at : str
        When that attempt was graded.
    score : float
        The points that it earned for this attempt's checks.
    better, worse : tuple of str
        Ids of checks that have more points now, or fewer.
    new : tuple of str
        Ids of checks that ran for the first time, and did not pass.
    """

    graded_at: str
    score: float
    better: tuple[str, ...] = ()
    worse: tuple[str, ...] = ()
    new: tuple[str, ...] = ()


class Judged(Protocol):
    """A check's result."""

    @property
    def id(self) -> str: ...

    @property
    def outcome(self) -> Outcome: ...

    @property
    def points(self) -> float: ...


def since(
    graded_at: str, before: Mapping[str, tuple[Outcome, float]], checks: Iterable[Judged]
) -> Since:
    """Compare checks with the outcomes and points that they had before.

    A check with a grader error, then or now, is not compared.
    """
    better, worse, new = [], [], []
    score = 0.0
    for check in checks:
        outcome, points = before.get(check.id, _UNKNOWN)
        score += points
        if outcome is _OURS or check.outcome is _OURS:
            continue
        if check.points > points:
            better.append(check.id)
        elif check.points < points:
            worse.append(check.id)
        elif outcome in NOT_RUN and _is_wrong(check.outcome):
            new.append(check.id)
    return Since(
        graded_at=graded_at,
        score=round(score, 6),
        better=tuple(better),
        worse=tuple(worse),
        new=tuple(new),
    )


def _is_wrong(outcome: Outcome) -> bool:
    return outcome not in (Outcome.PASSED, *NOT_RUN)
