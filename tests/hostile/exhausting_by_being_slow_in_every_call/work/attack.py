"""Takes in each call a little less time than it may."""

import time


def double(x):
    time.sleep(1.6)
    return 2 * x
