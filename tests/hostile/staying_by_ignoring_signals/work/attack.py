"""Ignores every signal that can be ignored, blocks the others, and never returns."""

import signal
import time


def double(x):
    for number in range(1, 65):
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))
    while True:
        try:
            time.sleep(100)
        except BaseException:
            pass
