"""Says that its buffers have sizes that they cannot have."""

import time

import numpy as np
from tools import say


def double(x):
    say(1, b"1234", buffers=[-4, 8] if np.ndim(x) == 0 else [1, 2])
    time.sleep(10)
