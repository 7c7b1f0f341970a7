"""The headers that the judge sends and gets, packed and read faster than by `grader.wire` alone.

A runner has to do without the library that does it, which is one more thing that a submission could
change. What is sent and what is read is the same to the last number.
"""

from __future__ import annotations

__all__ = ["decoded_at_once", "packed_at_once", "unguessable"]

import os
import secrets
from typing import TYPE_CHECKING, Any

import msgspec

from grader.wire import pack

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

NUMBER_BYTES, NUMBER_BITS = 7, 53
DRAWN_AT_ONCE = 64

_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder()
_drawn: list[int] = []
if hasattr(os, "register_at_fork"):  # a worker that is forked draws its own
    os.register_at_fork(after_in_child=_drawn.clear)


def packed_at_once(header: Mapping[str, Any], buffers: Sequence[bytes]) -> bytes:
    """Return the frame of a header and its buffers; raises as `grader.wire.pack`."""
    return pack(header, buffers, encode=_encoded)


def decoded_at_once(raw: memoryview) -> Any:
    """Return the value of some JSON; None if only Python's own decoder can say what it is.

    So what is not JSON is an error of that decoder, which knows a little more: lone surrogates,
    numbers beyond a float.
    """
    try:
        return _DECODER.decode(raw)
    except (ValueError, RecursionError, MemoryError):  # those of msgspec are ValueErrors
        return None


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
