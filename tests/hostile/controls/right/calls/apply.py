"""Right: calls the function and passes on what it gives."""


def apply(f, x):
    return f(x)
