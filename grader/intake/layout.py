"""What the course expects to be handed in, and how much of it at most."""

from __future__ import annotations

__all__ = ["Caps", "Layout", "Refused"]

from codecs import BOM_UTF8
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from grader.results import Received

_MIB = 1 << 20


@dataclass(frozen=True)
class Layout:
    """The course's tree.

    Attributes
    ----------
    files : tuple of str
        Paths with forward slashes from the submission's root, such as ``gradient/gradient.py``.
    templates : frozenset of str
        Digests of these files as they were given out, by which one that nobody has written in is
        known.
    """

    files: tuple[str, ...]
    templates: frozenset[str] = frozenset()

    @classmethod
    def of(cls, files: tuple[str, ...], stubs: Path) -> Layout:
        """Return the tree of a course whose templates lie in a folder."""
        paths = [stubs / file for file in files]
        templates = frozenset(_digest(path.read_bytes()) for path in paths if path.is_file())
        return cls(files, templates)

    def is_written(self, content: bytes) -> bool:
        """Return whether a file is neither empty nor a template as it was given out."""
        return bool(content.strip()) and _digest(content) not in self.templates

    @cached_property
    def parts(self) -> tuple[tuple[str, ...], ...]:
        """The paths as tuples of names."""
        return tuple(tuple(file.split("/")) for file in self.files)

    @cached_property
    def folders(self) -> frozenset[str]:
        """The folders in the root, casefolded."""
        return frozenset(parts[0].casefold() for parts in self.parts if len(parts) > 1)

    @cached_property
    def by_name(self) -> dict[str, tuple[str, ...]]:
        """Casefolded name of a file to its path, where only one of the course's files has it."""
        count = Counter(parts[-1].casefold() for parts in self.parts)
        named = {parts[-1].casefold(): parts for parts in self.parts}
        return {name: parts for name, parts in named.items() if count[name] == 1}

    @cached_property
    def spelling(self) -> dict[tuple[str, ...], tuple[str, ...]]:
        """Casefolded path of each file and folder to the path as the course writes it."""
        return {
            tuple(part.casefold() for part in parts[:end]): parts[:end]
            for parts in self.parts
            for end in range(1, len(parts) + 1)
        }


def _digest(content: bytes) -> str:
    """Return what two files share that differ in blanks and ends of lines alone."""
    return sha256(b" ".join(content.removeprefix(BOM_UTF8).split())).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Caps:
    """How much is read at most; all are kept while reading, whatever a header says.

    Attributes
    ----------
    file_bytes, total_bytes : int
        Of one file (a bigger one is left out), and of all of a submission (refused).
    files : int
        Files in a submission (refused), without what programs leave behind. Of those that are no
        code some are taken, and the rest is left out: see `grader.intake.unpack.room`.
    entries : int
        Names that are looked at in a submission, with what is left out (refused).
    depth, path_length : int
        Folders above a file and characters of its path, from the root (left out).
    archive_bytes : int
        Of one submission's archive, packed or, for a compressed tar, unpacked (refused).
    nested : int
        How many archives may lie in one another before the course's files are found.
    seconds : int
        To open one submission, by the clock and by the processor (refused).
    class_entries, class_bytes, class_seconds : int
        Names in, unpacked bytes of, and time for listing one archive that holds a class.
    memory_bytes : int
        Address space of the process in which an archive is read.
    """

    file_bytes: int = 32 * _MIB
    total_bytes: int = 64 * _MIB
    files: int = 2_000
    entries: int = 200_000
    depth: int = 12
    path_length: int = 240
    archive_bytes: int = 1024 * _MIB
    nested: int = 2
    seconds: int = 30
    class_entries: int = 1_000_000
    class_bytes: int = 32 * 1024 * _MIB
    class_seconds: int = 900
    memory_bytes: int = 512 * _MIB


@dataclass(frozen=True, slots=True)
class Refused:
    """A submission that cannot be opened.

    Attributes
    ----------
    name : str
        What it is called, for display.
    reason : str
        One sentence: what is wrong, where, and what to do.
    received : tuple of Received
        What came.
    """

    name: str
    reason: str
    received: tuple[Received, ...] = ()
