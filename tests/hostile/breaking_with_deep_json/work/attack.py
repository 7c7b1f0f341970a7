"""Sends a header of a million opening brackets, and one of objects in objects."""

import time

import numpy as np
from tools import channel, frame


def double(x):
    channel().sendall(frame(b"[" * 1_000_000 if np.ndim(x) else b'{"a":' * 500_000))
    time.sleep(10)
