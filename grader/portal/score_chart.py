"""A chart of the points from attempt to attempt, with its numbers as a text."""

from __future__ import annotations

__all__ = ["ScoreChart", "score_chart"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.report.text import plural, points

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.portal.showing import AttemptShown

WIDTH, HEIGHT, MARGIN = 320, 96, 12
LEAST = 2
MOST_SAID = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreChart:
    """The chart's line and dots, and its text.

    Attributes
    ----------
    text : str
        What it shows, in a sentence.
    line : str
        The points of a polyline, in pixels.
    dots : tuple of (float, float)
        Where the attempts are.
    first, last : str
        The attempts at both ends.
    """

    text: str
    line: str
    dots: tuple[tuple[float, float], ...]
    first: str
    last: str
    most: str
    width: int = WIDTH
    height: int = HEIGHT
    margin: int = MARGIN


def score_chart(attempts: Sequence[AttemptShown]) -> ScoreChart | None:
    """Return the chart of attempts, which are given latest first; None for less than two."""
    known = [
        (one.stored.said.attempt, one.points, one.most)
        for one in reversed(attempts)
        if one.points is not None and one.most
    ]
    if len(known) < LEAST:
        return None
    most = max(of for _, _, of in known if of is not None)
    top = float(max(most, *(got for _, got, _ in known if got is not None)))
    wide, high = WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN
    dots = tuple(
        (
            round(MARGIN + wide * number / (len(known) - 1), 1),
            round(MARGIN + high * (1 - float(got or 0) / top), 1),
        )
        for number, (_, got, _) in enumerate(known)
    )
    said = ", ".join(points(float(got or 0)) for _, got, _ in known[-MOST_SAID:])
    many = plural(min(len(known), MOST_SAID), "attempt")
    many = f"The latest {many}" if len(known) > MOST_SAID else many
    return ScoreChart(
        text=f"{many}, out of {points(float(most))}: {said}.",
        line=" ".join(f"{x},{y}" for x, y in dots),
        dots=dots,
        first=str(known[0][0]),
        last=str(known[-1][0]),
        most=points(float(most)),
    )
