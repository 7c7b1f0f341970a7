"""Right, with a loop and with lists."""


def double(x):
    try:
        return [value + value for value in x]
    except TypeError:
        return x + x
