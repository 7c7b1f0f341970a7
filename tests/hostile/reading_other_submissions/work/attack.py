"""Reads what somebody else handed in: in the class, and in the runner beside it."""

import os

from hints import CLASS, SIBLING_ROOT
from tools import attempt, read

attempt("class", lambda: read(f"{CLASS}/right/work/attack.py"))
if not __file__.startswith(SIBLING_ROOT):
    attempt("sibling", lambda: read(f"{SIBLING_ROOT}/work/attack.py"))
    attempt("folders", lambda: os.listdir(f"{SIBLING_ROOT}/../.."))


def double(x):
    return 2 * x
