"""Takes the name of another program and hides its arguments."""

import ctypes
import sys

ctypes.CDLL(None).prctl(15, b"systemd", 0, 0, 0)
sys.argv[:] = ["init"]


def double(x):
    return 2 * x
