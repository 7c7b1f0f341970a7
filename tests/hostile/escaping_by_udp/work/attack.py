"""Sends a datagram to a server of this machine."""

import socket

from hints import UDP_PORT
from tools import attempt


def send():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        return line.sendto(b"answers, please", ("127.0.0.1", UDP_PORT))


attempt("udp", send)


def double(x):
    return 2 * x
