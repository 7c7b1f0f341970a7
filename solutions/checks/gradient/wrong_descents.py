"""Well-known wrong versions of `gradient_descent`, the same for both files of exercise 1.

Each follows the gradient that the submission itself has.
"""

from typing import Any

import numpy as np

from grader.checks import misconception

from .descent import Gradient, path_of
from .landscapes import Point

Lines = np.ndarray
# The usual tolerance of whoever lets a descent end by itself.
SHORT_STEP = 1e-6


@misconception(of="gradient_descent", lecture="eq. 23")
def ascent(learning_rate: float, gradient: Gradient, **run: Any) -> Lines:
    """This goes uphill: the gradient points to where f grows, so it has to be subtracted. Look at
    the sign in the update.
    """
    return path_of(gradient, lambda here, slope: here + learning_rate * slope, **run)


@misconception(of="gradient_descent", lecture="eq. 23")
def coordinates_not_paired(right: Lines) -> Lines:
    """This is the right path, but with all x in one line and all y in another: each line has to be
    a point (x, y). `.T` or `np.column_stack` turns it.
    """
    return right.T


@misconception(of="gradient_descent", lecture="eq. 23")
def every_line_the_same_array(right: Lines) -> Lines:
    """Every line is the last point: the list holds the same array again and again, and `-=`
    changes it in all places. Append a copy, or write `point = point - …`.
    """
    return np.broadcast_to(right[-1], right.shape)


@misconception(of="gradient_descent", lecture="eq. 23")
def gradient_of_the_start(
    start: Point, learning_rate: float, steps: int, gradient: Gradient
) -> Lines:
    """Every step uses the gradient at the start. It changes from point to point: compute it anew
    inside the loop.
    """
    slope = np.array(gradient(*start))
    return path_of(gradient, lambda here, _: here - learning_rate * slope, start, steps)


@misconception(of="gradient_descent", lecture="eq. 23")
def last_point_alone(right: Lines) -> Lines:
    """This is the last point alone. All of them are asked for, so that the way can be drawn:
    collect each in a list, the start too.
    """
    return right[-1]


@misconception(of="gradient_descent", lecture="eq. 23")
def learning_rate_ignored(start: Point, steps: int, gradient: Gradient) -> Lines:
    """The learning rate makes no difference here: the whole gradient is subtracted. The step is α
    ∇f, with the α that was passed in.
    """
    return path_of(gradient, lambda here, slope: here - slope, start, steps)


@misconception(of="gradient_descent", lecture="eq. 23")
def one_coordinate_stays(learning_rate: float, gradient: Gradient, **run: Any) -> Lines:
    """Only x moves, y stays where it starts. The gradient has two entries, one a coordinate."""
    mask = np.array([learning_rate, 0.0])
    return path_of(gradient, lambda here, slope: here - mask * slope, **run)


@misconception(of="gradient_descent", lecture="eq. 23")
def one_step_too_few(right: Lines) -> Lines:
    """The last update is missing: the start is not an update, so `steps` updates and the start are
    `steps + 1` lines.
    """
    return right[:-1]


@misconception(of="gradient_descent", lecture="eq. 23")
def one_step_too_many(start: Point, learning_rate: float, steps: int, gradient: Gradient) -> Lines:
    """There is one update too many: the start and `steps` updates are `steps + 1` lines. Look at
    the range of the loop.
    """
    return path_of(gradient, lambda here, slope: here - learning_rate * slope, start, steps + 1)


@misconception(of="gradient_descent", lecture="eq. 23")
def partials_swapped_in_the_update(learning_rate: float, gradient: Gradient, **run: Any) -> Lines:
    """x is moved by ∂f/∂y and y by ∂f/∂x: `gradient` returns ∂f/∂x first."""
    return path_of(gradient, lambda here, slope: here - learning_rate * slope[::-1], **run)


@misconception(of="gradient_descent", lecture="eq. 23")
def start_left_out(right: Lines) -> Lines:
    """The points are right, but the start is missing: put it in before the loop. After `steps`
    updates there are `steps + 1` points.
    """
    return right[1:]


@misconception(of="gradient_descent", lecture="eq. 23")
def steps_of_one_length(learning_rate: float, gradient: Gradient, **run: Any) -> Lines:
    """All steps have the same length: the gradient was divided by its norm. In the lecture's
    algorithm steep places give long steps.
    """

    def update(here: np.ndarray, slope: np.ndarray) -> np.ndarray:
        length: np.ndarray = learning_rate * slope / np.linalg.norm(slope)
        return here - length

    return path_of(gradient, update, **run)


@misconception(of="gradient_descent", lecture="eq. 23")
def stops_early(right: Lines) -> Lines:
    """The descent ends before all steps are made, as where they have become short: make `steps`
    updates, however little they change, so that there are `steps + 1` lines.
    """
    short = np.flatnonzero(np.abs(np.diff(right, axis=0)).max(axis=1) < SHORT_STEP)
    return right[: short[0] + 2] if short.size else right
