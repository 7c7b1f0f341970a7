"""Traces the runner beside it, and reads its memory."""

import ctypes

from hints import SIBLING
from tools import attempt, syscall


class Piece(ctypes.Structure):
    _fields_ = [("start", ctypes.c_void_p), ("size", ctypes.c_size_t)]


HERE = ctypes.create_string_buffer(100)
MINE = Piece(ctypes.addressof(HERE), 100)
PTRACE_SEIZE = 0x4206

attempt(
    "read",
    lambda: syscall("process_vm_readv", SIBLING, ctypes.byref(MINE), 1, ctypes.byref(MINE), 1, 0),
)
attempt("compare", lambda: syscall("kcmp", SIBLING, SIBLING, 0, 0, 1))
attempt("trace", lambda: syscall("ptrace", PTRACE_SEIZE, SIBLING, 0, 0))


def double(x):
    return 2 * x
