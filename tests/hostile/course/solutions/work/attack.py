"""The reference of `double`, and a secret that nobody may ever see."""

SECRET = "words of the reference: seven silver spoons"


def double(x):
    """Return twice x."""
    return 2 * x
