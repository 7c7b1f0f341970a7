"""Puts links to the files of others into its folder, for whoever removes that."""

import os

from hints import CLASS, MINE

for name, target in (("one", MINE), ("two", os.path.dirname(MINE)), ("three", CLASS)):
    try:
        os.symlink(target, name)
    except OSError as error:
        print("refused", error)


def double(x):
    return 2 * x
