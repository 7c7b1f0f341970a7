"""Prints fifty megabytes in each call."""

import sys

LINE = "x" * 99 + "\n"


def double(x):
    for _ in range(13):
        sys.stdout.write(LINE * 10_000)
    return 2 * x
