"""Returns integers of thousands of digits, alone and in a list."""

import numpy as np


def double(x):
    return 10**5000 if np.ndim(x) == 0 else [10**5000, -(10**4000), 10**400, 2**70, 1]
