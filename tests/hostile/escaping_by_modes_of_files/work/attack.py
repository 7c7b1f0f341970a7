"""Takes away from everybody a file of the user who runs it, or dates it back."""

import os

from hints import MINE
from tools import attempt


def change(action, undo):
    action()
    undo()


attempt("lock", lambda: change(lambda: os.chmod(MINE, 0), lambda: os.chmod(MINE, 0o644)))
attempt("date", lambda: os.utime(MINE, (0, 0)))


def double(x):
    return 2 * x
