"""Run times of single checks: which checks make grading slow, and for which submissions."""

from __future__ import annotations

__all__ = ["NOTICEABLE_SECONDS", "CheckTimes", "check_times"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from grader.statistics.handed_in import CheckPlace, is_judged

if TYPE_CHECKING:
    from grader.results import ClassResult, SubmissionResult
NOTICEABLE_SECONDS = 0.1
"""Checks below this for everybody are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckTimes:
    """The elapsed seconds of one check, over the submissions for which it ran.

    Attributes
    ----------
    total : float
        The sum over the class.
    share : float
        The fraction of the seconds of all checks, from 0 to 1.
    longest_of : CheckPlace
        The submission that took `longest`.
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
    """Return the times of the checks, ordered by the class's total time, longest first.

    Checks that took every submission less than `NOTICEABLE_SECONDS` are left out, and so are
    results of an earlier version, which have no times of checks.

    Parameters
    ----------
    result : ClassResult
        Complete or `shortened`; a shortened one has 0 for times below 0.01 s.
    """
    runs: dict[str, list[tuple[float, SubmissionResult, str, str]]] = {}
    for one in result.submissions:
        for exercise in one.exercises:
            for check in filter(is_judged, exercise.checks):
                if not check.skipped_for:
                    about = (check.wall_seconds, one, exercise.id, check.claim)
                    runs.setdefault(check.id, []).append(about)
    whole = sum(seconds for ran in runs.values() for seconds, *_ in ran)
    found = []
    for name, ran in runs.items():
        seconds = np.array([one[0] for one in ran])
        _, slowest, exercise_id, claim = ran[int(seconds.argmax())]
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
                    longest_of=CheckPlace(student=slowest.student, slug=slowest.slug, check=name),
                )
            )
    return tuple(sorted(found, key=lambda one: (-one.total, one.check)))
