"""Announces frames of gigabytes."""

import struct
import time

import numpy as np
from tools import channel


def double(x):
    sizes = (0xFFFF_FFFF, 0xFFFF_FFFF) if np.ndim(x) == 0 else (2, 0xFFFF_FFFF)
    channel().sendall(struct.pack(">II", *sizes))
    time.sleep(10)
