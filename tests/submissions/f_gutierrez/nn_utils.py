"""Small tools that I use everywhere."""
import numpy as np


def as_batch(x):
    """(d,) -> (1, d)"""
    x = np.asarray(x)
    return x[None, :] if x.ndim == 1 else x


def sse(a, b):
    return float(((np.asarray(a) - np.asarray(b)) ** 2).sum())


def descend(gradient, start, learning_rate, steps):
    """The algorithm itself, the same for both functions."""
    points = [np.array(start, dtype=float)]
    for _ in range(steps):
        points.append(points[-1] - learning_rate * np.array(gradient(*points[-1])))
    return np.stack(points)
