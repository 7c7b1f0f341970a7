"""Closes everything that it has open and goes on living."""

import os
import time


def double(x):
    os.closerange(0, 64)
    time.sleep(10)
