"""Answers with dictionaries whose keys all fall into the same place."""

import time

import numpy as np
from tools import say

PRIME = (1 << 61) - 1


def keys(count):
    return {"dict": [[{"int": hex(k * PRIME)}, None] for k in range(1, count + 1)]}


def double(x):
    say(keys(50_000) if np.ndim(x) == 0 else {"list": [keys(900)] * 70})
    time.sleep(10)
