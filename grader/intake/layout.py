"""The files that the course expects, and the limits on what the intake reads."""

from __future__ import annotations

__all__ = ["Caps", "Layout", "Refused"]

import tomllib
from codecs import BOM_UTF8
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from grader.results import Received

_MIB = 1 << 20


class AnswersFile(NamedTuple):
    """A table of answers of the course: its path, and the names in it.

    `telling` are those by which a file of another name is known: of the first table, and of no
    other, since the questions in own words may be called as the exercises are, whose names stand in
    other files, too.
    """

    file: str
    names: frozenset[str]
    telling: frozenset[str]


@dataclass(frozen=True)
class Layout:
    """The course's tree.

    Attributes
    ----------
    files : tuple of str
        Paths with forward slashes from the submission's root, such as ``gradient/gradient.py``.
    templates : frozenset of str
        Digests of the files and statements that the course hands out, by which one that the student
        did not change is recognised.
    answers : tuple of AnswersFile
        The course's tables of answers.
    """

    files: tuple[str, ...]
    templates: frozenset[str] = frozenset()
    answers: tuple[AnswersFile, ...] = ()

    @classmethod
    def of(cls, files: tuple[str, ...], stubs: Path) -> Layout:
        """Return the tree of a course whose templates are in a folder."""
        paths = [stubs / file for file in files]
        texts = [path for path in stubs.rglob("*.md") if path.is_file()]
        given = [path for path in paths if path.is_file()] + texts
        templates = frozenset(_digest(path.read_bytes()) for path in given)
        answers = [_answers_file(file, stubs) for file in files if file.lower().endswith(".toml")]
        return cls(files, templates, tuple(answers))

    def is_written(self, content: bytes) -> bool:
        """Return whether a file is neither empty nor an unchanged template."""
        return bool(content.strip()) and _digest(content) not in self.templates

    @cached_property
    def parts(self) -> tuple[tuple[str, ...], ...]:
        """The paths as tuples of names."""
        return tuple(tuple(file.split("/")) for file in self.files)

    @cached_property
    def folders(self) -> frozenset[str]:
        """The top-level folders, casefolded."""
        return frozenset(parts[0].casefold() for parts in self.parts if len(parts) > 1)

    @cached_property
    def by_name(self) -> dict[str, tuple[str, ...]]:
        """Casefolded name of a file to its path, if only one of the course's files has it."""
        count = Counter(parts[-1].casefold() for parts in self.parts)
        named = {parts[-1].casefold(): parts for parts in self.parts}
        return {name: parts for name, parts in named.items() if count[name] == 1}

    @cached_property
    def spelling(self) -> dict[tuple[str, ...], tuple[str, ...]]:
        """Casefolded path of each file and folder to its path in the course's spelling."""
        return {
            tuple(part.casefold() for part in parts[:end]): parts[:end]
            for parts in self.parts
            for end in range(1, len(parts) + 1)
        }


def _answers_file(file: str, stubs: Path) -> AnswersFile:
    """Return the names in a table of answers; in a kit it may be unfinished, and gives none."""
    try:
        found = tomllib.loads((stubs / file).read_text("utf-8"))
    except (OSError, ValueError, RecursionError):
        found = {}
    tables = [frozenset(table) for table in found.values() if isinstance(table, dict)]
    names = frozenset[str]().union(*tables)
    return AnswersFile(file, names, tables[0].difference(*tables[1:]) if tables else names)


def _digest(content: bytes) -> str:
    """Return a digest that ignores blanks and line endings."""
    return sha256(b" ".join(content.removeprefix(BOM_UTF8).split())).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Caps:
    """Limits on what is read; they are checked while reading, whatever a header says.

    Attributes
    ----------
    file_bytes, total_bytes : int
        Size of one file (a bigger one is left out), and of a whole submission (refused).
    files : int
        Files in a submission (refused), not counting what programs leave behind. Of files that are
        not code, some are taken and the rest is left out: see `grader.intake.unpack.other_files`.
    entries : int
        Names that are looked at in a submission, including those left out (refused).
    depth, path_length : int
        Folders above a file and characters of its path, from the root (left out).
    archive_bytes : int
        Size of one submission's archive: packed, or unpacked for a compressed tar (refused).
    nested : int
        How many archives may be nested before the course's files are found.
    seconds : int
        Time to open one submission: wall-clock time and processor time (refused).
    class_entries, class_bytes, class_seconds : int
        Names in an archive with a class, its unpacked bytes, and the time for listing it.
    memory_bytes : int
        Address space of the process that reads an archive.
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
        The submission's name, for display.
    reason : str
        One sentence: what is wrong, where, and what to do.
    received : tuple of Received
        The submitted files.
    """

    name: str
    reason: str
    received: tuple[Received, ...] = ()
