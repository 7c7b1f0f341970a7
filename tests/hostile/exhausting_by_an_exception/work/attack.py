"""Raises an exception with a message of fifty megabytes and a name of one."""

import numpy as np

Loud = type("Loud" if True else "", (Exception,), {})
Long = type("L" * (1 << 20), (Exception,), {})


def double(x):
    raise Loud("ha" * (25 << 20)) if np.ndim(x) == 0 else Long("ha")
