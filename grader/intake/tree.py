"""The files found in a folder or an archive, before they are arranged."""

from __future__ import annotations

__all__ = ["Budget", "Tree"]

import time
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from grader.errors import IntakeError
from grader.intake.display import clean, quoted
from grader.intake.kinds import left_out
from grader.intake.unpack.reasons import LEFT_OUT, REFUSED
from grader.util.wording import counted

if TYPE_CHECKING:
    from grader.intake.layout import Caps
    from grader.results import Received

_MAX_NOTES = 20
_MAX_RECEIVED = 50
_MAX_NAME = 200


@dataclass(slots=True)
class Tree:
    """Files by their path, and notes for the student.

    Attributes
    ----------
    shown : str
        The tree's name in sentences, quoted.
    opened : list of tuple of str
        The folders made from nested archives: files outside of them take precedence.
    received : list of Received
        Files that cannot be graded as they are.
    is_flattened : bool
        Whether the platform delivers files without their folders; no note is written.
    needless_folders : set of tuple of str
        Folders that were not read, since no exercise needs their content.
    needless_files : Counter of (tuple of str, str)
        By folder and ending, the number of files not read because there were too many.
    """

    shown: str
    files: dict[tuple[str, ...], bytes] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    opened: list[tuple[str, ...]] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)
    is_flattened: bool = False
    needless_folders: set[tuple[str, ...]] = field(default_factory=set)
    needless_files: Counter[tuple[tuple[str, ...], str]] = field(default_factory=Counter)
    _unsaid: int = 0

    def say(self, note: str) -> None:
        """Add a note; beyond a maximum, only count it."""
        if len(self.notes) < _MAX_NOTES:
            self.notes.append(note)
        else:
            self._unsaid += 1

    def receive(self, one: Received) -> None:
        """Remember a file that cannot be graded as it is."""
        if len(self.received) < _MAX_RECEIVED:
            self.received.append(replace(one, name=clean(one.name, _MAX_NAME)))

    def leave_out(self, name: str, code: str) -> None:
        """Note that an entry is left out."""
        self.receive(left_out(name, code))
        self.say(f"{quoted(name)} was left out: {LEFT_OUT[code]}.")

    def all_notes(self) -> tuple[str, ...]:
        """Return the notes; the last one tells how many more there are."""
        if not self._unsaid:
            return tuple(self.notes)
        more = counted(self._unsaid, "more entry was", "more entries were")
        return (*self.notes, f"{more} left out for reasons like these.")

    def rename(self, old: tuple[str, ...], new: tuple[str, ...]) -> None:
        """Give a file another path, at the same position; the old path must exist."""
        self.files = {new if parts == old else parts: c for parts, c in self.files.items()}

    def is_packed(self, parts: tuple[str, ...]) -> bool:
        """Return whether a file came from a nested archive."""
        return any(parts[: len(folder)] == folder for folder in self.opened)

    def add(self, parts: tuple[str, ...], content: bytes, *, later_counts: bool = False) -> None:
        """Add a file; of two with the same path the first one stays, or the later one."""
        is_there = parts in self.files
        if is_there and self.files[parts] != content:
            name = quoted("/".join(parts))
            self.say(
                f"{name} is there twice, and the last was taken: hand in one of the two."
                if later_counts
                else f"{name} is there twice, and the first was taken: hand in one of the two."
            )
        if later_counts or not is_there:
            self.files[parts] = content


@dataclass(slots=True)
class Budget:
    """The limits for opening one submission, with its nested archives, and the deadline."""

    caps: Caps
    deadline: float

    @classmethod
    def of(cls, caps: Caps) -> Budget:
        """Return a budget whose time begins now."""
        return cls(caps, time.monotonic() + caps.seconds)

    def check_time(self, shown: str) -> None:
        """Refuse the submission if the deadline has passed."""
        if time.monotonic() > self.deadline:
            raise IntakeError(f"{shown} {REFUSED['time']}.")
