"""Raises an exception that takes for ever to say what it is."""

import time


class Slow(Exception):
    def __str__(self):
        time.sleep(1000)


def double(x):
    raise Slow
