"""Reads the reference, which lies where the hint says."""

from hints import COURSE
from tools import attempt, read

attempt("reference", lambda: read(f"{COURSE}/solutions/work/attack.py"))


def double(x):
    return 2 * x
