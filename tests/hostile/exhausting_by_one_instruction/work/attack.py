"""Computes a power that takes years, in one operation that no signal interrupts."""


def double(x):
    return len(str(7 ** (7**11)))
