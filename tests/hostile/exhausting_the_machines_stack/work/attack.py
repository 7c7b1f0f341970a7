"""Calls itself through C code, past the limit of Python, until the machine's stack ends."""

import ctypes
import sys


def double(x):
    sys.setrecursionlimit(1 << 30)
    kind = ctypes.CFUNCTYPE(ctypes.c_int)
    again = kind(lambda: again())
    return again()
