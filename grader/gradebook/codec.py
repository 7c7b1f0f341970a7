"""What a gradebook stores as bytes: JSON, compressed, and the digests that tell contents apart."""

from __future__ import annotations

__all__ = [
    "decoded",
    "digest_of",
    "expanded",
    "pack",
    "path_in_words",
    "path_of_words",
    "squeezed",
    "unpack",
]

import hashlib
import threading
from typing import Any, TypeVar

import msgspec
import zstandard

from grader.errors import GraderError

T = TypeVar("T")
# Of a complete submission's results, level 1 takes half a millisecond and leaves a quarter. Level 3
# takes half as long again and leaves as much; level 12 takes many times as long for a tenth less.
LEVEL = 1
MOST = 1 << 30


class _Own(threading.local):
    """What compresses, one of each thread."""

    def __init__(self) -> None:
        self.compressor = zstandard.ZstdCompressor(level=LEVEL)


_own = _Own()


def squeezed(data: bytes) -> bytes:
    """Return bytes, compressed."""
    return _own.compressor.compress(data)


def expanded(data: bytes, by: zstandard.ZstdDecompressor | None = None) -> bytes:
    """Return what was compressed.

    Parameters
    ----------
    data : bytes
        Compressed.
    by : ZstdDecompressor, optional
        With the dictionary by which it was compressed, if there was one.

    Raises
    ------
    GraderError
        Where it is not what was stored.
    """
    try:
        return (by or zstandard.ZstdDecompressor()).decompress(data, max_output_size=MOST)
    except zstandard.ZstdError as error:
        raise GraderError(
            "The gradebook is damaged: what it stored cannot be expanded. Restore it from a backup."
        ) from error


def pack(value: Any) -> bytes:
    """Return a value as compressed JSON."""
    return squeezed(msgspec.json.encode(value))


def unpack(data: bytes, kind: type[T]) -> T:
    """Return a value of that kind that was packed.

    Raises
    ------
    GraderError
        Where the data are damaged, or of another version.
    """
    return decoded(expanded(data), kind)


def decoded(data: bytes, kind: type[T]) -> T:
    """Return a value of that kind from its JSON.

    Raises
    ------
    GraderError
        Where it is of another version.
    """
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.MsgspecError as error:
        raise GraderError(
            f"The gradebook holds a {kind.__name__} that this version cannot read: {error}."
        ) from error


def digest_of(*parts: str | bytes) -> str:
    """Return the SHA-256 of parts, each with its length before it, in hexadecimal."""
    sha = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else part.encode("utf-8", "surrogateescape")
        sha.update(len(data).to_bytes(8, "big"))
        sha.update(data)
    return sha.hexdigest()


# Begins a path whose bytes are no text, or none that every database takes.
_AS_BYTES = "\x01bytes "


def path_in_words(path: str) -> str:
    """Return a path of a submission as text that any database can store."""
    data = path.encode("utf-8", "surrogateescape")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _AS_BYTES + data.hex()
    is_odd = "\0" in text or text.startswith(_AS_BYTES)
    return _AS_BYTES + data.hex() if is_odd else text


def path_of_words(text: str) -> str:
    """Return the path that was stored as this text."""
    if not text.startswith(_AS_BYTES):
        return text
    data = bytes.fromhex(text.removeprefix(_AS_BYTES))
    return data.decode("utf-8", "surrogateescape")
