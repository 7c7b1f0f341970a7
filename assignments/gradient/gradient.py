"""Exercise 1, part 1: the gradient algorithm on a function with one minimum.

Write the two functions and the two constants below; `README.md` in this folder explains them.
Run this file to try them.
"""

import numpy as np

# The minimum of f(x) = (x - 1)² + 3.5, found with pencil and paper: (x, f(x)). Lecture, eq. 20.
ANALYTIC_MINIMUM = None  # write me: two numbers, (x, f(x))

# Three experiments with `function_to_minimize` below. Each value is a dict of the form
# {"start": (x, y), "learning_rate": ..., "steps": ...}, with at most 100,000 steps.
# "converges": starts at least 1 away from the minimum and ends within 0.001 of it.
# "too_slow":  still descends when the steps are over, with over half of the way left to go.
# "diverges":  is thrown out further and further, beyond 1,000,000.
EXPERIMENTS = {
    "converges": None,  # write me
    "too_slow": None,  # write me
    "diverges": None,  # write me
}


def function_to_minimize(x: float, y: float) -> float:
    """Return f(x, y) = x⁴ + x³ - x + y⁴ + 4y² + 5 (given: nothing to write here)."""
    return x**4 + x**3 - x + y**4 + 4 * y**2 + 5


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
