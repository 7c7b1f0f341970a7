"""What a loss looks like: contour lines behind trajectories, and a cut between two minima."""

from __future__ import annotations

__all__ = ["contours", "line_between"]

from typing import TYPE_CHECKING, Any

import numpy as np

from grader.results import Contours, Curves, Level, Series

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

GRID = 121
POINTS_OF_A_LINE = 41


def contours(
    name: str,
    title: str,
    function: Callable[[np.ndarray, np.ndarray], np.ndarray],
    *,
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    levels: Sequence[float],
) -> Contours:
    """Return the contour lines of ``function(x, y)``.

    Parameters
    ----------
    name, title : str
        The name to which trajectories refer, and the text below the picture.
    function : callable
        Takes arrays of shape (n, n) and returns one of the same shape.
    x_range, y_range : (float, float)
        The part of the plane that is shown.
    levels : sequence of float
        The values whose lines are drawn.
    """
    x, y = np.meshgrid(np.linspace(*x_range, GRID), np.linspace(*y_range, GRID))
    import contourpy  # noqa: PLC0415  (a few figures need it, and each start would pay)

    generator = contourpy.contour_generator(x, y, function(x, y), line_type="Separate")
    drawn = [
        Level(value=float(level), lines=tuple(map(_line, generator.lines(level))))
        for level in levels
    ]
    return Contours(name=name, title=title, x_range=x_range, y_range=y_range, levels=tuple(drawn))


def line_between(
    loss: Callable[..., np.ndarray],
    minimum: Sequence[np.ndarray],
    best: Sequence[np.ndarray],
    *,
    lower: str,
) -> Curves:
    """Return the loss along the straight line from a student's minimum to a lower one.

    Parameters
    ----------
    loss : callable
        Takes the matrices of a network, each as a stack (k, rows, columns), and returns k losses.
    minimum, best : sequence of ndarray
        The matrices (rows, columns) at both ends.
    lower : str
        Whose the lower one is, for the sentences: "the judge's best start".
    """
    part = np.linspace(0.0, 1.0, POINTS_OF_A_LINE)
    t = part[:, None, None]
    losses = loss(
        *((1.0 - t) * here + t * there for here, there in zip(minimum, best, strict=True))
    )
    start, end, top = float(losses[0]), float(losses[-1]), float(np.max(losses))
    over = (
        f"On the straight line between them the loss climbs to {top:.4g} before it falls: a ridge "
        "lies between the two, and gradient descent never climbs."
        if top > start
        else "On the straight line between them the loss does not climb: this line leads down, "
        "although the gradient at your minimum does not point along it."
    )
    return Curves(
        title="From your minimum straight to a lower one",
        x_label="part of the way (0: yours, 1: the lower one)",
        y_label="loss",
        series=(
            Series(name="on the line", x=tuple(part.tolist()), y=_positive(losses), role="other"),
            Series(name="your minimum", x=(0.0, 1.0), y=(start,) * 2, role="student"),
        ),
        summary=f"Your minimum has a loss of {start:.4g}, {lower} one of {end:.4g}. {over}",
        log_y=True,
    )


def _positive(losses: np.ndarray) -> tuple[float | None, ...]:
    return tuple(value if value > 0 else None for value in losses.tolist())


def _line(points: Any) -> tuple[tuple[float, float], ...]:
    return tuple((round(float(x), 3), round(float(y), 3)) for x, y in points)
