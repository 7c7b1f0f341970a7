"""Makes one file as large as a disk, full of holes, and one that claims its room at once."""

import os

from tools import attempt

FILE = attempt("open", lambda: open("large", "wb"))


def seek():
    FILE.seek(1 << 40)
    FILE.write(b"x")
    FILE.flush()


if FILE:
    print("not yet", end=" ")
    attempt("hole", lambda: os.truncate("large", 1 << 40))
    attempt("seek", seek)
    attempt("room", lambda: os.posix_fallocate(FILE.fileno(), 0, 300 << 20))


def double(x):
    return 2 * x
