"""A reader of zip archives that trusts no header: every size is compared with the real data.

Only stored and deflated entries are read. The layout is that of PKWARE's APPNOTE 6.3.10.
"""

from __future__ import annotations

__all__ = ["Zip"]

import stat
import struct
import zlib

from . import names as check
from .helper_frames import FILE, LISTED, RECORD
from .other_files import OtherFilesQuota
from .reasons import Refusal

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from .helper_frames import HelperLimits, Sender

_END = struct.Struct("<4s4H2IH")
_LOCATOR = struct.Struct("<4sIQI")
_END64 = struct.Struct("<4sQ2H2I4Q")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_LOCAL = struct.Struct("<4s5H3I2H")
_CHUNK = 1 << 16
_ENCRYPTED = 0x0041  # bit 0: a password; bit 6: strong encryption
_MADE_ON_DOS = 0
_MADE_ON_UNIX = (3, 19)


class Record:
    """One entry as described by the central directory."""

    def __init__(self, raw: tuple[int, ...], name: bytes, extra: bytes, start: int) -> None:
        made, _, self.flags, self.method, _, _, self.crc, packed, size = raw[:9]
        attributes, offset = raw[14:16]
        self.packed, self.size, self.offset = _wide(extra, size, packed, offset)
        self.raw_name = name
        self.start = start
        self.end = start + _CENTRAL.size + raw[9] + raw[10] + raw[11]
        self.name = _decode(name)
        if made >> 8 == _MADE_ON_DOS:
            # Some Windows programs write backslashes; all checks come after this.
            self.name = self.name.replace("\\", "/")
        self.mode = attributes >> 16 if made >> 8 in _MADE_ON_UNIX else 0

    @property
    def is_folder(self) -> bool:
        """Whether the entry is a folder."""
        return self.name.endswith("/") or stat.S_ISDIR(self.mode)

    def problem(self) -> str:
        """Return the code of why this entry cannot be used, or an empty text."""
        kinds = {stat.S_IFLNK: "symlink", stat.S_IFIFO: "fifo", stat.S_IFSOCK: "socket"}
        kind = stat.S_IFMT(self.mode)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
            return kinds.get(kind, "device")
        return "" if self.method in (0, 8) else "method"


def _decode(name: bytes) -> str:
    """Return a name as text: UTF-8 if possible, otherwise the format's own code page."""
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name.decode("cp437")


def _wide(extra: bytes, size: int, packed: int, offset: int) -> tuple[int, int, int]:
    """Return packed size, size and offset; from the zip64 field if the short ones are full."""
    values = [size, packed, offset]
    if 0xFFFFFFFF in values:
        field = _extra_field(extra, 0x0001)
        for place, value in enumerate(values):
            if value == 0xFFFFFFFF:
                if len(field) < 8:
                    raise Refusal("corrupt")
                values[place] = int.from_bytes(field[:8], "little")
                field = field[8:]
    return values[1], values[0], values[2]


def _extra_field(extra: bytes, wanted: int) -> bytes:
    """Return one of the extra fields, empty if it is missing."""
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        if kind == wanted:
            return extra[4 : 4 + length]
        extra = extra[4 + length :]
    return b""


