"""Exercise 1, part 2: the gradient algorithm on a function with three minima.

Write the two functions and the constant below; `README.md` in this folder explains them.
Run this file to try them.
"""

import numpy as np

# Three experiments with `function_to_minimize` below. Each value is a dict of the form
# {"start": (x, y), "learning_rate": ..., "steps": ...}, with at most 100,000 steps.
# "global_minimum": starts at least 1 away from the lowest minimum and ends within 0.1 of it.
# "local_minimum":  the same, for a minimum that is not the lowest.
# "oscillates":     1,000 steps more are still within 100 of the origin, and none is below 0.001.
EXPERIMENTS = {
    "global_minimum": None,  # write me
    "local_minimum": None,  # write me
    "oscillates": None,  # write me
}


def function_to_minimize(x: float, y: float) -> float:
    """Return the height of a bowl with two holes in it (given: nothing to write here).

    f(x, y) = 0.5 y + 0.1 (x² + y²)
              - 100 exp(-((x - 11.5)² + (y - 8.2)²) / 5)
              - 200 exp(-((x + 9)² + (y + 11)²) / 10)
    """
    bowl = 0.5 * y + 0.1 * (x**2 + y**2)
    narrow_hole = 100 * np.exp(-((x - 11.5) ** 2 + (y - 8.2) ** 2) / 5)
    wide_hole = 200 * np.exp(-((x + 9) ** 2 + (y + 11) ** 2) / 10)
    return bowl - narrow_hole - wide_hole


def gradient(x: float, y: float) -> tuple[float, float]:
    """Return the two partial derivatives of `function_to_minimize`, by formula.

    Parameters
    ----------
    x, y : float
        The point.

    Returns
    -------
    tuple of two float
        ∂f/∂x and ∂f/∂y at the point.

    References
    ----------
    Lecture, eq. 22: ``∇f(x, y) = (∂f/∂x, ∂f/∂y)``.
    """
    raise NotImplementedError("gradient: write me")


def gradient_descent(start: tuple[float, float], learning_rate: float, steps: int) -> np.ndarray:
    """Follow the gradient downhill, and return every point on the way.

    Parameters
    ----------
    start : sequence of two float
        The first point, (x, y).
    learning_rate : float
        α, positive.
    steps : int
        How many updates to make, 0 or more.

    Returns
    -------
    ndarray of shape (steps + 1, 2), dtype float64
        Row 0 is the start, row k the point after k updates. Where the descent overflows, the
        remaining rows are inf or nan: no error is raised.

    References
    ----------
    Lecture, eq. 23: ``x ← x - α ∇f(x)``. Both coordinates move at once, from the same point.
    """
    raise NotImplementedError("gradient_descent: write me")


if __name__ == "__main__":
    print("gradient at (1, 2) =", gradient(1.0, 2.0))
    for name, experiment in EXPERIMENTS.items():
        if experiment is not None:
            last = gradient_descent(**experiment)[-1]
            print(f"{name}: ends at {last}, where f is {function_to_minimize(*last)}")
