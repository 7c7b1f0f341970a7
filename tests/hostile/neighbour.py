"""The honest file beside an attack, which is to get its point whatever the attack does."""


def halve(x):
    return x / 2
