"""Well-known wrong versions of `gradient_descent`, the same for both files of exercise 1.

Each takes, beside the function's own arguments, the gradient that the submission itself follows.
"""

from collections.abc import Callable

import numpy as np

from grader.checks import misconception

Gradient = Callable[[float, float], tuple[float, float]]
# The usual tolerance of whoever lets a descent end by itself.
SHORT_STEP = 1e-6
Update = Callable[[np.ndarray, np.ndarray], np.ndarray]


def _path(start: tuple[float, float], steps: int, gradient: Gradient, update: Update) -> np.ndarray:
    points = [np.array(start, dtype=float)]
    for _ in range(steps):
        here = points[-1]
        # numpy's numbers, not Python's: these overflow to inf and raise nothing
        points.append(update(here, np.array(gradient(*here))))
    return np.array(points)


def _right(start: tuple[float, float], rate: float, steps: int, gradient: Gradient) -> np.ndarray:
    return _path(start, steps, gradient, lambda here, slope: here - rate * slope)


@misconception(of="gradient_descent", lecture="eq. 23")
def ascent(
    start: tuple[float, float], learning_rate: float, steps: int, gradient: Gradient
) -> np.ndarray:
    """This goes uphill: the gradient points to where f grows, so it has to be subtracted. Look at
    the sign in the update.
    """
    return _path(start, steps, gradient, lambda here, slope: here + learning_rate * slope)


@misconception(of="gradient_descent", lecture="eq. 23")
def one_coordinate_after_the_other(
    start: tuple[float, float], learning_rate: float, steps: int, gradient: Gradient
) -> np.ndarray:
    """y is updated with a gradient in which x has already moved. Both coordinates have to move from
    the same point: compute both partial derivatives first, then update.
    """

    def update(here: np.ndarray, slope: np.ndarray) -> np.ndarray:
        x = here[0] - learning_rate * slope[0]
        return np.array([x, here[1] - learning_rate * gradient(x, here[1])[1]])

    return _path(start, steps, gradient, update)


@misconception(of="gradient_descent", lecture="eq. 23")
def gradient_of_the_start(
    start: tuple[float, float], learning_rate: float, steps: int, gradient: Gradient
) -> np.ndarray:
    """Every step uses the gradient at the start. It changes from point to point: compute it anew
    inside the loop.
    """
    slope = np.array(gradient(*start))
    return _path(start, steps, gradient, lambda here, _: here - learning_rate * slope)


@misconception(of="gradient_descent", lecture="eq. 23")
def learning_rate_ignored(
    start: tuple[float, float], learning_rate: float, steps: int, gradient: Gradient
) -> np.ndarray:
    """The learning rate makes no difference here: the whole gradient is subtracted. The step is α
    ∇f, with the α that was passed in.
    """
    del learning_rate
    return _path(start, steps, gradient, lambda here, slope: here - slope)


@misconception(of="gradient_descent", lecture="eq. 23")
def steps_of_one_length(
    start: tuple[float, float], learning_rate: float, steps: int, gradient: Gradient
) -> np.ndarray:
    """All steps have the same length: the gradient was divided by its norm. In the lecture's
    algorithm steep places give long steps.
    """

    def update(here: np.ndarray, slope: np.ndarray) -> np.ndarray:
        length: np.ndarray = learning_rate * slope / np.linalg.norm(slope)
        return here - length

    return _path(start, steps, gradient, update)


@misconception(of="gradient_descent", lecture="eq. 23")
def partials_swapped_in_the_update(
    start: tuple[float, float], learning_rate: float, steps: int, gradient: Gradient
) -> np.ndarray:
    """x is moved by ∂f/∂y and y by ∂f/∂x: `gradient` returns ∂f/∂x first."""
    return _path(start, steps, gradient, lambda here, slope: here - learning_rate * slope[::-1])


@misconception(of="gradient_descent", lecture="eq. 23")
def one_coordinate_stays(
    start: tuple[float, float], learning_rate: float, steps: int, gradient: Gradient
) -> np.ndarray:
    """Only x moves, y stays where it starts. The gradient has two entries, one a coordinate."""
    mask = np.array([learning_rate, 0.0])
    return _path(start, steps, gradient, lambda here, slope: here - mask * slope)


@misconception(of="gradient_descent", lecture="eq. 23")
def start_left_out(
    start: tuple[float, float], learning_rate: float, steps: int, gradient: Gradient
) -> np.ndarray:
    """The points are right, but the start is missing: put it in before the loop. After `steps`
    updates there are `steps + 1` points.
    """
    return _right(start, learning_rate, steps, gradient)[1:]


@misconception(of="gradient_descent", lecture="eq. 23")
def last_point_alone(
    start: tuple[float, float], learning_rate: float, steps: int, gradient: Gradient
) -> np.ndarray:
    """This is the last point alone. All of them are asked for, so that the way can be drawn:
    collect each in a list, the start too.
    """
    return _right(start, learning_rate, steps, gradient)[-1]


@misconception(of="gradient_descent", lecture="eq. 23")
def one_step_too_few(
    start: tuple[float, float], learning_rate: float, steps: int, gradient: Gradient
) -> np.ndarray:
    """The last update is missing: the start is not an update, so `steps` updates and the start are
    `steps + 1` lines.
    """
    return _right(start, learning_rate, steps, gradient)[:-1]


@misconception(of="gradient_descent", lecture="eq. 23")
def one_step_too_many(
    start: tuple[float, float], learning_rate: float, steps: int, gradient: Gradient
) -> np.ndarray:
    """There is one update too many: the start and `steps` updates are `steps + 1` lines. Look at
    the range of the loop.
    """
    return _right(start, learning_rate, steps + 1, gradient)


@misconception(of="gradient_descent", lecture="eq. 23")
def coordinates_not_paired(
    start: tuple[float, float], learning_rate: float, steps: int, gradient: Gradient
) -> np.ndarray:
    """This is the right path, but with all x in one line and all y in another: each line has to be
    a point (x, y). `.T` or `np.column_stack` turns it.
    """
    return _right(start, learning_rate, steps, gradient).T


@misconception(of="gradient_descent", lecture="eq. 23")
def every_line_the_same_array(
    start: tuple[float, float], learning_rate: float, steps: int, gradient: Gradient
) -> np.ndarray:
    """Every line is the last point: the list holds the same array again and again, and `-=`
    changes it in all places. Append a copy, or write `point = point - …`.
    """
    path = _right(start, learning_rate, steps, gradient)
    return np.broadcast_to(path[-1], path.shape)


@misconception(of="gradient_descent", lecture="eq. 23")
def stops_early(
    start: tuple[float, float], learning_rate: float, steps: int, gradient: Gradient
) -> np.ndarray:
    """The descent ends before all steps are made, as where they have become short: make `steps`
    updates, however little they change, so that there are `steps + 1` lines.
    """
    path = _right(start, learning_rate, steps, gradient)
    short = np.flatnonzero(np.abs(np.diff(path, axis=0)).max(axis=1) < SHORT_STEP)
    return path[: short[0] + 2] if short.size else path
