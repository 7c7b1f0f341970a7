"""The two functions of exercise 1 in plain floats: fast, and they overflow without an error."""

from __future__ import annotations

__all__ = ["ONE_MINIMUM", "THREE_MINIMA", "Landscape", "Point"]

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Landscape:
    """A function to minimise, as the judge computes it.

    Attributes
    ----------
    background : str
        Name of its contours.
    minima : dict of str to Point
        Every minimum, the lowest first.
    positive : bool
        Whether f is positive everywhere, so that it can be drawn over a logarithmic axis.
    """

    background: str
    height: Callable[[float, float], float]
    gradient: Callable[[float, float], Point]
    minima: dict[str, Point]
    positive: bool

    def height_of_arrays(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Return f at each point of two arrays of the same shape."""
        heights: np.ndarray = np.vectorize(self.height, otypes=[float])(x, y)
        return heights


def _height_1(x: float, y: float) -> float:
    return x * x * x * x + x * x * x - x + y * y * y * y + 4 * y * y + 5


def _gradient_1(x: float, y: float) -> Point:
    return 4 * x * x * x + 3 * x * x - 1, 4 * y * y * y + 8 * y


def _holes(x: float, y: float) -> tuple[float, float, float, float, float, float]:
    """Return how deep the narrow and the wide hole are here, and the ways from their middles."""
    dx, dy, ex, ey = x - 11.5, y - 8.2, x + 9.0, y + 11.0
    narrow = 100.0 * math.exp(-(dx * dx + dy * dy) / 5.0)
    wide = 200.0 * math.exp(-(ex * ex + ey * ey) / 10.0)
    return narrow, wide, dx, dy, ex, ey


def _height_2(x: float, y: float) -> float:
    narrow, wide, *_ = _holes(x, y)
    return 0.5 * y + 0.1 * (x * x + y * y) - narrow - wide


def _gradient_2(x: float, y: float) -> Point:
    narrow, wide, dx, dy, ex, ey = _holes(x, y)
    return (
        0.2 * x + 0.4 * narrow * dx + 0.2 * wide * ex,
        0.5 + 0.2 * y + 0.4 * narrow * dy + 0.2 * wide * ey,
    )


ONE_MINIMUM = Landscape(
    background="gradient",
    height=_height_1,
    gradient=_gradient_1,
    minima={"minimum": (0.45541004110102845, 0.0)},
    positive=True,
)
THREE_MINIMA = Landscape(
    background="gradient_2",
    height=_height_2,
    gradient=_gradient_2,
    minima={
        "global minimum": (-8.955206964566674, -10.9576954665352),
        "narrow hole": (11.44271632118564, 8.146701272755335),
        "bottom of the bowl": (-0.00039836348093532, -2.5003762321759475),
    },
    positive=False,
)
