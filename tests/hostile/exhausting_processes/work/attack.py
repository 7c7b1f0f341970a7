"""Forks and forks: two hundred processes that sleep for a moment."""

import os
import time

from tools import attempt


def bomb():
    for _ in range(200):
        if os.fork() == 0:
            time.sleep(2)
            os._exit(0)


attempt("bomb", bomb)


def double(x):
    return 2 * x
