# Exercise 1, part 2
import math
import numpy as np

EXPERIMENTS = {
    "global_minimum": {"start": [-10.5, -12.0], "learning_rate": 0.005, "steps": 4000},
    "local_minimum": {"start": [10.0, 7.0], "learning_rate": 0.005, "steps": 4000},
    "oscillates": {"start": [10.6, 7.6], "learning_rate": 0.06, "steps": 1000},
}


def function_to_minimize(x, y):
    bowl = 0.5 * y + 0.1 * (x**2 + y**2)
    narrow_hole = 100 * np.exp(-((x - 11.5) ** 2 + (y - 8.2) ** 2) / 5)
    wide_hole = 200 * np.exp(-((x + 9) ** 2 + (y + 11) ** 2) / 10)
    return bowl - narrow_hole - wide_hole


def square(v):
    return v * v        # inf instead of an OverflowError


def gradient(x, y):
    e1 = math.exp(-(square(x - 11.5) + square(y - 8.2)) / 5)
    e2 = math.exp(-(square(x + 9) + square(y + 11)) / 10)
    dx = 0.2 * x
    dy = 0.5 + 0.2 * y
    if e1 > 0:
        dx += 40 * (x - 11.5) * e1
        dy += 40 * (y - 8.2) * e1
    if e2 > 0:
        dx += 40 * (x + 9) * e2
        dy += 40 * (y + 11) * e2
    return dx, dy


def gradient_descent(start, learning_rate, steps):
    x, y = float(start[0]), float(start[1])
    path = [(x, y)]
    for _ in range(steps):
        (dx, dy) = gradient(x, y)
        x, y = x - learning_rate * dx, y - learning_rate * dy
        path.append((x, y))
    return path
