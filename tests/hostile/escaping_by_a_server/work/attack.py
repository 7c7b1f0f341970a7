"""Listens on a port, so that somebody outside may come in."""

import socket

from tools import attempt

attempt("server", lambda: socket.create_server(("127.0.0.1", 0)).close())
attempt("ipv6", lambda: socket.socket(socket.AF_INET6, socket.SOCK_STREAM).close())


def double(x):
    return 2 * x
