"""The judge's own descent, in plain floats: 100,000 steps are a fraction of a second."""

import math
from collections.abc import Callable

import numpy as np

from .landscapes import Point

# Beyond this a coordinate can but overflow; its cube is still computed without an error.
HOPELESS = 1e150
Gradient = Callable[[float, float], Point]
Update = Callable[[np.ndarray, np.ndarray], np.ndarray]


def descend(gradient: Gradient, start: Point, rate: float, steps: int) -> list[Point]:
    """Return the start and every further point, by eq. 23; the last one is hopeless where it
    overflows. Where a step moves nothing, no later one does.
    """
    x, y = start
    points = [(x, y)]
    for step in range(steps):
        slope_x, slope_y = gradient(x, y)
        before, (x, y) = (x, y), (x - rate * slope_x, y - rate * slope_y)
        if (x, y) == before:
            return points + (steps - step) * [before]
        points.append((x, y))
        if not (-HOPELESS < x < HOPELESS and -HOPELESS < y < HOPELESS):  # so that nan ends it too
            break
    return points


def path_of(gradient: Gradient, update: Update, start: Point, steps: int) -> np.ndarray:
    """Return the start and every further point by a rule, those too that overflow."""
    points = [np.array(start, dtype=float)]
    for _ in range(steps):
        here = points[-1]
        # numpy's numbers, not Python's: these overflow to inf and raise nothing
        points.append(update(here, np.array(gradient(*here))))
    return np.array(points)


def distance(a: Point, b: Point) -> float:
    """Return how far two points lie apart; inf or nan where one of them has overflowed."""
    return math.hypot(a[0] - b[0], a[1] - b[1])
