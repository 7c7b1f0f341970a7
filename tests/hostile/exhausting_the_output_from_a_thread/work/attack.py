"""Prints without end from a thread, also while nobody asks."""

import os
import threading
import time

LINES = b"and on and on\n" * 4000


def talk():
    until = time.monotonic() + 20
    while time.monotonic() < until:
        os.write(1, LINES)


threading.Thread(target=talk, daemon=True).start()


def double(x):
    return 2 * x
