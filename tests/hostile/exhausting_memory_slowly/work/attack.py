"""Asks for memory piece by piece, up to three gigabytes."""


def double(x):
    pieces = []
    while len(pieces) < 768:
        pieces.append(bytearray(b"x") * (4 << 20))
    return 1
