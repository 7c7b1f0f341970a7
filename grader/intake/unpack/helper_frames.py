"""What the helper says: frames of plain bytes, each with its lengths in front.

A frame is one letter, the length of its name (4 bytes) and of its body (8 bytes), both big-endian,
then the two. The judge takes none of it on trust; see `grader.intake.launch`.
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
RECORD = struct.Struct(">QQ?")  # where an entry's record begins and ends, and is it a folder

FILE = b"F"  # name, content
LEFT_OUT = b"S"  # name, code of the reason
LISTED = b"L"  # name, RECORD
BYTES = b"B"  # nothing, the next bytes of what a compressed tar holds
REFUSED = b"R"  # name of the entry that decided it, code of the reason
OURS = b"X"  # nothing, a traceback: the mistake is in the helper, not in the archive
END = b"E"  # the archive is read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO


class HelperLimits:
    """The caps that the helper keeps; in whole bytes, numbers and seconds."""

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
    """Writes frames, and counts what a submission holds while it does."""

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
        """Say that one entry is left out."""
        self.send(LEFT_OUT, name[:512], code.encode())

    def needless(self, folder: tuple[str, ...]) -> None:
        """Say once that a folder is left out, where there is one to be told of."""
        if folder and folder not in self._told:
            self._told.add(folder)
            self.left_out("/".join(folder), "needless")

    def finish(self) -> None:
        """Say that everything has been read."""
        self.send(END)
        self._out.flush()
