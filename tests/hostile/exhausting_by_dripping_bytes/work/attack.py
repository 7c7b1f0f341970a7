"""Sends an answer byte by byte, each well before anybody would lose patience."""

import struct
import time

from tools import channel


def double(x):
    line = channel()
    line.sendall(struct.pack(">II", 100_000, 0))
    while True:
        line.sendall(b" ")
        time.sleep(0.005)
