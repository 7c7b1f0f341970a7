"""Frames: a header and buffers, as bytes on a stream."""

from __future__ import annotations

__all__ = ["FrameReader", "pack"]

import json
import struct
from typing import TYPE_CHECKING, Any

from grader.wire.forms import MAX_HEADER_BYTES, WireError

if TYPE_CHECKING:
    from collections.abc import Iterator

PREFIX = struct.Struct(">II")


def pack(header: dict[str, Any], buffers: list[bytes]) -> bytes:
    """Return the frame of a header and its buffers."""
    raw = json.dumps(
        {**header, "buffers": [len(b) for b in buffers]}, separators=(",", ":")
    ).encode()
    if len(raw) > MAX_HEADER_BYTES:
        raise WireError("is too large to send")
    return b"".join([PREFIX.pack(len(raw), sum(map(len, buffers))), raw, *buffers])


class FrameReader:
    """Cuts a stream of bytes into frames, taking in no more than the caps allow."""

    def __init__(self, max_body: int = 64 << 20) -> None:
        self._data = bytearray()
        self._max_body = max_body

    def feed(self, data: bytes) -> Iterator[tuple[dict[str, Any], list[bytes]]]:
        """Take in bytes; yield each frame that is now whole as (header, buffers).

        Raises
        ------
        WireError
            Where the bytes are no frame or announce more than the caps; the stream is then lost.
        """
        self._data += data
        while len(self._data) >= PREFIX.size:
            header_size, body_size = PREFIX.unpack_from(self._data)
            if header_size > MAX_HEADER_BYTES or body_size > self._max_body:
                raise WireError(f"a frame announces {header_size:,} + {body_size:,} bytes")
            end = PREFIX.size + header_size + body_size
            if len(self._data) < end:
                return
            raw = bytes(self._data[PREFIX.size : PREFIX.size + header_size])
            body = bytes(self._data[PREFIX.size + header_size : end])
            del self._data[:end]
            yield _parse(raw, body)


def _refuse_constant(name: str) -> float:
    raise WireError(f"a bare {name} in a header")


def _parse(raw: bytes, body: bytes) -> tuple[dict[str, Any], list[bytes]]:
    try:
        header = json.loads(raw, parse_constant=_refuse_constant)
    except (ValueError, RecursionError, MemoryError) as error:
        raise WireError(f"a header is not JSON: {type(error).__name__}") from None
    sizes = header.pop("buffers", None) if type(header) is dict else None
    if type(sizes) is not list or any(type(s) is not int or s < 0 for s in sizes):
        raise WireError("a header without the sizes of its buffers")
    if sum(sizes) != len(body):
        raise WireError("the sizes of the buffers do not add up")
    buffers = []
    start = 0
    for size in sizes:
        buffers.append(body[start : start + size])
        start += size
    return header, buffers
