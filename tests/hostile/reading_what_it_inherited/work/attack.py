"""Counts the files that it was born with and reads from standard input."""

import os

from tools import read

OPEN = []
for number in range(1024):
    try:
        os.fstat(number)
        OPEN.append(number)
    except OSError:
        pass
print("OBTAINED" if len(OPEN) > 4 else "nothing beside", OPEN)
if os.read(0, 100):
    print("OBTAINED something from standard input")


def double(x):
    return 2 * x
