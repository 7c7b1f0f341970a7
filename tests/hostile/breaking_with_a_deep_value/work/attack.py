"""Answers with a list in a list in a list, by hand, and returns one that contains itself."""

import time

import numpy as np
from tools import say


def double(x):
    deep = value = []
    for _ in range(200):
        value = {"list": [value]}
    if np.ndim(x) == 0:
        say(value)
        time.sleep(10)
    deep.append(deep)
    return deep
