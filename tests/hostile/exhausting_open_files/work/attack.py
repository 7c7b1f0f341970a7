"""Opens files without closing them."""

import os

from tools import attempt

FILES = []


def fill():
    while len(FILES) < 5000:
        FILES.append(os.open("/dev/null", os.O_RDONLY))


attempt("files", fill)
for number in FILES:
    os.close(number)


def double(x):
    return 2 * x
