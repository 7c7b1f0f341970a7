"""Returns a hundred megabytes, and a list of millions."""

import numpy as np


def double(x):
    return np.zeros(12 << 20) if np.ndim(x) == 0 else [0] * 5_000_000
