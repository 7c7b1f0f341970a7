"""The helper's messages: frames of plain bytes, preceded by their lengths.

A frame is one letter, the length of its name (4 bytes) and of its body (8 bytes), both big-endian,
then name and body. The judge trusts none of it; see `grader.intake.launch`.
"""

from __future__ import annotations

__all__ = [
    "BYTES",
    "END",
    "FILE",
    "HEAD",
    "LEFT_OUT",
    "LISTED",
    "OURS",
    "RECORD",
    "REFUSED",
    "HelperLimits",
    "Sender",
]

import struct

HEAD = struct.Struct(">cIQ")
RECORD = struct.Struct(">QQ?")  # start and end of an entry's record, and whether it is a folder

FILE = b"F"  # name, content
LEFT_OUT = b"S"  # name, code of the reason
LISTED = b"L"  # name, RECORD
BYTES = b"B"  # nothing, the next decompressed bytes of a compressed tar
REFUSED = b"R"  # name of the entry that caused it, code of the reason
OURS = b"X"  # nothing, a traceback: the error is the helper's, not the archive's
END = b"E"  # the archive was read to its end

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO


class HelperLimits:
    """The limits that the helper keeps: numbers of bytes, entries and seconds."""

    NAMES = ("file", "total", "files", "entries", "stream", "memory", "seconds")

    def __init__(self, numbers: list[int]) -> None:
        (
            self.file,
            self.total,
            self.files,
            self.entries,
            self.stream,
            self.memory,
            self.seconds,
        ) = numbers


class Sender:
    """Writes frames, and counts the files and bytes of a submission."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._told: set[tuple[str, ...]] = set()

    def send(self, kind: bytes, name: str = "", body: bytes = b"") -> None:
        """Write one frame."""
        encoded = name.encode("utf-8", "replace")[:8192]
        self._out.write(HEAD.pack(kind, len(encoded), len(body)))
        self._out.write(encoded)
        self._out.write(body)

    def left_out(self, name: str, code: str) -> None:
        """Report that one entry is left out."""
        self.send(LEFT_OUT, name[:512], code.encode())

    def needless(self, folder: tuple[str, ...]) -> None:
        """Report that a folder is left out, once for each folder."""
        if folder and folder not in self._told:
            self._told.add(folder)
            self.left_out("/".join(folder), "needless")

    def finish(self) -> None:
        """Report that everything has been read."""
        self.send(END)
        self._out.flush()
