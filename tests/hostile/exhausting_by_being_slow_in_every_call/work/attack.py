"""Takes in each call a little less time than it may."""

import time


def double(x):
    time.sleep(0.45)
    return 2 * x
