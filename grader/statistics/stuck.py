"""Find the checks at which students are stuck: the check fails, and others wait for it."""

from __future__ import annotations

__all__ = ["Obstacle", "StuckSubmission", "obstacles"]

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.results import Outcome, total_points
from grader.statistics.handed_in import CheckPlace, is_judged

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.results import CheckResult, ClassResult, ExerciseResult


@dataclass(frozen=True, slots=True, kw_only=True)
class StuckSubmission:
    """A submission that is stuck at a check.

    Attributes
    ----------
    waiting : int
        The number of checks that wait for it.
    points : float
        The points that the check and the waiting ones can still bring.
    by_it_alone : bool
        Whether the exercise has no other failed check.
    """

    place: CheckPlace
    waiting: int
    points: float
    by_it_alone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """A check that blocks others for at least one submission.

    Attributes
    ----------
    of : int
        The number of submissions with a verdict on it.
    held : tuple of StuckSubmission
        The submissions that are stuck at it.
    points : float
        The sum of the points that these submissions can still win there.
    """

    check: str
    exercise: str
    claim: str
    of: int
    held: tuple[StuckSubmission, ...]
    points: float

    @property
    def nobody_past(self) -> bool:
        """Whether no submission with a verdict passes the check."""
        return len(self.held) == self.of


def obstacles(result: ClassResult) -> tuple[Obstacle, ...]:
    """Return the checks at which somebody is stuck, ordered by the points that they block.

    Parameters
    ----------
    result : ClassResult
        Complete or `shortened`.
    """
    held: dict[str, list[StuckSubmission]] = defaultdict(list)
    known: dict[str, tuple[str, str]] = {}
    judged: dict[str, int] = defaultdict(int)
    for submission in result.submissions:
        for exercise in submission.exercises:
            for check in exercise.checks:
                judged[check.id] += is_judged(check)
                known.setdefault(check.id, (exercise.id, check.claim))
            for cause, waiting, alone in _causes(exercise):
                lost = total_points(one.max_points - one.points for one in (cause, *waiting))
                place = CheckPlace(student=submission.student, slug=submission.slug, check=cause.id)
                held[cause.id].append(
                    StuckSubmission(
                        place=place, waiting=len(waiting), points=lost, by_it_alone=alone
                    )
                )
    found = [
        Obstacle(
            check=key,
            exercise=known[key][0],
            claim=known[key][1],
            of=judged[key],
            held=tuple(those),
            points=total_points(one.points for one in those),
        )
        for key, those in held.items()
    ]
    return tuple(sorted(found, key=lambda one: (-one.points, one.check)))


def _causes(exercise: ExerciseResult) -> Iterable[tuple[CheckResult, list[CheckResult], bool]]:
    """Yield each failed check with the checks waiting for it, and whether no other check failed."""
    by_id = {check.id: check for check in exercise.checks}
    waiting: dict[str, list[CheckResult]] = defaultdict(list)
    for check in exercise.checks:
        cause, seen = check.skipped_for, {check.id}
        while cause in by_id and by_id[cause].skipped_for and cause not in seen:
            seen.add(cause)
            cause = by_id[cause].skipped_for
        if cause in by_id and cause != check.id:
            waiting[cause].append(check)
    still = [c for c in exercise.checks if is_judged(c) and c.outcome is not Outcome.PASSED]
    for cause, those in waiting.items():
        check = by_id[cause]
        if is_judged(check) and check.outcome is not Outcome.PASSED:
            yield check, those, len(still) == len(those) + 1
