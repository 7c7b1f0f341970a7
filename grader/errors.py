"""Whose fault is it: two roots of errors, never mixed.

A `SubmissionError` is something that the submission did: it costs the points of the check in which
it happened. A `GraderError` is something that we did, or that our user asked for in vain: it never
costs a student a point.
"""

from __future__ import annotations

__all__ = [
    "CourseError",
    "Crashed",
    "Failed",
    "GraderError",
    "IntakeError",
    "OverLimit",
    "Partly",
    "RunnerKilled",
    "StorageError",
    "SubmissionError",
    "TracebackLine",
    "UsageError",
    "did_you_mean",
    "is_shortage",
    "os_error_sentence",
]

import difflib
import errno
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class GraderError(Exception):
    """Something that we did wrong, or a service of the machine that failed us."""


class StorageError(GraderError):
    """Results cannot be kept: there is no going on, and what was kept before is whole."""


class RunnerKilled(GraderError):
    """A submission's process was ended by a signal that nothing in it can have sent.

    What it was doing is done again in a fresh one; where that is taken away too, this is the error.
    """


class UsageError(GraderError):
    """A command that cannot be carried out as it was given; its message is for the person."""


class CourseError(GraderError):
    """The course itself (manifest, reference, checks) is not consistent."""


class IntakeError(Exception):
    """What was handed in cannot be opened as a submission; its message is one clear sentence."""


FULL = "make room on it and run the command again"
_SHORTAGES = {
    errno.ENOSPC: f"there is no room left on the disk: {FULL}",
    errno.EDQUOT: f"your quota of the disk is used up: {FULL}",
    errno.EROFS: "the disk cannot be written to: mount it writable, or choose another folder",
    errno.EFBIG: "a file may not become so large here: raise the limit (`ulimit -f unlimited`)",
    errno.EIO: "the disk fails: choose another one",
    errno.EMFILE: "too many files are open: raise the limit (`ulimit -n 4096`)",
    errno.ENFILE: "too many files are open on this machine: close other programs",
    errno.EAGAIN: "no more processes may be started: raise the limit (`ulimit -u`), or use fewer "
    "workers",
    errno.ENOMEM: "the machine has no memory left: use fewer workers",
}


def is_shortage(error: OSError) -> bool:
    """Say whether it is the machine that has run short of something, whatever was to be done."""
    return error.errno in _SHORTAGES


def os_error_sentence(error: OSError) -> str:
    """Return what the system refused, where, and what to do, as the end of a sentence."""
    what = _SHORTAGES.get(error.errno or 0) or error.strerror or str(error)
    where = os.fspath(error.filename) if isinstance(error.filename, str | os.PathLike) else ""
    if isinstance(error, FileNotFoundError) and not where and not _is_somewhere():
        return "the folder that you are in was removed: change into another one"
    return f"{where}: {what}" if where else what


def _is_somewhere() -> bool:
    """Return whether the current folder is still there."""
    try:
        os.getcwd()  # noqa: PTH109 - `Path.cwd` is the same call
    except OSError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class TracebackLine:
    """One line of the submission in a traceback.

    Attributes
    ----------
    file : str
        Path inside the submission, with forward slashes.
    line : int
        Line number, from 1; 0 where it is not known.
    function : str
        Name of the function, or ``<module>``.
    code : str
        The text of the line, stripped; empty where it is not known.
    """

    file: str
    line: int
    function: str
    code: str = ""


class SubmissionError(Exception):
    """Something that the submission did; its message is the sentence that the student reads."""

    def __init__(
        self, message: str, *, hint: str = "", frames: tuple[TracebackLine, ...] = ()
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.frames = frames


class Failed(SubmissionError):
    """The submission ran and what it returned is not right."""


class Partly(Failed):
    """The claim holds in part: `share` of the points, between 0 and 1, is earned all the same."""

    def __init__(
        self, message: str, *, share: float, hint: str = "", frames: tuple[TracebackLine, ...] = ()
    ) -> None:
        super().__init__(message, hint=hint, frames=frames)
        self.share = share


class Crashed(SubmissionError):
    """The submission raised, ended its process, or broke the protocol.

    `exception` is the name of the exception's type, empty where nothing was raised; `bases` are
    those of Python's own exceptions that it is derived from.
    """

    def __init__(
        self,
        message: str,
        *,
        exception: str = "",
        bases: tuple[str, ...] = (),
        hint: str = "",
        frames: tuple[TracebackLine, ...] = (),
    ) -> None:
        super().__init__(message, hint=hint, frames=frames)
        self.exception = exception
        self.bases = bases

    def is_a(self, *exceptions: str) -> bool:
        """Say whether ``except`` with one of these names would catch it."""
        return any(name in exceptions for name in (self.exception, *self.bases))


class OverLimit(SubmissionError):
    """The submission went over one of its limits."""

    def __init__(
        self, message: str, *, limit: str, hint: str = "", frames: tuple[TracebackLine, ...] = ()
    ) -> None:
        super().__init__(message, hint=hint, frames=frames)
        self.limit = limit


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a question after the nearest of some words, with a blank before it, or nothing."""
    found = difflib.get_close_matches(word, sorted(known), n=1)
    return f" Did you mean `{found[0]}`?" if found else ""
