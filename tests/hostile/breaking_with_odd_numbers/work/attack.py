"""Returns numbers that are none: with a payload, without an end, with a sign of nothing."""

import struct

import numpy as np


def double(x):
    payload = np.frombuffer(struct.pack("<Q", 0x7FF8_DEAD_BEEF_0001), dtype="f8")
    if np.ndim(x) == 0:
        return payload[0]
    return np.array([payload[0], np.inf, -np.inf, -0.0, 5e-324])
