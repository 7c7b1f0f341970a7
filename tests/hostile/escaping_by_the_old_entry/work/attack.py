"""Makes a system call under a number, or through an entry, that the filter might not know."""

import ctypes
import os

PR_GET_DUMPABLE = 3
X32 = 0x4000_0000


def double(x):
    if os.uname().machine == "x86_64":
        ctypes.CDLL(None).syscall(ctypes.c_long(X32 | 39))
        print("OBTAINED: the process lives on")
    os.abort()
