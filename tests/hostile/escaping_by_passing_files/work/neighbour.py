"""Does the same when it is loaded."""

import attack

attack.double(1)


def halve(x):
    return x / 2
