"""Makes files in memory, to fill them or to run them."""

import os

from tools import attempt, syscall

attempt("memfd", lambda: os.close(os.memfd_create("code")))
attempt("secret", lambda: syscall("memfd_secret", 0))
attempt("shared memory", lambda: os.close(os.open("/dev/shm", os.O_TMPFILE | os.O_RDWR)))


def double(x):
    return 2 * x
