"""Write the files that a command was asked for; report errors in one sentence."""

from __future__ import annotations

__all__ = ["save"]

from typing import TYPE_CHECKING

from grader.errors import UsageError, os_error_sentence
from grader.util.atomic import write_whole

if TYPE_CHECKING:
    from pathlib import Path


def save(path: Path, content: bytes, *, mode: int = 0o644) -> None:
    """Write a file, as `grader.util.atomic.write_whole` does.

    Raises
    ------
    UsageError
        Where it cannot be written; what was there before is as it was.
    """
    if path.is_dir():
        raise UsageError(f"{path} is a folder: name a file.")
    try:
        write_whole(path, content, mode=mode)
    except OSError as error:
        raise UsageError(f"The file cannot be written: {os_error_sentence(error)}.") from error
