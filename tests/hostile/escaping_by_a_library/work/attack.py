"""Copies a library into its own folder, as it would one that it brought, and loads it."""

import ctypes
import shutil

from numpy.random import mtrand
from tools import attempt


def load():
    shutil.copy(mtrand.__file__, "mine.so")
    return ctypes.CDLL("./mine.so")


attempt("library", load)


def double(x):
    return 2 * x
