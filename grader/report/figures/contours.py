"""The contours of a function of two variables: drawn once, used by every figure over them."""

from __future__ import annotations

__all__ = ["PlotBox", "contour_lines"]

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from grader.report.figures.svg import Array, path_data, straightened

if TYPE_CHECKING:
    from grader.results import Contours

SHADES = 6
_APART = 1.5
"""Points of a contour that are closer than this, in units of the drawing, are merged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotBox:
    """A view of the plane and the rectangle of the drawing that shows it."""

    x_range: tuple[float, float]
    y_range: tuple[float, float]
    left: float
    top: float
    width: float
    height: float

    def place(self, points: Array) -> Array:
        """Return the positions in the drawing of (n, 2) points of the plane."""
        (x0, x1), (y0, y1) = self.x_range, self.y_range
        across = self.left + (points[:, 0] - x0) / (x1 - x0) * self.width
        up = self.top + (y1 - points[:, 1]) / (y1 - y0) * self.height
        return np.column_stack([across, up])


def _sparse(points: Array) -> Array:
    """Return the polyline without the points that a reader could not tell apart."""
    if len(points) < 3:
        return points
    moved = np.hypot(*np.diff(points, axis=0).T)
    walked = np.floor(np.concatenate([[0.0], np.cumsum(moved)]) / _APART)
    keep = np.concatenate([[True], np.diff(walked) > 0])
    keep[-1] = True
    sparse: Array = points[keep]
    return sparse


@lru_cache(maxsize=32)
def contour_lines(contours: Contours, box: PlotBox) -> str:
    """Return the paths of all levels, one path for each level, from deep to high.

    The result is kept: a class of 300 is drawn over the same few landscapes.
    """
    levels = sorted(contours.levels, key=lambda level: level.value)
    parts = []
    for rank, level in enumerate(levels):
        shade = rank * SHADES // len(levels)
        drawn = []
        for polyline in level.lines:
            points = np.array(polyline, dtype=np.float64)
            if points.ndim == 2 and len(points) > 1 and np.isfinite(points).all():
                drawn.append(path_data(straightened(_sparse(box.place(points)))))
        if drawn:
            parts.append(f'<path class="k{shade}" d="{"".join(drawn)}"/>')
    return "".join(parts)
