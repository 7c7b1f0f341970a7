"""A reader of tar archives (POSIX ustar, pax and GNU), plain or compressed, in one pass.

The standard library's reader takes a damaged header in the middle for the end of the archive, so
that a student would lose files silently. It also reads extended headers of any size into memory.
"""

from __future__ import annotations

__all__ = ["Stream", "Tar", "compressed"]

import zlib

from . import names as check
from .helper_frames import BYTES, FILE, LISTED, RECORD
from .other_files import OtherFilesQuota
from .reasons import Refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from .helper_frames import HelperLimits, Sender

_BLOCK = 512
_CHUNK = 1 << 20
_MAX_EXTENDED_BYTES = 1 << 18
_MAX_EXTENDED_HEADERS = 8
_MAX_NUMBER = 1 << 60  # a valid file position, with room for a sum
_GZIP, _BZIP2, _XZ = b"\x1f\x8b", b"BZh", b"\xfd7zXZ\x00"
_LEFT_OUT = {
    b"1": "hard link", b"2": "symlink", b"3": "device", b"4": "device", b"6": "fifo",
    b"S": "sparse",
}  # fmt: skip
_HAS_NO_DATA = b"123456D"


def compressed(start: bytes) -> bool:
    """Return whether a file that begins so is compressed in a supported format."""
    return start.startswith((_GZIP, _BZIP2, _XZ))


class Stream:
    """The bytes of a tar: counts them, and turns all kinds of damage into one error."""

    def __init__(self, file: BinaryIO, limits: HelperLimits) -> None:
        file.seek(0)
        start = file.read(6)
        file.seek(0)
        self.plain = not compressed(start)
        self.position = 0
        self._limit = limits.stream
        self._file = file if self.plain else _decompressor(start, file)

    def seek(self, position: int) -> None:
        """Go to a position; in a compressed archive, by reading forwards."""
        if self.plain:
            self._file.seek(position)
            self.position = position
            return
        while self.position < position:
            if not self.read(min(_CHUNK, position - self.position)):
                raise Refusal("cut")

    def read(self, length: int) -> bytes:
        """Read some bytes; fewer only at the end of the archive."""
        try:
            data = self._file.read(length)
        except EOFError:
            raise Refusal("cut") from None
        except MemoryError:
            raise
        except Exception as error:
            # LZMAError derives directly from Exception, and some systems lack its module.
            if isinstance(error, (OSError, zlib.error)) or type(error).__name__ == "LZMAError":
                raise Refusal("corrupt") from None
            raise
        self.position += len(data)
        if data and self.position > self._limit:
            raise Refusal("total")
        return data

    def exactly(self, length: int) -> bytes:
        """Read exactly `length` bytes, or refuse the archive."""
        data = self.read(length)
        if len(data) != length:
            raise Refusal("cut")
        return data

    def copy(self, sender: Sender) -> None:
        """Send the whole archive, decompressed."""
        while data := self.read(_CHUNK):
            sender.send(BYTES, "", data)


def _decompressor(start: bytes, file: BinaryIO) -> BinaryIO:
    """Return a file that decompresses another one. Imports only the module that it needs."""
    if start.startswith(_GZIP):
        import gzip  # noqa: PLC0415

        return gzip.GzipFile(fileobj=file)  # type: ignore[return-value]
    if start.startswith(_BZIP2):
        import bz2  # noqa: PLC0415

        return bz2.BZ2File(file)  # type: ignore[return-value]
    import lzma  # noqa: PLC0415

    return lzma.LZMAFile(file)  # type: ignore[return-value]


class Member:
    """One entry: its header, and the extended headers before it."""

    def __init__(self, header: bytes, extended: dict[str, bytes], start: int, data: int) -> None:
        self.start = start
        self.data = data
        self.type = header[156:157]
        self.size = 0 if self.type in _HAS_NO_DATA else _number(header[124:136])
        if "size" in extended and self.type not in _HAS_NO_DATA:
            self.size = _decimal(extended["size"])
        self.sparse = any(key.startswith("GNU.sparse") for key in extended)
        name = header[:100].split(b"\0", 1)[0]
        prefix = header[345:500].split(b"\0", 1)[0]
        if header[257:263] == b"ustar\0" and prefix:
            name = prefix + b"/" + name
        self.name = _decode(extended.get("path", name))
        self.end = data + (self.size + _BLOCK - 1) // _BLOCK * _BLOCK

    @property
    def is_folder(self) -> bool:
        """Whether the entry is a folder; old programs only end the name with a slash."""
        return self.type in (b"5", b"D") or (self.type == b"\0" and self.name.endswith("/"))

    def problem(self) -> str:
        """Return the code of why this entry cannot be used, or an empty text."""
        if self.sparse:
            return "sparse"
        if self.type in (b"0", b"\0", b"7") or self.is_folder:
            return ""
        return _LEFT_OUT.get(self.type, "unknown")


def _decode(name: bytes) -> str:
    """Return a name as text: UTF-8 if possible, otherwise Latin-1, which accepts all bytes."""
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name.decode("latin-1")


