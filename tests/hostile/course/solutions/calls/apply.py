"""The reference of `apply`."""


def apply(f, x):
    """Return f(x)."""
    return f(x)
