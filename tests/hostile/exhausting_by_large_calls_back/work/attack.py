"""Is not the attack: that is in the other exercise."""


def double(x):
    raise NotImplementedError
