"""What the tests of the intake share: a small course, and archives built by hand."""

from __future__ import annotations

import io
import struct
import tarfile
import zipfile
import zlib
from pathlib import PurePath
from typing import TYPE_CHECKING

import pytest

from grader.intake import Layout

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@pytest.fixture(scope="session")
def layout() -> Layout:
    return Layout(
        (
            "answers.toml",
            "gradient/gradient.py",
            "gradient/gradient_2.py",
            "neural_net/explosion.py",
            "mnist/learn_net.py",
        )
    )


class Pack:
    """Builds archives, honest and hostile, in one folder."""

    GOOD = "gradient/gradient.py"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, data: bytes) -> Path:
        """Write a file, and the folders above it."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def write_all(self, folder: str, files: Mapping[str, bytes]) -> Path:
        """Write thousands of files below a folder: quicker than one by one."""
        root = self.folder / folder
        for parent in {PurePath(name).parent for name in files}:
            (root / parent).mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            with open(f"{root}/{name}", "wb", buffering=0) as file:  # noqa: PTH123
                file.write(data)
        return root

    def zip(self, files: Mapping[str, bytes], name: str = "alice.zip") -> Path:
        """Write an honest zip."""
        return self.write(name, self.zipped(files))

    def tar(self, files: Mapping[str, bytes], name: str = "alice.tar", mode: str = "w") -> Path:
        """Write an honest tar."""
        return self.write(name, self.tarred(files, mode))

    @staticmethod
    def zipped(files: Mapping[str, bytes]) -> bytes:
        """Return an honest zip."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in files.items():
                archive.writestr(name, content)
        return buffer.getvalue()

    @staticmethod
    def tarred(files: Mapping[str, bytes], mode: str = "w") -> bytes:
        """Return an honest tar."""
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode=mode) as archive:  # type: ignore[call-overload]
            for name, content in files.items():
                info = tarfile.TarInfo(name)
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
        return buffer.getvalue()

    def tar_with(self, *members: tarfile.TarInfo, name: str = "alice.tar") -> Path:
        """Write a tar of one good file and of members without content."""
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as archive:
            good = tarfile.TarInfo(self.GOOD)
            good.size = 3
            archive.addfile(good, io.BytesIO(b"x=1"))
            for member in members:
                archive.addfile(member)
        return self.write(name, buffer.getvalue())

    def raw_zip(self, *entries: RawEntry, name: str = "alice.zip", good: bool = True) -> Path:
        """Write a zip byte by byte, so that its headers can say anything."""
        everything = ((RawEntry(self.GOOD.encode(), b"x=1"),) if good else ()) + entries
        body = bytearray()
        central = bytearray()
        for entry in everything:
            offset = len(body) if entry.offset is None else entry.offset
            if entry.offset is None:
                body += entry.local()
            central += entry.central(offset)
        count = len(everything) & 0xFFFF
        end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, count, count, len(central), len(body), 0)
        return self.write(name, bytes(body + central + end))


class RawEntry:
    """One entry of a zip: each thing that its two headers say can be given."""

    def __init__(
        self,
        name: bytes,
        content: bytes,
        *,
        deflated: bool = False,
        flags: int = 0,
        method: int | None = None,
        size: int | None = None,
        crc: int | None = None,
        mode: int = 0,
        made_on: int = 3,
        local_name: bytes | None = None,
        offset: int | None = None,
        extra: bytes = b"",
        packed: bytes | None = None,
    ) -> None:
        packer = zlib.compressobj(9, zlib.DEFLATED, -15)
        self.packed = packer.compress(content) + packer.flush() if deflated else content
        if packed is not None:
            self.packed = packed
        self.name = name
        self.local_name = name if local_name is None else local_name
        self.flags = flags
        self.method = (8 if deflated else 0) if method is None else method
        self.size = len(content) if size is None else size
        self.crc = zlib.crc32(content) if crc is None else crc
        self.mode = mode
        self.made_on = made_on
        self.offset = offset
        self.extra = extra

    def _common(self, name: bytes) -> bytes:
        return struct.pack(
            "<5H3IH",
            20, self.flags, self.method, 0, 33, self.crc, len(self.packed), self.size, len(name),
        )  # fmt: skip

    def local(self) -> bytes:
        """Return the entry's own header, and its data."""
        head = b"PK\3\4" + self._common(self.local_name) + struct.pack("<H", 0)
        return head + self.local_name + self.packed

    def central(self, offset: int) -> bytes:
        """Return its record in the central directory."""
        head = b"PK\1\2" + struct.pack("<H", 20 | self.made_on << 8) + self._common(self.name)
        rest = struct.pack("<4H2I", len(self.extra), 0, 0, 0, self.mode << 16, offset)
        return head + rest + self.name + self.extra


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    return Pack(tmp_path)


@pytest.fixture(scope="session")
def raw_entry() -> type[RawEntry]:
    return RawEntry
