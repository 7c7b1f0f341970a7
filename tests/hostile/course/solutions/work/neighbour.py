"""The reference of `halve`."""


def halve(x):
    """Return half of x."""
    return x / 2
