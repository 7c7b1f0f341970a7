"""How long single checks run: which of them make a class slow to grade, and for whom."""

from __future__ import annotations

__all__ = ["NOTICEABLE_SECONDS", "CheckTimes", "check_times"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from grader.statistics.handed_in import CheckPlace, is_judged

if TYPE_CHECKING:
    from grader.results import ClassResult
NOTICEABLE_SECONDS = 0.1
"""What takes everybody less is nobody's concern."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckTimes:
    """The elapsed seconds of one check, of those for whom it was run.

    Attributes
    ----------
    total : float
        Over the class.
    share : float
        Of the seconds of all checks of the class.
    longest_of : CheckPlace
        Whose submission took `longest`.
    """

    exercise: str
    check: str
    claim: str
    n: int
    median: float
    longest: float
    total: float
    share: float
    longest_of: CheckPlace


def check_times(result: ClassResult) -> tuple[CheckTimes, ...]:
    """Return the times of the checks, those that took most of the class's time first.

    Checks that took everybody less than `NOTICEABLE_SECONDS` are left out, and so is every check
    of results of an earlier version, which say nothing of it.

    Parameters
    ----------
    result : ClassResult
        Whole or `shortened`, where what is below a hundredth of a second is 0.
    """
    runs: dict[str, list[tuple[float, CheckPlace, str, str]]] = {}
    for one in result.submissions:
        for exercise in one.exercises:
            for check in filter(is_judged, exercise.checks):
                if not check.skipped_for:
                    place = CheckPlace(student=one.student, slug=one.slug, check=check.id)
                    about = (check.wall_seconds, place, exercise.id, check.claim)
                    runs.setdefault(check.id, []).append(about)
    whole = sum(seconds for ran in runs.values() for seconds, *_ in ran)
    found = []
    for name, ran in runs.items():
        seconds = np.array([one[0] for one in ran])
        _, place, exercise_id, claim = ran[int(seconds.argmax())]
        if seconds.max() >= NOTICEABLE_SECONDS:
            total = float(seconds.sum())
            found.append(
                CheckTimes(
                    exercise=exercise_id,
                    check=name,
                    claim=claim,
                    n=len(ran),
                    median=float(np.median(seconds)),
                    longest=float(seconds.max()),
                    total=total,
                    share=total / whole,
                    longest_of=place,
                )
            )
    return tuple(sorted(found, key=lambda one: (-one.total, one.check)))
