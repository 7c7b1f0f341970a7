"""Returns, raises and prints halves of characters, and bytes that are no text."""

import os

import numpy as np


def double(x):
    os.write(1, b"\xed\xa0\x80 \xff\xfe \x00 \xc3")
    if np.ndim(x) == 0:
        return "\ud800" * 100 + "\x00\x1b"
    raise type("Odd\ud800", (Exception,), {})("\udfff\x00")
