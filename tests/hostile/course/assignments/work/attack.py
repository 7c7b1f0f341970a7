"""Doubling."""


def double(x):
    """Return twice x, which is a number or an array."""
    raise NotImplementedError("double")
