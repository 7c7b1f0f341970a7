"""Sends headers that are lists, texts, nothing, and numbers that are nearly right."""

import time

import numpy as np
from tools import channel, frame


def double(x):
    channel().sendall(frame(b"[1, 2]" if np.ndim(x) == 0 else b'{"id":NaN,"buffers":[]}'))
    time.sleep(10)
