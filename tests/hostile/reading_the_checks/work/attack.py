"""Reads the checks of its own exercise."""

from hints import COURSE
from tools import attempt, read

attempt("checks", lambda: read(f"{COURSE}/solutions/checks/work/check_attack.py"))


def double(x):
    return 2 * x
