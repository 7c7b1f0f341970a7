"""Asks the kernel to signal others whenever something happens to a file."""

import fcntl
import os
import signal

from hints import JUDGE
from tools import attempt

F_SETSIG, F_SETOWN_EX, F_NOTIFY = 10, 15, 1026

attempt("owner", lambda: fcntl.fcntl(1, fcntl.F_SETOWN, JUDGE))
attempt("extended", lambda: fcntl.fcntl(1, F_SETOWN_EX, b"\1\0\0\0\1\0\0\0"))
attempt("signal", lambda: fcntl.fcntl(1, F_SETSIG, signal.SIGUSR1))
attempt("folder", lambda: fcntl.fcntl(os.open(".", os.O_RDONLY), F_NOTIFY, 1))
attempt("lease", lambda: fcntl.fcntl(1, 1024, 0))


def double(x):
    return 2 * x
