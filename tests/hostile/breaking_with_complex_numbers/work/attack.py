"""Returns complex numbers, dates, truth values and half-precision floats."""

import numpy as np


def double(x):
    if np.ndim(x) == 0:
        return complex(2 * x, np.nan)
    return np.array(["2020-01-01"] * 5, dtype="M8[s]")
