"""Answers with a million empty buffers, and with one that is used over and over."""

import os

import numpy as np
from tools import say


def double(x):
    if np.ndim(x) == 0:
        say({"list": [{"bytes": k} for k in range(100_000)]}, buffers=[0] * 1_000_000)
    else:
        body = bytes(8 << 20)
        say({"list": [{"list_of_floats": 0}] * 100}, body, buffers=[len(body)])
    os._exit(0)
