"""Starts threads with large stacks, two gigabytes in all."""

import threading
import time

from tools import attempt

threading.stack_size(64 << 20)


def start():
    for _ in range(32):
        threading.Thread(target=time.sleep, args=(0.3,), daemon=True).start()


attempt("stacks", start)
threading.stack_size(0)


def double(x):
    return 2 * x