class Zip:
    """A zip archive in a file that can be read from any position."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._size = file.seek(0, 2)
        self._first, self._last, self._count = self._directory()

    def _at(self, offset: int, length: int) -> bytes:
        if offset < 0 or offset + length > self._size:
            raise Refusal("corrupt")
        self._file.seek(offset)
        data = self._file.read(length)
        if len(data) != length:
            raise Refusal("cut")
        return data

    def _directory(self) -> tuple[int, int, int]:
        """Return the start and end of the central directory, and its claimed number of records."""
        tail_at = max(0, self._size - 65_535 - _END.size)
        tail = self._at(tail_at, self._size - tail_at)
        found = tail.rfind(b"PK\5\6")
        while found >= 0:
            if found + _END.size <= len(tail):
                end = _END.unpack_from(tail, found)
                if found + _END.size + end[7] == len(tail):
                    return self._checked(end, tail_at + found)
            found = tail.rfind(b"PK\5\6", 0, found)
        raise Refusal("cut")

    def _checked(self, end: tuple[int, ...], position: int) -> tuple[int, int, int]:
        _, disk, first_disk, _, count, length, offset, _ = end
        if 0xFFFF in (disk, first_disk, count) or 0xFFFFFFFF in (length, offset):
            locator = self._at(position - _LOCATOR.size, _LOCATOR.size)
            signature, _, position64, disks = _LOCATOR.unpack(locator)
            if signature == b"PK\6\7":
                if disks > 1:
                    raise Refusal("parts")
                raw = _END64.unpack(self._at(position64, _END64.size))
                if raw[0] != b"PK\6\6":
                    raise Refusal("corrupt")
                disk, first_disk, _, count, length, offset = raw[4:10]
                position = position64
        if disk or first_disk:
            raise Refusal("parts")
        if offset + length > position:
            raise Refusal("corrupt")
        return offset, offset + length, count

    def _records(self, start: int, count: int | None) -> Iterator[Record]:
        """Yield records of the central directory, from a given one on: all, or `count` of them."""
        seen = 0
        while start < self._last if count is None else seen < count:
            raw = _CENTRAL.unpack(self._at(start, _CENTRAL.size))
            if raw[0] != b"PK\1\2" or start >= self._last:
                raise Refusal("corrupt")
            numbers = raw[1:]
            texts = self._file.read(numbers[9] + numbers[10])
            record = Record(numbers, texts[: numbers[9]], texts[numbers[9] :], start)
            if record.end > self._last:
                raise Refusal("corrupt")
            yield record
            start = record.end
            seen += 1
        # Some programs store the number modulo 65,536 if a class is large.
        if count is None and (seen - self._count) % 65_536:
            raise Refusal("corrupt")

    def names(self, sender: Sender, limits: HelperLimits) -> None:
        """Send the name and the position of every entry, without reading any."""
        for number, record in enumerate(self._records(self._first, None)):
            if number >= limits.entries:
                raise Refusal("entries")
            code = check.problem(record.name)
            if record.is_folder and not check.split(record.name):
                continue  # some programs call the folder that they pack "./"
            if code:
                sender.left_out(record.name, code)
            else:
                place = RECORD.pack(record.start, record.end, record.is_folder)
                sender.send(LISTED, record.name, place)

    def tree(self, sender: Sender, limits: HelperLimits, runs: list[tuple[int, int]]) -> None:
        """Send the files of the archive, or of some ranges of its records."""
        chosen = []
        looked_at = 0
        room = OtherFilesQuota(limits.files, limits.total)
        everything: list[tuple[int, int | None]] = [(self._first, None)]
        for start, count in runs or everything:
            for record in self._records(start, count):
                looked_at += 1
                if looked_at > limits.entries:
                    raise Refusal("entries")
                if self._wanted(record, sender):
                    if record.size <= limits.file and not room.takes(record.name, record.size):
                        sender.left_out(record.name, check.HEAP)
                        continue
                    chosen.append(record)
                    if len(chosen) > limits.files:
                        raise Refusal("files")
        self._send(chosen, sender, limits)

    def _wanted(self, record: Record, sender: Sender) -> bool:
        code = check.problem(record.name)
        if record.is_folder and not check.split(record.name):
            return False
        if not code and check.is_junk(parts := check.split(record.name)):
            sender.needless(check.needless_folder(parts))
            return False
        if not code and record.is_folder:
            return False
        if not code and record.flags & _ENCRYPTED:
            raise Refusal("encrypted", record.name)
        code = code or record.problem()
        if code:
            sender.left_out(record.name, code)
        return not code

    def _send(self, chosen: list[Record], sender: Sender, limits: HelperLimits) -> None:
        total = 0
        free_from = 0
        for record in sorted(chosen, key=lambda record: record.offset):
            data_at, agrees = self._local(record)
            # With entries that share bytes, a small zip can expand to a petabyte.
            if record.offset < free_from:
                raise Refusal("overlap", record.name)
            free_from = data_at + record.packed
            if free_from > self._first:
                raise Refusal("overlap" if data_at < self._first else "corrupt", record.name)
            limit = limits.total if check.is_archive(record.name) else limits.file
            if not agrees:
                sender.left_out(record.name, "names")
            elif record.size > limit:
                sender.left_out(record.name, "big")
            else:
                content, sound, taken = self._content(record, data_at)
                total += taken
                if total > limits.total:
                    raise Refusal("total", record.name)
                if sound:
                    sender.send(FILE, record.name, content)
                else:
                    sender.left_out(record.name, "broken")

    def _local(self, record: Record) -> tuple[int, bool]:
        """Return where an entry's data begin, and whether the entry's own header agrees."""
        raw = _LOCAL.unpack(self._at(record.offset, _LOCAL.size))
        if raw[0] != b"PK\3\4":
            raise Refusal("corrupt")
        if raw[2] & _ENCRYPTED:
            raise Refusal("encrypted", record.name)
        name = self._file.read(raw[9])
        agrees = name == record.raw_name and raw[3] == record.method
        return record.offset + _LOCAL.size + raw[9] + raw[10], agrees

    def _content(self, record: Record, offset: int) -> tuple[bytes, bool, int]:
        """Return the content, whether it is intact, and how many bytes were read."""
        left = record.packed
        self._file.seek(offset)
        inflate = zlib.decompressobj(-15) if record.method == 8 else None
        pieces: list[bytes] = []
        # One byte more than the header claims is enough to detect a wrong size.
        room = record.size + 1
        try:
            while left and room and not (inflate and inflate.eof):
                data = self._file.read(min(left, _CHUNK))
                left -= len(data)
                if not data:
                    break
                piece = inflate.decompress(data, room) if inflate else data[:room]
                pieces.append(piece)
                room -= len(piece)
        except zlib.error:
            return b"", False, record.size + 1 - room
        content = b"".join(pieces)
        ended = not left and (inflate is None or inflate.eof)
        sound = ended and len(content) == record.size and zlib.crc32(content) == record.crc
        return content, sound, len(content)
