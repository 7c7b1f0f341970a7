"""Returns arrays of sixteen and of thirty dimensions, with and without anything in them."""

import numpy as np


def double(x):
    return np.zeros((1,) * 16) if np.ndim(x) == 0 else np.zeros((0,) + (2,) * 20)
