"""Raises an exception that was caused by a hundred thousand others, in a ring."""


def double(x):
    first = last = ValueError("the last of many")
    for _ in range(100_000):
        last.__cause__ = last.__context__ = ValueError("one more")
        last = last.__cause__
    last.__cause__ = first
    raise first
