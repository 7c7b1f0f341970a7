"""Returns arrays that take no room until somebody copies them."""

import numpy as np


def double(x):
    shape = (10**6, 10**6) if np.ndim(x) == 0 else (1,) * 20 + (10**9,)
    return np.broadcast_to(np.float64(1), shape)
