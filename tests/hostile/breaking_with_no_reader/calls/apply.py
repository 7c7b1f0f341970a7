"""Asks the judge without end and reads none of its answers."""

from tools import channel, frame, question


def apply(f, x):
    line = channel()
    call = {"op": "callback", "callback": 0, "arguments": {"list": [1.5]}, "buffers": []}
    asked = frame({"id": question(), **call})
    for _ in range(900):
        line.sendall(asked)
    while True:
        pass
