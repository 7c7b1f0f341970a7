"""Frames: a header and buffers, as bytes on a stream."""

from __future__ import annotations

__all__ = ["Frame", "FrameReader", "pack", "pieces", "receive_one"]

import json
import struct
from typing import TYPE_CHECKING, Any, cast

from grader.wire.forms import MAX_HEADER_BYTES, WireError

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator, Mapping, Sequence

    Encode = Callable[[Mapping[str, Any]], bytes | None]
    Decode = Callable[[memoryview], Any]

PREFIX = struct.Struct(">II")

Frame = tuple[dict[str, Any], list[bytes]]

# Smaller buffers are joined to the header, which costs less than sending a second piece.
LARGE_BYTES = 1 << 14
BLANKS = " \t\n\r"  # white space in JSON


def pack(
    header: Mapping[str, Any], buffers: Sequence[bytes], *, encode: Encode | None = None
) -> bytes:
    """Return the frame of a header and its buffers."""
    return b"".join(pieces(header, buffers, encode=encode))


def pieces(
    header: Mapping[str, Any], buffers: Sequence[bytes], *, encode: Encode | None = None
) -> list[bytes]:
    """Return the frame of a header and its buffers in pieces; large buffers are not copied.

    `encode` turns a header into JSON faster than Python does, or returns None if it cannot.
    """
    sizes = [len(buffer) for buffer in buffers]
    whole = {**header, "buffers": sizes}
    raw = None if encode is None else encode(whole)
    if raw is None:
        raw = _ENCODER.encode(whole).encode()
    if len(raw) > MAX_HEADER_BYTES:
        raise WireError("is too large to send")
    total = sum(sizes)
    start = PREFIX.pack(len(raw), total) + raw
    if total < LARGE_BYTES:
        return [b"".join([start, *buffers])]
    return [start, *buffers]


class FrameReader:
    """Cuts a stream of bytes into frames, and never keeps more than the limits allow.

    Parameters
    ----------
    max_body : int
        Maximal size of the buffers of one frame, bytes.
    decode : callable, optional
        Reads the JSON of a header faster than Python does, and gives the same, or returns None if
        it cannot.
    """

    def __init__(self, max_body: int = 64 << 20, *, decode: Decode | None = None) -> None:
        self._data = bytearray()
        self._max_body = max_body
        self._decode = decode

    def feed(self, data: bytes | bytearray) -> Iterator[Frame]:
        """Add bytes; yield each frame that is now complete as (header, buffers).

        Raises
        ------
        WireError
            If the bytes are not a frame or announce too much; the stream is then lost.
        """
        if self._data:
            self._data += data
            if self._end(self._data) is None:
                return
            data, self._data = self._data, bytearray()
        view = memoryview(data)
        while view and (end := self._end(view)) is not None:
            frame = _parse(view[:end], self._decode)
            view = view[end:]
            yield frame
        if view:
            self._data += view

    def _end(self, data: bytearray | memoryview) -> int | None:
        """Return where the first frame ends, None if it is not complete."""
        if len(data) < PREFIX.size:
            return None
        header_size, body_size = PREFIX.unpack_from(data)
        if header_size > MAX_HEADER_BYTES or body_size > self._max_body:
            raise WireError(f"a frame announces {header_size:,} + {body_size:,} bytes")
        end: int = PREFIX.size + header_size + body_size
        return end if len(data) >= end else None


def receive_one(channel: socket.socket, *, max_body: int) -> Frame:
    """Return the next frame of a blocking socket, and leave the bytes after it unread.

    Raises
    ------
    ConnectionError
        If the other side is gone.
    OSError
        As raised by the socket, for instance after its timeout.
    WireError
        As `FrameReader.feed`.
    """
    prefix = bytearray(PREFIX.size)
    _fill(memoryview(prefix), channel)
    header_size, body_size = PREFIX.unpack(prefix)
    if header_size > MAX_HEADER_BYTES or body_size > max_body:
        raise WireError(f"a frame announces {header_size:,} + {body_size:,} bytes")
    frame = memoryview(bytearray(PREFIX.size + header_size + body_size))  # may be large
    frame[: PREFIX.size] = prefix
    _fill(frame[PREFIX.size :], channel)
    return _parse(frame)


def _fill(view: memoryview, channel: socket.socket) -> None:
    while view:
        count = channel.recv_into(view)
        if not count:
            raise ConnectionError("it ended without a word")
        view = view[count:]


def _refuse_constant(name: str) -> float:
    raise WireError(f"a bare {name} in a header")


# Trees have no cycles: `encode` limits their depth.
_ENCODER = json.JSONEncoder(separators=(",", ":"), check_circular=False)
_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


def _header(raw: memoryview) -> Any:
    try:
        text = str(raw, "utf-8").strip(BLANKS)
        header, end = _DECODER.raw_decode(text)
        if end != len(text):
            raise ValueError("something comes behind it")
    except (ValueError, RecursionError, MemoryError) as error:
        raise WireError(f"a header is not JSON: {type(error).__name__}") from None
    return header


def _parse(frame: memoryview, decode: Decode | None = None) -> Frame:
    header_size, _ = PREFIX.unpack_from(frame)
    start: int = PREFIX.size + header_size
    header = None if decode is None else decode(frame[PREFIX.size : start])
    if header is None:
        header = _header(frame[PREFIX.size : start])
    sizes = header.pop("buffers", None) if type(header) is dict else None
    if type(sizes) is not list or (sizes and any(type(s) is not int or s < 0 for s in sizes)):
        raise WireError("a header without the sizes of its buffers")
    if sum(sizes) != len(frame) - start:
        raise WireError("the sizes of the buffers do not add up")
    buffers = []
    for size in sizes:
        part = frame[start : start + size]
        # For a large buffer, a view is enough: decoding copies it anyway.
        buffers.append(bytes(part) if size < LARGE_BYTES else cast("bytes", part))
        start += size
    return header, buffers
