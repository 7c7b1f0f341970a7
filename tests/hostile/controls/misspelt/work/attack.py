"""Right for numbers, and a misspelt name for arrays."""

import numpy as np


def double(x):
    if np.ndim(x):
        return nump.multiply(2, x)
    return 2 * x
