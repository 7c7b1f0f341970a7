"""Passes open files to the judge, hoping that it keeps them."""

import array
import socket

from tools import attempt, channel

FILES = array.array("i", [0, 1, 2] * 20)
RIGHTS = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, FILES)]


def double(x):
    attempt("files", lambda: channel().sendmsg([b"{}"], RIGHTS))
    channel().sendall(b"\xff" * 100)
    return 2 * x
