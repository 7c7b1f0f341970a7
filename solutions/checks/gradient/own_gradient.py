"""The gradient that a submission has, or the right one where that does not work."""

import contextlib
import functools
from collections.abc import Callable, Iterable
from typing import Any, Concatenate, ParamSpec, Self

import numpy as np

from grader.checks import Case, as_array, as_parts
from grader.errors import Failed, SubmissionError

from .landscapes import Landscape, Point

P = ParamSpec("P")
Judge = Callable[Concatenate[Case, Landscape, P], None]
PARTS = ("∂f/∂x", "∂f/∂y")


class OwnGradient:
    """The submission's `gradient`, or the right one where that one does not work."""

    def __init__(self, case: Case, land: Landscape, start: Point) -> None:
        self._case = case
        self._land = land
        self._known: dict[Point, Point] = {}
        self.trouble = ""
        self.error: SubmissionError | None = None
        try:
            slopes = np.array(self(*start))
            if not np.isfinite(slopes).all() or not slopes.any():
                self.trouble = f"at ({start[0]:.3g}, {start[1]:.3g}) it is {place_of(slopes)}"
        except SubmissionError as error:
            self.trouble, self.error = error.message, error
        if self.trouble:
            self._known.clear()
        elif np.allclose(slopes, land.gradient(*start), rtol=1e-9):
            self.recorded_as = "the right gradient"  # known mistakes on it are in a kit, too

    def __call__(self, x: float, y: float) -> Point:
        """Return both partial derivatives as floats; each point is asked for once."""
        if (x, y) not in self._known:
            self._known[x, y] = self._ask(x, y)
        return self._known[x, y]

    def ask_ahead(self, points: Iterable[Point]) -> None:
        """Ask for several points at once. Where one fails, each is asked for by itself, later."""
        new = [point for point in dict.fromkeys(points) if point not in self._known]
        if self.trouble or not new:
            return
        with contextlib.suppress(SubmissionError):
            calls = [(np.float64(x), np.float64(y)) for x, y in new]
            came = self._case.student.calls("gradient", *calls)
            self._known.update(zip(new, map(_slopes, came), strict=True))

    def __deepcopy__(self, memo: object) -> Self:
        """Return itself: known mistakes get copies of all arguments, and this one is no data."""
        return self

    def _ask(self, x: float, y: float) -> Point:
        if self.trouble:
            return self._land.gradient(x, y)
        # Python's own floats would raise OverflowError on a path that explodes.
        return _slopes(self._case.student.gradient(np.float64(x), np.float64(y)))

    @property
    def whose(self) -> str:
        """Say in a message whose gradient was followed."""
        if self.trouble:
            return f"the right gradient, since your own cannot be used ({self.trouble.rstrip('.')})"
        return "your own `gradient`"


def _slopes(came: Any) -> Point:
    slopes = [
        as_array(v, f"`{n}`") for v, n in zip(as_parts(came, PARTS, "gradient"), PARTS, strict=True)
    ]
    if any(slope.size != 1 for slope in slopes):
        raise Failed("`gradient` has to return two numbers.")
    slope_x, slope_y = (float(slope.item()) for slope in slopes)
    return slope_x, slope_y


def apart_from_the_gradient(judge: Judge[P]) -> Judge[P]:
    """Judge a descent on the submission's own gradient, or else on the right one."""

    @functools.wraps(judge)
    def apart(case: Case, land: Landscape, /, *given: P.args, **named: P.kwargs) -> None:
        case.apart_from(lambda one: judge(one, land, *given, **named), gradient=land.gradient)

    return apart


def place_of(point: Any) -> str:
    """Return a point, or a gradient, for a message."""
    return f"({point[0]:.3g}, {point[1]:.3g})"
