"""Writes up to three hundred megabytes, in files of one."""

import os

from tools import attempt


def fill():
    for number in range(300):
        with open(f"{number}", "wb") as file:
            file.write(os.urandom(1 << 20))


attempt("disk", fill)


def double(x):
    return 2 * x
