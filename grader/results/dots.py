"""Pack the dots of many small pictures into a short text, and unpack them."""

from __future__ import annotations

__all__ = ["pack", "unpack"]

import base64
import binascii
import zlib

# Enough for a picture of a digit, and half the size of a file with all 256 shades.
SHADES = 16
_STEP = 255 // (SHADES - 1)


def pack(dots: bytes) -> str:
    """Return bytes, rounded to 16 shades, compressed and in base64."""
    rounding = bytes(min(255, (value + _STEP // 2) // _STEP * _STEP) for value in range(256))
    return base64.b64encode(zlib.compress(dots.translate(rounding), 9)).decode()


def unpack(text: str, most: int) -> bytes:
    """Return at most `most` bytes; empty if the text is not valid.

    Parameters
    ----------
    text : str
        The result of `pack`, or any other text.
    most : int
        The maximal number of bytes, whatever the text claims to contain.
    """
    try:
        packed = base64.b64decode(text, validate=True)
        return zlib.decompressobj().decompress(packed, most)
    except (binascii.Error, zlib.error, ValueError):
        return b""
