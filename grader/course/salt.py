"""The course's secret salt: without it, nobody can predict the inputs of a submission."""

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

# Used by `grader check` on a student's own machine, where nothing is secret.
NOT_SECRET = b"public"
SIZE = 32
BEING_WRITTEN_SECONDS = 2.0


def load_salt(course_root: Path) -> bytes:
    """Return the salt in ``.grader/salt`` of the course; the first call creates it.

    Raises
    ------
    UsageError
        If it can be neither read nor created.
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
    """Write a new salt if there is none; if several processes do so, one of them wins.

    A hard link puts the complete file in place without overwriting another process's salt. FAT and
    some network disks have no hard links: there, one process creates the file and then writes it.
    """
    text = secrets.token_bytes(SIZE).hex().encode() + b"\n"
    draft = path.with_name(f"salt.{os.getpid()}")
    try:
        _write_new(draft, text)
        os.link(draft, path)
    except FileExistsError:
        return  # another process was faster: its salt counts
    except OSError:
        with contextlib.suppress(FileExistsError):
            _write_new(path, text)
    finally:
        draft.unlink(missing_ok=True)


def _write_new(path: Path, text: bytes) -> None:
    """Write a new file; if writing fails, remove it again.

    Raises
    ------
    FileExistsError
        If the file exists.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb", buffering=0) as file:
            file.write(text)
    except OSError:
        path.unlink(missing_ok=True)
        raise


def read_salt(path: Path) -> bytes:
    """Return the salt in a file.

    Raises
    ------
    UsageError
        If it cannot be read, or is not a salt.
    """
    try:
        return _read(path)
    except OSError as error:
        raise UsageError(f"The salt {path} cannot be read: {error.strerror}.") from error


def _read(path: Path) -> bytes:
    text = path.read_bytes()
    until = time.monotonic() + BEING_WRITTEN_SECONDS
    while not text and time.monotonic() < until:  # another process has just created it
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
