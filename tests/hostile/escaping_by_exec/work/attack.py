"""Turns into a shell that prints, in the process's own place."""

import os
import sys

from tools import attempt

attempt("shell", lambda: os.execv("/bin/sh", ["sh", "-c", "echo OBTAINED"]))
attempt("python", lambda: os.execv(sys.executable, [sys.executable, "-c", "print('OBTAINED')"]))
attempt("loader", lambda: os.execv("/lib64/ld-linux-x86-64.so.2", ["ld", "/bin/true"]))


def double(x):
    return 2 * x
