"""Reads the salt from its file, and looks for it among the objects of its process."""

import gc

from hints import SALT
from tools import attempt, read

attempt("salt", lambda: read(SALT))
for thing in gc.get_objects():
    for value in list(thing.values()) if type(thing) is dict else ():
        if type(value) is bytes and value.startswith(b"grains of") and value.endswith(b"thorns"):
            print("OBTAINED", value)


def double(x):
    return 2 * x
