"""Sends a signal to its group, to the judge's, and to every process there is."""

import os

from hints import JUDGE
from tools import attempt

attempt("own group", lambda: os.kill(0, 0))
attempt("all", lambda: os.kill(-1, 0))
attempt("judge's group", lambda: os.kill(-JUDGE, 0))
attempt("killpg", lambda: os.killpg(os.getpgrp(), 0))


def double(x):
    return 2 * x
