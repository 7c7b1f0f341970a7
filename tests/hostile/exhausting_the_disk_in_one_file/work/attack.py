"""Makes one file as large as a disk, full of holes, and one that claims its room at once."""

import os

from tools import attempt


def use(action):
    with open("large", "wb") as file:
        action(file.fileno())


attempt("hole", lambda: use(lambda file: os.truncate(file, 1 << 40)))
attempt("far end", lambda: use(lambda file: os.pwrite(file, b"x", 1 << 40)))
attempt("room", lambda: use(lambda file: os.posix_fallocate(file, 0, 300 << 20)))


def double(x):
    return 2 * x
