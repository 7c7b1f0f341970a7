"""Turns address randomisation off for itself, and would be traced or dumped."""

import ctypes

from tools import attempt, syscall

LIBC = ctypes.CDLL(None)


def control(option, value):
    if LIBC.prctl(option, value, 0, 0, 0):
        raise PermissionError
    return option


attempt("personality", lambda: syscall("personality", 0x004_0000))
attempt("dumpable", lambda: control(4, 1))
attempt("outlive the parent", lambda: control(1, 0))
attempt("be traced by all", lambda: control(0x59616D61, -1))
attempt("keep capabilities", lambda: control(8, 1))


def double(x):
    return 2 * x
