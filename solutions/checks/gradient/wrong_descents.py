"""Well-known wrong versions of `gradient_descent`, the same for both files of exercise 1.

Each follows the gradient that the submission itself has.
"""

from collections.abc import Callable

import numpy as np

from grader.checks import Wrong, misconceptions
from grader.checks.changed_steps import changed_steps

from .descent import Gradient, path_of
from .landscapes import Point

Lines = np.ndarray
# The usual tolerance of whoever lets a descent end by itself.
SHORT_STEP = 1e-6
WAY = "gradient_descent.way"


def _by(update: Callable[[np.ndarray, np.ndarray, float], np.ndarray]) -> Callable[..., Lines]:
    """Return a descent in which a point, the slopes there and the learning rate lead elsewhere."""

    def descent(start: Point, learning_rate: float, steps: int, gradient: Gradient) -> Lines:
        return path_of(gradient, lambda at, slope: update(at, slope, learning_rate), start, steps)

    return descent


def _with_the_first_slope(
    start: Point, learning_rate: float, steps: int, gradient: Gradient
) -> Lines:
    slope = np.array(gradient(*start))
    return path_of(gradient, lambda here, _: here - learning_rate * slope, start, steps)


def _until_short(right: Lines) -> Lines:
    short = np.flatnonzero(np.abs(np.diff(right, axis=0)).max(axis=1) < SHORT_STEP)
    return right[: short[0] + 2] if short.size else right


def _at_a_pace(pace: Callable[[int], float]) -> Callable[..., Lines]:
    """Return a descent whose learning rate depends on the number of the step."""

    def descent(start: Point, learning_rate: float, steps: int, gradient: Gradient) -> Lines:
        paces = iter([learning_rate * pace(k) for k in range(steps)])
        return path_of(gradient, lambda at, slope: at - next(paces) * slope, start, steps)

    return descent


def _with_momentum(start: Point, learning_rate: float, steps: int, gradient: Gradient) -> Lines:
    kept = np.zeros(2)

    def move(here: np.ndarray, slope: np.ndarray) -> np.ndarray:
        kept[:] = 0.5 * kept + slope
        return here - learning_rate * kept

    return path_of(gradient, move, start, steps)


WAYS = changed_steps(
    WAY,
    "eq. 23",
    "the gradient at the present point alone, x ← x − α ∇f(x)",
    shrinking=_at_a_pace(lambda k: 1 / (1 + 0.1 * k)),
    growing=_at_a_pace(lambda k: 1 + 0.02 * k),
    velocity=_with_momentum,
    steady=_at_a_pace(lambda _: 0.3),
)


OF_GRADIENT_DESCENT = misconceptions(
    "gradient_descent",
    "eq. 23",
    ascent=Wrong(
        _by(lambda here, slope, rate: here + rate * slope),
        "This goes uphill: the gradient points to where f grows, so it has to be subtracted. Look "
        "at the sign in the update.",
    ),
    coordinates_not_paired=Wrong(
        lambda right: right.T,
        "This is the right path, but with all x in one row and all y in another: each row has "
        "to be a point (x, y). `.T` or `np.column_stack` turns it.",
    ),
    every_line_the_same_array=Wrong(
        lambda right: np.broadcast_to(right[-1], right.shape),
        "Every row is the last point: the list holds the same array again and again, and `-=` "
        "changes it in all places. Append a copy, or write `point = point - …`.",
    ),
    gradient_of_the_start=Wrong(
        _with_the_first_slope,
        "Every step uses the gradient at the start. It changes from point to point: compute it "
        "anew inside the loop.",
    ),
    last_point_alone=Wrong(
        lambda right: right[-1],
        "This is the last point alone. All of them are needed, so that the way can be drawn: "
        "collect each in a list, the start too.",
    ),
    learning_rate_ignored=Wrong(
        _by(lambda here, slope, _: here - slope),
        "The learning rate makes no difference here: the whole gradient is subtracted. The step "
        "is α ∇f, with the α that was passed in.",
    ),
    one_coordinate_stays=Wrong(
        _by(lambda here, slope, rate: here - np.array([rate, 0.0]) * slope),
        "Only x moves, y stays where it starts. The gradient has two entries, one a coordinate.",
    ),
    one_step_too_few=Wrong(
        lambda right: right[:-1],
        "The last update is missing: the start is not an update, so `steps` updates and the start "
        "are `steps + 1` rows.",
    ),
    one_step_too_many=Wrong(
        lambda start, learning_rate, steps, gradient: path_of(
            gradient, lambda here, slope: here - learning_rate * slope, start, steps + 1
        ),
        "There is one update too many: the start and `steps` updates are `steps + 1` rows. Look "
        "at the range of the loop.",
    ),
    partials_swapped_in_the_update=Wrong(
        _by(lambda here, slope, rate: here - rate * slope[::-1]),
        "x is moved by ∂f/∂y and y by ∂f/∂x: `gradient` returns ∂f/∂x first.",
    ),
    start_left_out=Wrong(
        lambda right: right[1:],
        "The points are right, but the start is missing: put it in before the loop. After `steps` "
        "updates there are `steps + 1` points.",
    ),
    steps_of_one_length=Wrong(
        _by(lambda here, slope, rate: here - rate * slope / np.linalg.norm(slope)),
        "All steps have the same length: the gradient was divided by its norm. In the lecture's "
        "algorithm steep places give long steps.",
    ),
    stops_early=Wrong(
        _until_short,
        "The descent ends before all steps are made, as where they have become short: make "
        "`steps` updates, however little they change, so that there are `steps + 1` rows.",
    ),
)
