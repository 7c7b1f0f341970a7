"""Asks for three gigabytes in one piece and uses them."""

import numpy as np


def double(x):
    return np.ones(3 << 27).sum()
