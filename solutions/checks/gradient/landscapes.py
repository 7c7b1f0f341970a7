"""The two functions of exercise 1 in plain floats: fast, and they overflow without an error."""

import cmath
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Point = tuple[float, float]
Number = float | complex
STEP = 1e-30


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Landscape:
    """A function to minimise, as the judge computes it."""

    background: str  # the name of its contours
    height: Callable[[float, float], float]
    gradient: Callable[[float, float], Point]
    minima: dict[str, Point]  # every one, the lowest first
    positive: bool  # everywhere, so that it can be drawn over a logarithmic axis

    def height_of_arrays(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Return f at each point of two arrays of the same shape."""
        heights: np.ndarray = np.vectorize(self.height, otypes=[float])(x, y)
        return heights


def _height_2(x: Number, y: Number) -> Number:
    dx, dy, ex, ey = x - 11.5, y - 8.2, x + 9.0, y + 11.0
    narrow = 100.0 * cmath.exp(-(dx * dx + dy * dy) / 5.0)
    wide = 200.0 * cmath.exp(-(ex * ex + ey * ey) / 10.0)
    return 0.5 * y + 0.1 * (x * x + y * y) - narrow - wide


def _landscape(
    background: str, height: Callable[[Number, Number], Number], minima: dict[str, Point]
) -> Landscape:
    """Return a landscape; its slopes are imaginary parts of f, a tiny imaginary step away.

    No two numbers are subtracted, so that they are as exact as a formula's, and no formula stands
    here that students are to find (Squire and Trapp, SIAM Review 40, 1998).
    """

    def slopes(x: float, y: float) -> Point:
        return (height(complex(x, STEP), y).imag / STEP, height(x, complex(y, STEP)).imag / STEP)

    lowest = min(height(*at).real for at in minima.values())
    return Landscape(
        background=background,
        height=lambda x, y: height(x, y).real,
        gradient=slopes,
        minima=minima,
        positive=lowest > 0,
    )


ONE_MINIMUM = _landscape(
    "gradient",
    lambda x, y: x * x * x * x + x * x * x - x + y * y * y * y + 4 * y * y + 5,
    {"minimum": (0.45541004110102845, 0.0)},
)
THREE_MINIMA = _landscape(
    "gradient_2",
    _height_2,
    {
        "global minimum": (-8.955206964566674, -10.9576954665352),
        "narrow hole": (11.44271632118564, 8.146701272755335),
        "bottom of the bowl": (-0.00039836348093532, -2.5003762321759475),
    },
)
