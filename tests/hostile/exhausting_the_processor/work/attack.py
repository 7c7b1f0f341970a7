"""Computes for ever, and catches everything that would stop it."""


def double(x):
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue
