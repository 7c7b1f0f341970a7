"""Who is stuck where: checks that fail, and all that waits behind them."""

from __future__ import annotations

__all__ = ["Held", "Obstacle", "obstacles"]

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.results import Outcome, total_points
from grader.statistics.handed_in import CheckPlace, is_judged

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.results import CheckResult, ClassResult, ExerciseResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A submission that does not get past a check.

    Attributes
    ----------
    waiting : int
        How many checks wait for it.
    points : float
        What can be won behind it and with it.
    by_it_alone : bool
        Whether nothing else of the exercise is open: all of it waits for this one check.
    """

    place: CheckPlace
    waiting: int
    points: float
    by_it_alone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Obstacle:
    """A check for which other checks wait.

    Attributes
    ----------
    of : int
        How many submissions have a verdict on it.
    held : tuple of Held
        Those that do not get past it.
    points : float
        What all of them can win there together.
    """

    check: str
    exercise: str
    claim: str
    of: int
    held: tuple[Held, ...]
    points: float

    @property
    def nobody_past(self) -> bool:
        """True where nobody who handed it in gets past it."""
        return len(self.held) == self.of


def obstacles(result: ClassResult) -> tuple[Obstacle, ...]:
    """Return the checks behind which somebody is stuck, those that hold up most points first.

    Parameters
    ----------
    result : ClassResult
        Whole or `shortened`.
    """
    held: dict[str, list[Held]] = defaultdict(list)
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
                    Held(place=place, waiting=len(waiting), points=lost, by_it_alone=alone)
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
    """Yield the checks for which others wait, those, and whether nothing else is open."""
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
