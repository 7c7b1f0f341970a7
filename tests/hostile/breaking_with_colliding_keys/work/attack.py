"""Answers with dictionaries whose keys all fall into the same place."""

import os

from tools import say

PRIME = (1 << 61) - 1


def keys(count):
    return {"dict": [[{"int": hex(k * PRIME)}, None] for k in range(1, count + 1)]}


def double(x):
    say({"list": [keys(900)] * 70})
    os._exit(0)
