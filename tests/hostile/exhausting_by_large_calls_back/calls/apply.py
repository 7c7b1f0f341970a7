"""Calls the judge's function with megabytes each time, whatever it answers."""

import numpy as np


def apply(f, x):
    while True:
        try:
            f(np.zeros(1 << 20))
        except Exception:
            pass
