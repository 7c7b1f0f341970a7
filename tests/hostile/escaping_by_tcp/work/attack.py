"""Connects to a server of this machine over TCP."""

import socket

from hints import PORT
from tools import attempt

attempt("tcp", lambda: socket.create_connection(("127.0.0.1", PORT), timeout=1).close())


def double(x):
    return 2 * x
