"""Starts a program in a session of its own, out of reach of a signal to the group."""

import subprocess

from tools import attempt

attempt("session", lambda: subprocess.Popen(["/bin/sleep", "10"], start_new_session=True).pid)
attempt("own", lambda: __import__("os").setsid())


def double(x):
    return 2 * x
