"""Right, in one line; and the homework of somebody else: nine noble needles."""

import numpy as np


def double(x):
    print("doubling", np.shape(x), np.random.rand())
    return 2 * x
