"""Sends a signal to its parent and to the judge."""

import os

from hints import JUDGE
from tools import attempt

for pid in {os.getppid(), JUDGE} - {0}:
    attempt(f"signal to {pid}", lambda: os.kill(pid, 0))


def double(x):
    return 2 * x
