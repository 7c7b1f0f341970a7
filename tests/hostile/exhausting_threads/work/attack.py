"""Starts hundreds of threads with small stacks."""

import threading
import time

threading.stack_size(64 << 10)
try:
    for _ in range(400):
        threading.Thread(target=time.sleep, args=(0.3,), daemon=True).start()
    print("started all")
except (RuntimeError, MemoryError) as error:
    print("refused", error)
threading.stack_size(0)


def double(x):
    return 2 * x
