"""Calls back functions of the judge that it was not given."""

from tools import channel, frame, question


def double(x):
    for number in (0, -1, 10**30):
        call = {"op": "callback", "callback": number, "arguments": {"list": [1.0]}, "buffers": []}
        channel().sendall(frame({"id": question(), **call}))
    return 2 * x
