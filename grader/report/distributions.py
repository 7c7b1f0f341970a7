"""The distribution of points in each exercise."""

from __future__ import annotations

__all__ = ["Distribution", "distributions_of"]

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from grader.report.figures import draw_spread
from grader.report.text import anchor, line, points
from grader.results import State
from grader.statistics import was_handed_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from grader.results import ExerciseInfo, Reckoning, SubmissionResult

BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """The points of those who handed an exercise in.

    Attributes
    ----------
    counts : tuple of int
        How many reached which tenth of the points, from the lowest; full marks are in the last.
    said : str
        The same in words, for those who do not see the bars.
    lower, median, upper, mean : str
        Quartiles and mean of the points.
    order : str
        What the column of medians is sorted by: a share.
    """

    anchor: str
    number: str
    title: str
    n: int
    of: int
    most: str
    counts: tuple[int, ...]
    bars: Markup
    said: str
    lower: str = "–"
    median: str = "–"
    upper: str = "–"
    mean: str = "–"
    order: str = "-1"


def distributions_of(
    submissions: Sequence[SubmissionResult],
    reckoned: Sequence[Reckoning],
    infos: Sequence[ExerciseInfo],
) -> tuple[Distribution, ...]:
    """Return the distributions in the course's order; exercises without hand-ins are left out.

    Parameters
    ----------
    submissions, reckoned : sequences
        The class, and what each submission comes to.
    infos : sequence of ExerciseInfo
        The exercises of the course.
    """
    reached: dict[str, list[float]] = {info.id: [] for info in infos}
    worth = {info.id: info.max_points for info in infos}
    for submission, found in zip(submissions, reckoned, strict=True):
        if submission.state is State.UNREADABLE or found.excused:
            continue
        for exercise, sums in zip(submission.exercises, found.exercises, strict=True):
            is_there = any(map(was_handed_in, exercise.checks)) or sums.points != sums.raw
            if exercise.id in reached and is_there and sums.most and not sums.open:
                reached[exercise.id].append(float(sums.points))
                worth[exercise.id] = float(sums.most)
    return tuple(
        _one(info, reached[info.id], worth[info.id], len(submissions))
        for info in infos
        if worth[info.id]
    )


def _one(info: ExerciseInfo, reached: Sequence[float], most: float, of: int) -> Distribution:
    counts, _ = np.histogram(np.clip(reached, 0.0, most), bins=BINS, range=(0.0, most))
    tally = tuple(int(count) for count in counts)
    steps = [most * step / BINS for step in range(BINS + 1)]
    said = "; ".join(
        f"{count} from {points(low)} to {points(high)}"
        for count, low, high in zip(tally, steps, steps[1:], strict=False)
        if count
    )
    known = {}
    if reached:
        lower, median, upper = (float(q) for q in np.quantile(reached, [0.25, 0.5, 0.75]))
        known = {
            "lower": points(lower), "median": points(median), "upper": points(upper),
            "mean": points(statistics.fmean(reached)), "order": f"{median / most:.4f}",
        }  # fmt: skip
    return Distribution(
        anchor=anchor("exercise", info.id),
        number=line(info.number, 12),
        title=line(info.title),
        n=len(reached),
        of=of,
        most=points(most),
        counts=tally,
        bars=draw_spread(tally),
        said=said or "nobody",
        **known,
    )
