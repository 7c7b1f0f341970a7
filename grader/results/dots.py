"""The dots of many small pictures as one short text, and back."""

from __future__ import annotations

__all__ = ["pack", "unpack"]

import base64
import binascii
import zlib

# Enough for a picture of a digit, and half the size of all 256.
SHADES = 16
_STEP = 255 // (SHADES - 1)


def pack(dots: bytes) -> str:
    """Return bytes, rounded to 16 shades, compressed and in base64."""
    rounding = bytes(min(255, (value + _STEP // 2) // _STEP * _STEP) for value in range(256))
    return base64.b64encode(zlib.compress(dots.translate(rounding), 9)).decode()


def unpack(text: str, most: int) -> bytes:
    """Return the bytes again, `most` of them at most; none where the text holds none.

    Parameters
    ----------
    text : str
        What `pack` gave, or anything else.
    most : int
        However much the text claims to hold, no more is unpacked.
    """
    try:
        packed = base64.b64decode(text, validate=True)
        return zlib.decompressobj().decompress(packed, most)
    except (binascii.Error, zlib.error, ValueError):
        return b""
