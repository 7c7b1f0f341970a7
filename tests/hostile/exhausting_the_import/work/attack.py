"""Never ends while it is imported."""

import time

time.sleep(1000)


def double(x):
    return 2 * x