def _number(field: bytes) -> int:
    """Return a number from a header: octal digits, or GNU's big-endian form for large ones."""
    if field[0] == 0x80:
        number = int.from_bytes(field[1:], "big")
        if number > _MAX_NUMBER:
            raise Refusal("corrupt")
        return number
    digits = field.strip(b" \0")
    if digits and not all(0x30 <= digit <= 0x37 for digit in digits):
        raise Refusal("corrupt")
    return int(digits, 8) if digits else 0


def _decimal(text: bytes) -> int:
    if not text.isdigit() or len(text) > 18:
        raise Refusal("corrupt")
    return int(text)


def _is_sound(header: bytes) -> bool:
    """Return whether the checksum is right; old programs added signed bytes."""
    stored = header[148:156].strip(b" \0")
    if not stored or not all(0x30 <= digit <= 0x37 for digit in stored):
        return False
    others = header[:148] + b" " * 8 + header[156:]
    unsigned = sum(others)
    signed = unsigned - 256 * sum(byte > 127 for byte in others)
    return int(stored, 8) in (unsigned, signed)


def _pax(data: bytes) -> dict[str, bytes]:
    """Return the records of an extended header: lines of the form ``length key=value``."""
    records: dict[str, bytes] = {}
    while data.rstrip(b"\0"):
        digits, blank, _ = data[:20].partition(b" ")
        length = _decimal(digits)
        record = data[len(digits) + 1 : length]
        key, equals, value = record[:-1].partition(b"=")
        if not blank or not equals or record[-1:] != b"\n" or length > len(data):
            raise Refusal("corrupt")
        records[key.decode("utf-8", "replace")] = value
        data = data[length:]
    return records


class Tar:
    """A tar archive that is read from a stream."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def _members(self, start: int, count: int | None) -> Iterator[Member]:
        """Yield the members in their order; the caller may read a member's data in between."""
        seen = 0
        while count is None or seen < count:
            self._stream.seek(start)
            member = self._member(start)
            if member is None:
                break
            yield member
            start = member.end
            seen += 1
        if count is None:
            # Read to the end: only there a compressed archive shows if it is complete.
            while self._stream.read(_CHUNK):
                pass

    def _member(self, start: int) -> Member | None:
        """Read one header and the extended ones before it; None at the end of the archive."""
        extended: dict[str, bytes] = {}
        for _ in range(_MAX_EXTENDED_HEADERS):
            header = self._stream.read(_BLOCK)
            if len(header) < _BLOCK:
                raise Refusal("cut" if self._stream.position >= _BLOCK else "kind")
            if not header.strip(b"\0"):
                return None
            if not _is_sound(header):
                raise Refusal("corrupt" if self._stream.position > _BLOCK else "kind")
            kind = header[156:157]
            if kind not in b"xgLKX":
                return Member(header, extended, start, self._stream.position)
            self._extend(extended, kind, _number(header[124:136]))
        raise Refusal("headers")

    def _extend(self, extended: dict[str, bytes], kind: bytes, size: int) -> None:
        if size > _MAX_EXTENDED_BYTES:
            raise Refusal("headers")
        padded = (size + _BLOCK - 1) // _BLOCK * _BLOCK
        data = self._stream.exactly(padded)[:size]
        if kind == b"L":
            extended["path"] = data.rstrip(b"\0")
        elif kind in b"xX":
            extended.update(_pax(data))
        elif kind == b"g" and _pax(data).keys() & {"path", "size", "linkpath"}:
            # No ordinary program gives one name or size to all files.
            raise Refusal("headers")

    def names(self, sender: Sender, limits: HelperLimits) -> None:
        """Send the name and the position of every entry."""
        for number, member in enumerate(self._members(0, None)):
            if number >= limits.entries:
                raise Refusal("entries")
            code = check.problem(member.name) if check.split(member.name) else ""
            if code:
                sender.left_out(member.name, code)
            elif check.split(member.name):
                place = RECORD.pack(member.start, member.end, member.is_folder)
                sender.send(LISTED, member.name, place)

    def tree(self, sender: Sender, limits: HelperLimits, runs: list[tuple[int, int]]) -> None:
        """Send the files of the archive, or of some ranges of its members."""
        looked_at = files = total = 0
        room = OtherFilesQuota(limits.files, limits.total)
        everything: list[tuple[int, int | None]] = [(0, None)]
        for start, count in runs or everything:
            for member in self._members(start, count):
                looked_at += 1
                if looked_at > limits.entries:
                    raise Refusal("entries")
                if not self._wanted(member, sender, limits):
                    continue
                if not room.takes(member.name, member.size):
                    sender.left_out(member.name, check.HEAP)
                    continue
                files += 1
                total += member.size
                if files > limits.files:
                    raise Refusal("files", member.name)
                if total > limits.total:
                    raise Refusal("total", member.name)
                sender.send(FILE, member.name, self._stream.exactly(member.size))

    def _wanted(self, member: Member, sender: Sender, limits: HelperLimits) -> bool:
        parts = check.split(member.name)
        # Many programs call the folder that they pack "./".
        if member.is_folder and not parts:
            return False
        code = check.problem(member.name)
        if not code and check.is_junk(parts):
            sender.needless(check.needless_folder(parts))
            return False
        if not code and member.is_folder:
            return False
        limit = limits.total if check.is_archive(member.name) else limits.file
        code = code or member.problem() or ("big" if member.size > limit else "")
        if code:
            sender.left_out(member.name, code)
        return not code
