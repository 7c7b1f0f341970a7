"""Computes for ever under a generous deadline."""


def double(x):
    while True:
        pass
