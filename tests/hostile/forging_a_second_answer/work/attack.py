"""Answers twice: wrongly by itself, then rightly by returning."""

from tools import say


def double(x):
    say(1)
    return 2 * x
