"""Sends a header with an integer of a million digits."""

import time

from tools import channel, frame


def double(x):
    channel().sendall(frame(b'{"id":' + b"9" * 1_000_000 + b',"buffers":[]}'))
    time.sleep(10)
