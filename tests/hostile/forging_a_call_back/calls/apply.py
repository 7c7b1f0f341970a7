"""Calls a function that was not given, in the words of the runner."""

import sys

from tools import channel, frame, question


def apply(f, x):
    call = {"op": "callback", "callback": 1, "arguments": {"list": [x]}, "buffers": []}
    channel().sendall(frame({"id": question(), **call}))
    return f(x)
