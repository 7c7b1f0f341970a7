"""Forks twice, so that nobody waits for the grandchild, and lets that sleep on."""

import os
import time

from tools import attempt


def fork():
    if os.fork():
        return os.wait()
    os.setsid()
    if os.fork() == 0:
        for number in range(100):
            try:
                os.close(number)
            except OSError:
                pass
        time.sleep(10)
    os._exit(0)


attempt("grandchild", fork)


def double(x):
    return 2 * x
