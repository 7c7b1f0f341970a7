"""Answers with arrays of objects, by their addresses, and of a type that takes long to read."""

import time

import numpy as np
from tools import say


def double(x):
    kind = "|O" if np.ndim(x) == 0 else ",".join(["f8"] * 10_000)
    say({"array": [kind, [1], 0]}, b"\x41" * 8, buffers=[8])
    time.sleep(10)
