"""Answers with arrays of negative, huge and nested shapes."""

import time

import numpy as np
from tools import say


def double(x):
    shape = [-1, -8] if np.ndim(x) == 0 else [1 << 62, 0, 1 << 62]
    say({"array": ["<f8", shape, 0]}, b"", buffers=[0])
    time.sleep(10)
