"""Wrong in a way that is known: squares."""


def double(x):
    return x**2
