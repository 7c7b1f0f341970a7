"""Sends urgent bytes in front of its answer."""

import socket
import time

from tools import channel


def double(x):
    line = channel()
    for _ in range(3):
        line.send(b"!", socket.MSG_OOB)
    time.sleep(0.1)
    line.sendall(b"\xff" * 8)
    time.sleep(10)
