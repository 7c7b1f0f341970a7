"""Connects to a server of this machine by a path."""

import socket

from hints import UNIX
from tools import attempt

LINE = attempt("socket", lambda: socket.socket(socket.AF_UNIX))
if LINE:
    attempt("unix", lambda: LINE.connect(UNIX))


def double(x):
    return 2 * x
