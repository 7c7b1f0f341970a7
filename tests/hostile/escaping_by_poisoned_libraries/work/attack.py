"""Opens for writing what every later runner imports: numpy, the runner, the stubs."""

import os

import numpy
from hints import COURSE, PACKAGE
from tools import attempt

for path in (
    numpy.__file__,
    os.__file__,
    f"{PACKAGE}/runner/serve.py",
    f"{COURSE}/assignments/work/neighbour.py",
    "/stubs/work/neighbour.py",
    "/etc/ld.so.cache",
):
    attempt(path, lambda: os.close(os.open(path, os.O_WRONLY)))
    attempt(f"beside {path}", lambda: os.close(os.open(os.path.dirname(path), os.O_TMPFILE | 2)))


def double(x):
    return 2 * x
