"""Makes twenty thousand empty files and folders."""

import os

from tools import attempt


def fill():
    for number in range(10_000):
        open(f"file{number}", "w").close()
        os.mkdir(f"folder{number}")


attempt("files", fill)


def double(x):
    return 2 * x
