"""
Exercise 1, part 2: the gradient algorithm on a function with three minima.
"""
import numpy as np

EXPERIMENTS = {
    "global_minimum": {"start": (-6.5, -9.0), "learning_rate": 0.02, "steps": 5000},
    # ends in the bottom of the bowl, near (0, -2.5)
    "local_minimum": {"start": (3.0, 3.0), "learning_rate": 0.1, "steps": 1000},
    # the wide hole is deep: at 0.06 it never comes to rest
    "oscillates": {"start": (-9.5, -10.0), "learning_rate": 0.06, "steps": 200},
}


def function_to_minimize(x, y):
    bowl = 0.5 * y + 0.1 * (x**2 + y**2)
    narrow_hole = 100 * np.exp(-((x - 11.5) ** 2 + (y - 8.2) ** 2) / 5)
    wide_hole = 200 * np.exp(-((x + 9) ** 2 + (y + 11) ** 2) / 10)
    return bowl - narrow_hole - wide_hole


def gradient(x, y):
    """Derivative of the bowl, plus derivative of each hole (chain rule)."""
    narrow = 100 * np.exp(-((x - 11.5) ** 2 + (y - 8.2) ** 2) / 5)
    wide = 200 * np.exp(-((x + 9) ** 2 + (y + 11) ** 2) / 10)
    gx = 0.2 * x + narrow * 2 / 5 * (x - 11.5) + wide / 5 * (x + 9)
    gy = 0.5 + 0.2 * y + narrow * 2 / 5 * (y - 8.2) + wide / 5 * (y + 11)
    return gx, gy


def gradient_descent(start, learning_rate, steps):
    position = np.array(start, dtype=np.float64)
    trajectory = [position.copy()]
    for step in range(steps):
        position = position - learning_rate * np.array(gradient(*position))
        trajectory.append(position.copy())
    return np.array(trajectory)
