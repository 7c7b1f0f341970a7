"""Contour lines of a function of two variables, for the background of trajectories."""

from __future__ import annotations

__all__ = ["contours"]

from typing import TYPE_CHECKING, Any

import contourpy
import numpy as np

from grader.results import Contours, Level

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

GRID = 121


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
    generator = contourpy.contour_generator(x, y, function(x, y), line_type="Separate")
    drawn = [
        Level(value=float(level), lines=tuple(map(_line, generator.lines(level))))
        for level in levels
    ]
    return Contours(name=name, title=title, x_range=x_range, y_range=y_range, levels=tuple(drawn))


def _line(points: Any) -> tuple[tuple[float, float], ...]:
    return tuple((round(float(x), 3), round(float(y), 3)) for x, y in points)
