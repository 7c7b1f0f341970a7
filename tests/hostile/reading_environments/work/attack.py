"""Reads the environment and the command line of other processes."""

import os

from hints import JUDGE
from tools import attempt, read

for pid in (1, JUDGE, os.getppid()):
    for name in ("environ", "cmdline"):
        attempt(f"{name} of {pid}", lambda: read(f"/proc/{pid}/{name}"))
attempt("its own", lambda: read("/proc/self/environ"))


def double(x):
    return 2 * x
