"""Looks at its own mounts, memory map, control group and open files in /proc."""

import os

from tools import attempt, read

for name in ("mountinfo", "maps", "cgroup", "status"):
    attempt(name, lambda: read(f"/proc/self/{name}"))
attempt("open files", lambda: os.listdir("/proc/self/fd"))


def double(x):
    return 2 * x
