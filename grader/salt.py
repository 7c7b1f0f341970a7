"""The course's secret salt: nobody who lacks it can foresee the inputs of a submission."""

from __future__ import annotations

__all__ = ["PUBLIC", "load_salt", "read_salt"]

import os
import secrets
from typing import TYPE_CHECKING

from grader.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

# What `grader check` uses on a student's own machine, where there is nothing to keep secret.
PUBLIC = b"public"
SIZE = 32


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
        draft = path.with_name(f"salt.{os.getpid()}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(SIZE).hex().encode() + b"\n")
        try:
            os.link(draft, path)  # fails where another process was faster: its salt is the one
        except FileExistsError:
            pass
        finally:
            draft.unlink()
        return _read(path)
    except OSError as error:
        raise UsageError(
            f"The salt {path} cannot be made: {error.strerror}. Let the folder be written to."
        ) from error


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
    try:
        salt = bytes.fromhex(path.read_text(encoding="ascii"))
    except ValueError as error:
        raise UsageError(
            f"The salt {path} is not in hexadecimal: restore it or delete it."
        ) from error
    if len(salt) != SIZE:
        raise UsageError(f"The salt {path} is not of {SIZE} bytes: restore it or delete it.")
    return salt
