"""Connects to a server of this machine by an abstract name, and takes such a name itself."""

import socket

from hints import ABSTRACT, MARK
from tools import attempt


def connect():
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(ABSTRACT)


def listen():
    with socket.socket(socket.AF_UNIX) as line:
        line.bind(f"\0{MARK}-left")


attempt("abstract", connect)
attempt("name", listen)


def double(x):
    return 2 * x
