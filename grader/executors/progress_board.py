"""A board on which processes note what takes long, for whoever waits for them.

Each writes a small file of its own in one folder. So a process that is killed leaves nothing
locked, and there is no channel for it to fill.
"""

from __future__ import annotations

__all__ = ["Board", "Note"]

import contextlib
import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from grader.submission import ProgressEvent  # noqa: TC001  (a note is read back by its types)

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Note:
    """A submission, the long call that runs in it, and since when (``time.time()``)."""

    student: str
    doing: ProgressEvent
    since: float

    @property
    def seconds(self) -> float:
        """How long it has been running."""
        return max(0.0, time.time() - self.since)


class Board:
    """The notes in a folder.

    Parameters
    ----------
    folder : Path
        It is there, and everything in it is the board's.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._note: Note | None = None

    def write(self, student: str, doing: ProgressEvent) -> None:
        """Note what this process does; what is not long is no note. A full disk is no trouble."""
        own = self._folder / str(os.getpid())
        with contextlib.suppress(OSError):
            if not doing.call:
                if self._note:
                    own.unlink(missing_ok=True)
                self._note = None
                return
            last = self._note
            goes_on = last and (last.student, last.doing.call) == (student, doing.call)
            self._note = Note(student, doing, last.since if last and goes_on else time.time())
            draft = own.with_suffix(".draft")
            draft.write_bytes(msgspec.json.encode(self._note))
            draft.replace(own)

    def read(self) -> list[Note]:
        """Return the notes of all processes, the oldest first."""
        notes = []
        for path in self._folder.iterdir() if self._folder.is_dir() else ():
            with contextlib.suppress(OSError, msgspec.MsgspecError):
                if not path.suffix:
                    notes.append(msgspec.json.decode(path.read_bytes(), type=Note))
        return sorted(notes, key=lambda note: note.since)

    def wipe(self, student: str) -> None:
        """Take away what is noted of a submission that is done: its process may have died."""
        for path in self._folder.iterdir() if self._folder.is_dir() else ():
            with contextlib.suppress(OSError, msgspec.MsgspecError):
                if msgspec.json.decode(path.read_bytes(), type=Note).student == student:
                    path.unlink(missing_ok=True)
