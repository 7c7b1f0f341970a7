"""Leaves threads behind that compute, print and sleep."""

import threading
import time


def stay():
    until = time.monotonic() + 10
    while time.monotonic() < until:
        time.sleep(0.001)


for _ in range(4):
    threading.Thread(target=stay).start()


def double(x):
    return 2 * x
