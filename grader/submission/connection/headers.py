"""The frames that the judge sends, packed faster than `grader.wire.pack` does it.

A runner has to do without the library that does it, which is one more thing that a submission could
change. What is sent is the same to the last number.
"""

from __future__ import annotations

__all__ = ["packed_at_once", "unguessable"]

import os
import secrets
from typing import TYPE_CHECKING, Any

import msgspec

from grader.wire import pack

if TYPE_CHECKING:
    from collections.abc import Mapping

NUMBER_BYTES, NUMBER_BITS = 7, 53
DRAWN_AT_ONCE = 64

_ENCODER = msgspec.json.Encoder()
_drawn: list[int] = []
if hasattr(os, "register_at_fork"):  # a worker that is forked draws its own
    os.register_at_fork(after_in_child=_drawn.clear)


def packed_at_once(header: Mapping[str, Any], buffers: list[bytes]) -> bytes:
    """Return the frame of a header and its buffers; raises as `grader.wire.pack`."""
    return pack(header, buffers, encode=_encoded)


def unguessable() -> int:
    """Return a number of 53 bits from the system's source of randomness, each time another one."""
    if not _drawn:
        drawn = secrets.token_bytes(DRAWN_AT_ONCE * NUMBER_BYTES)
        for start in range(0, len(drawn), NUMBER_BYTES):
            number = int.from_bytes(drawn[start : start + NUMBER_BYTES], "big")
            _drawn.append(number >> (8 * NUMBER_BYTES - NUMBER_BITS))
    return _drawn.pop()


def _encoded(header: Mapping[str, Any]) -> bytes | None:
    """Return a header as JSON; None if it holds what only Python's own encoder takes."""
    try:
        return _ENCODER.encode(header)
    except (TypeError, ValueError, OverflowError, RecursionError):  # a lone surrogate, say
        return None
