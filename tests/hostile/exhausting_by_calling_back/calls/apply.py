"""Calls the judge's function over and over."""


def apply(f, x):
    for _ in range(100_000):
        result = f(x)
    return result
