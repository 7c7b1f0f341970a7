"""The course's secret salt: nobody who lacks it can foresee the inputs of a submission."""

from __future__ import annotations

__all__ = ["NOT_SECRET", "load_salt", "read_salt"]

import contextlib
import os
import secrets
import time
from typing import TYPE_CHECKING

from grader.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

# What `grader check` uses on a student's own machine, where there is nothing to keep secret.
NOT_SECRET = b"public"
SIZE = 32
BEING_WRITTEN_SECONDS = 2.0


def load_salt(course_root: Path) -> bytes:
    """Return the salt in ``.grader/salt`` of the course, made there at the first time.

    Raises
    ------
    UsageError
        Where it can be neither read nor made.
    """
    path = course_root / ".grader" / "salt"
    if os.path.lexists(path):
        return read_salt(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _make(path)
        return _read(path)
    except OSError as error:
        raise UsageError(
            f"The salt {path} cannot be made: {error.strerror}. Let the folder be written to."
        ) from error


def _make(path: Path) -> None:
    """Write a new salt where there is none; of several processes that do so one prevails.

    It comes into place whole. Not every file system can do that without writing over another
    process's salt, for which it needs a second name for a file (FAT and some network disks have
    none): there the file is made first, by one process alone, and then written.
    """
    text = secrets.token_bytes(SIZE).hex().encode() + b"\n"
    draft = path.with_name(f"salt.{os.getpid()}")
    try:
        _write_new(draft, text)
        os.link(draft, path)
    except FileExistsError:
        return  # another process was faster: its salt is the one
    except OSError:
        with contextlib.suppress(FileExistsError):
            _write_new(path, text)
    finally:
        draft.unlink(missing_ok=True)


def _write_new(path: Path, text: bytes) -> None:
    """Write a file that is not there yet; nothing is left of one that cannot be written.

    Raises
    ------
    FileExistsError
        Where it is there.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb", buffering=0) as file:
            file.write(text)
    except OSError:
        path.unlink(missing_ok=True)
        raise


def read_salt(path: Path) -> bytes:
    """Return the salt that a file holds.

    Raises
    ------
    UsageError
        Where it cannot be read, or is no salt.
    """
    try:
        return _read(path)
    except OSError as error:
        raise UsageError(f"The salt {path} cannot be read: {error.strerror}.") from error


def _read(path: Path) -> bytes:
    text = path.read_bytes()
    until = time.monotonic() + BEING_WRITTEN_SECONDS
    while not text and time.monotonic() < until:  # another process has just made it
        time.sleep(0.01)
        text = path.read_bytes()
    try:
        salt = bytes.fromhex(text.decode("ascii"))
    except ValueError as error:
        raise UsageError(
            f"The salt {path} is not in hexadecimal: restore it or delete it."
        ) from error
    if len(salt) != SIZE:
        raise UsageError(f"The salt {path} is not of {SIZE} bytes: restore it or delete it.")
    return salt
