"""Run times of exercises, and the submissions that run unusually long.

References
----------
B. Iglewicz, D. Hoaglin, "How to detect and handle outliers", 1993: a value is an outlier if
0.6745 times its distance from the median, divided by the median absolute deviation, exceeds 3.5.
"""

from __future__ import annotations

__all__ = ["LEAST_FOR_PERCENTILE", "LEAST_FOR_TIMES", "RunTimes", "Slow", "run_times"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from grader.statistics.handed_in import is_judged

if TYPE_CHECKING:
    from grader.results import ClassResult, ExerciseResult, Usage

LEAST_FOR_TIMES = 8
"""With fewer submissions, the deviation is too uncertain to call a time unusual."""
LEAST_FOR_PERCENTILE = 20
"""With fewer submissions, the 95th percentile is the maximum."""
TOO_FAR = 3.5
# Outliers below these limits are too small to matter to anybody.
LEAST_TIMES_MEDIAN = 2.0
LEAST_SECONDS_MORE = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Slow:
    """A submission that runs unusually long.

    Attributes
    ----------
    score : float
        The modified z-score: the scaled distance from the median; above 3.5.
    """

    student: str
    slug: str
    seconds: float
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTimes:
    """The times of one exercise, over the submissions that contain it.

    Attributes
    ----------
    of_processor : bool
        Whether the times are processor seconds, which do not depend on the machine's load;
        otherwise they are elapsed seconds.
    median, percentile_95, longest : float or None
        Seconds; None if there are too few submissions.
    deviation : float or None
        The median absolute deviation from the median.
    slow : tuple of Slow
        The outliers, longest first; empty with fewer than `LEAST_FOR_TIMES` submissions.
    """

    exercise: str
    n: int
    of_processor: bool
    median: float | None
    percentile_95: float | None
    longest: float | None
    deviation: float | None
    slow: tuple[Slow, ...]


def run_times(result: ClassResult) -> tuple[RunTimes, ...]:
    """Return the run times of each exercise that somebody handed in, in the course's order.

    Parameters
    ----------
    result : ClassResult
        Complete or `shortened`; both have the times of exercises.
    """
    ids = [info.id for info in result.course.exercises]
    ids += [exercise.id for one in result.submissions for exercise in one.exercises]
    runs: dict[str, list[tuple[str, str, ExerciseResult]]] = {key: [] for key in ids}
    for one in result.submissions:
        for exercise in one.exercises:
            if _has_run(exercise.usage) and any(map(is_judged, exercise.checks)):
                runs[exercise.id].append((one.student, one.slug, exercise))
    return tuple(_times(key, ran) for key, ran in runs.items() if ran)


def _has_run(usage: Usage) -> bool:
    """Return whether anything ran; elapsed seconds leave out waiting, and so may be 0."""
    return usage.calls > 0 or usage.cpu_seconds is not None or usage.wall_seconds > 0


def _times(key: str, ran: list[tuple[str, str, ExerciseResult]]) -> RunTimes:
    of_processor = all(exercise.usage.cpu_seconds is not None for _, _, exercise in ran)
    seconds = np.array([
        e.usage.wall_seconds if e.usage.cpu_seconds is None or not of_processor
        else e.usage.cpu_seconds
        for _, _, e in ran
    ])  # fmt: skip
    median = float(np.median(seconds))
    deviation = float(np.median(np.abs(seconds - median)))
    slow = []
    if len(ran) >= LEAST_FOR_TIMES and deviation > 0:
        for (student, slug, _), one in zip(ran, seconds.tolist(), strict=True):
            score = 0.6745 * (one - median) / deviation
            is_more = one >= max(LEAST_TIMES_MEDIAN * median, median + LEAST_SECONDS_MORE)
            if score > TOO_FAR and is_more:
                slow.append(Slow(student=student, slug=slug, seconds=one, score=score))
    enough = len(ran) >= LEAST_FOR_PERCENTILE
    return RunTimes(
        exercise=key,
        n=len(ran),
        of_processor=of_processor,
        median=median,
        percentile_95=float(np.percentile(seconds, 95)) if enough else None,
        longest=float(seconds.max()),
        deviation=deviation if len(ran) >= LEAST_FOR_TIMES else None,
        slow=tuple(sorted(slow, key=lambda one: (-one.seconds, one.slug))),
    )
