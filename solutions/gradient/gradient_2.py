"""Exercise 1, part 2: the gradient algorithm on a function with three minima.

Write the two functions and the constant below; `README.md` in this folder explains them.
Run this file to try them.
"""
# ruff: noqa: T201

import numpy as np

# Three experiments with `function_to_minimize` below. Each value is a dict of the form
# {"start": (x, y), "learning_rate": ..., "steps": ...}, with at most 100,000 steps.
# "global_minimum": starts at least 1 away from the lowest minimum and ends within 0.1 of it.
# "local_minimum":  the same, for a minimum that is not the lowest.
# "oscillates":     1,000 steps more are still within 100 of the origin, and none is below 0.001.
### BEGIN SOLUTION
### STUB EXPERIMENTS = {
### STUB     "global_minimum": None,  # write me
### STUB     "local_minimum": None,  # write me
### STUB     "oscillates": None,  # write me
### STUB }
EXPERIMENTS = {
    "global_minimum": {"start": (-6.0, -8.0), "learning_rate": 0.01, "steps": 2000},
    "local_minimum": {"start": (9.5, 7.0), "learning_rate": 0.01, "steps": 2000},
    "oscillates": {"start": (9.5, 7.0), "learning_rate": 0.06, "steps": 1000},
}
### END SOLUTION


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
    ### BEGIN SOLUTION
    # The derivative of d exp(-r² / s) is -(2 d / s) exp(-r² / s) times the way from the centre.
    narrow = 2 * 100 / 5 * np.exp(-((x - 11.5) ** 2 + (y - 8.2) ** 2) / 5)
    wide = 2 * 200 / 10 * np.exp(-((x + 9) ** 2 + (y + 11) ** 2) / 10)
    df_dx = 0.2 * x + narrow * (x - 11.5) + wide * (x + 9)
    df_dy = 0.5 + 0.2 * y + narrow * (y - 8.2) + wide * (y + 11)
    return df_dx, df_dy
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

    grid = np.meshgrid(np.linspace(-20, 20, 200), np.linspace(-20, 20, 200))
    plt.contourf(*grid, function_to_minimize(*grid), 30)
    for key, one in EXPERIMENTS.items():
        plt.plot(*gradient_descent(**one).T, ".-", label=key)
    plt.legend()
    plt.show()
    ### END SOLUTION
