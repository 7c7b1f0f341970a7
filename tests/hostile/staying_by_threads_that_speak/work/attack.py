"""Leaves a thread behind that writes into the channel between the answers."""

import threading
import time

from tools import channel

LINE = channel()


def speak():
    for _ in range(1000):
        time.sleep(0.001)
        LINE.sendall(b'{"id": 1}')


def double(x):
    threading.Thread(target=speak, daemon=True).start()
    time.sleep(0.05)
    return 2 * x
