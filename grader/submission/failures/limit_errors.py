"""Recognise the limit that a submission has hit from its exception, and return the error for it."""

from __future__ import annotations

__all__ = ["limit_error"]

import errno
import re
from typing import TYPE_CHECKING

from grader.errors import OverLimit
from grader.sandbox.write_quota import quota_at

if TYPE_CHECKING:
    from grader.sandbox.launcher import Limits

# The messages of libraries that do not raise MemoryError.
NO_MEMORY = re.compile(
    r"(can't|cannot|unable to|failed to) allocate|not enough memory|out of memory|bad_alloc"
    r"|Cannot allocate memory",
    re.IGNORECASE,
)
NO_THREAD = "can't start new thread"


def limit_error(
    doing: str, exception: str, message: str, number: int, limits: Limits, level: str
) -> OverLimit | None:
    """Return the error for an exception that was raised because of a limit, None for others.

    Parameters
    ----------
    doing : str
        The beginning of the sentence.
    exception, message : str
        Type and message of the exception.
    number : int
        The operating system's number of the error (`errno`), 0 if there is none.
    limits : Limits
        The limits of the submission.
    level : str
        The level of isolation; it decides what may be written.
    """
    memory = f"{limits.memory_mib:,} MiB of memory"
    if (
        exception in ("MemoryError", "ResourceExhaustedError", "OutOfMemoryError")
        or number == errno.ENOMEM
        or (exception in ("RuntimeError", "ImportError", "OSError") and NO_MEMORY.search(message))
    ):
        said = f"{doing} needed more than its {memory}. {message}"
        hint = "How large is the largest array that you make, and how many do you keep?"
        return OverLimit(said.strip(), limit="memory_mib", hint=hint)
    if exception == "RuntimeError" and NO_THREAD in message:
        return _threads(f"{doing} could not start another thread", limits)
    if exception == "BlockingIOError" and number == errno.EAGAIN:
        return _threads(f"{doing} could not start another process", limits)
    if number in (errno.ENOSPC, errno.EDQUOT):
        room = quota_at(level, limits.disk_mib)
        each = f" of {room.file_mib} MiB each" if room.file_mib < room.mib else ""
        many = f"{room.mib} MiB, in {room.files:,} files{each}"
        said = f"{doing} wrote more than there is room for: {many}."
        return OverLimit(said, limit="disk_mib", hint=DISK)
    if number == errno.EFBIG:
        most = quota_at(level, limits.disk_mib).file_mib
        said = f"{doing} wrote a file larger than the limit of {most} MiB allows."
        return OverLimit(said, limit="disk_mib", hint=DISK)
    if number == errno.EMFILE:
        said = f"{doing} had more than {limits.open_files} files open at the same time."
        hint = "Open files in a `with` block, which closes them."
        return OverLimit(said, limit="open_files", hint=hint)
    return None


DISK = "Is something written in a loop? Write less, or take it out: nothing that is written counts."


def _threads(what: str, limits: Limits) -> OverLimit:
    most = f"{limits.threads} threads, and their stacks in {limits.memory_mib:,} MiB of memory"
    hint = "Are threads or processes started in a loop? The exercises need none."
    return OverLimit(f"{what}: the limit is {most}.", limit="processes", hint=hint)
