"""Returns lists of hundreds of thousands of texts and of unequal lists."""

import numpy as np


def double(x):
    return ["x" * 5] * 390_000 if np.ndim(x) == 0 else [[1]] * 100_000 + [[1, 2]]
