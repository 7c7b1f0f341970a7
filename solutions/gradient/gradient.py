"""Exercise 1, part 1: the gradient algorithm on a function with one minimum.

Write the two functions and the two constants below; `README.md` in this folder explains them.
Run this file to try them.
"""
# ruff: noqa: T201

import numpy as np

# The minimum of f(x) = (x - 1)² + 3.5, found with pencil and paper: (x, f(x)). Lecture, eq. 20.
### BEGIN SOLUTION
### STUB ANALYTIC_MINIMUM = None  # write me: two numbers, (x, f(x))
ANALYTIC_MINIMUM = (1.0, 3.5)
### END SOLUTION

# Three experiments with `function_to_minimize` below. Each value is a dict of the form
# {"start": (x, y), "learning_rate": ..., "steps": ...}, with at most 100,000 steps.
# "converges": starts at least 1 away from the minimum and ends within 0.001 of it.
# "too_slow":  still descends when the steps are over, with over half of the way left to go.
# "diverges":  is thrown out further and further, beyond 1,000,000.
### BEGIN SOLUTION
### STUB EXPERIMENTS = {
### STUB     "converges": None,  # write me
### STUB     "too_slow": None,  # write me
### STUB     "diverges": None,  # write me
### STUB }
EXPERIMENTS = {
    "converges": {"start": (2.0, -1.5), "learning_rate": 0.02, "steps": 1000},
    "too_slow": {"start": (2.0, -1.5), "learning_rate": 1e-5, "steps": 1000},
    "diverges": {"start": (2.0, -1.5), "learning_rate": 0.5, "steps": 100},
}
### END SOLUTION


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
    ### BEGIN SOLUTION
    return 4 * x**3 + 3 * x**2 - 1, 4 * y**3 + 8 * y
    ### END SOLUTION


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
    ### BEGIN SOLUTION
    trajectory = np.empty((steps + 1, 2))
    trajectory[0] = start
    with np.errstate(over="ignore", invalid="ignore"):
        for step in range(steps):
            x, y = trajectory[step]
            slope_x, slope_y = gradient(x, y)
            trajectory[step + 1] = x - learning_rate * slope_x, y - learning_rate * slope_y
    return trajectory
    ### END SOLUTION


if __name__ == "__main__":
    print("gradient at (1, 2) =", gradient(1.0, 2.0))
    for name, experiment in EXPERIMENTS.items():
        if experiment is not None:
            last = gradient_descent(**experiment)[-1]
            print(f"{name}: ends at {last}, where f is {function_to_minimize(*last)}")
    ### BEGIN SOLUTION
    ### STUB
    import matplotlib.pyplot as plt

    for name in ("converges", "too_slow"):
        plt.plot(*gradient_descent(**EXPERIMENTS[name]).T, ".-", label=name)
    plt.legend()
    plt.show()
    ### END SOLUTION
