"""Notes about long-running calls, which worker processes write and the main process shows.

Each process writes its own small file in one folder. So a killed process leaves no lock, and
there is no pipe that could fill up.
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
    """A submission, its long-running call, and the call's start (``time.time()``)."""

    student: str
    doing: ProgressEvent
    since: float

    @property
    def seconds(self) -> float:
        """The seconds that the call has been running."""
        return max(0.0, time.time() - self.since)


class Board:
    """Reads and writes the notes in a folder.

    Parameters
    ----------
    folder : Path
        An existing folder that contains nothing else.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._note: Note | None = None

    def write(self, student: str, doing: ProgressEvent) -> None:
        """Write this process's note, or remove it if no long call runs; a full disk is ignored."""
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
        """Remove the notes of a finished submission: its process may have died without doing so."""
        for path in self._folder.iterdir() if self._folder.is_dir() else ():
            with contextlib.suppress(OSError, msgspec.MsgspecError):
                if msgspec.json.decode(path.read_bytes(), type=Note).student == student:
                    path.unlink(missing_ok=True)
