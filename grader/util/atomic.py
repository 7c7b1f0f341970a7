"""Files that are whole at any moment: written under another name, and moved into place."""

from __future__ import annotations

__all__ = ["write_whole"]

import contextlib
import os
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

NAME_BYTES = 200


def write_whole(path: Path, content: bytes, *, mode: int = 0o644, durable: bool = True) -> None:
    """Write a file so that nobody ever reads half of it, and nothing is lost where it fails.

    A link is followed; what is no file, such as a pipe or a device, is written to as it is.

    Parameters
    ----------
    path : Path
        Where; the folder is made where it is missing.
    content : bytes
        What.
    mode : int
        Its permissions, less what the process masks.
    durable : bool
        Whether it is on the disk, and not in the system's memory alone, when this returns.

    Raises
    ------
    OSError
        Where it cannot be written; what was there before is as it was.
    """
    path = path.resolve()
    if path.exists() and not path.is_file() and not path.is_dir():
        path.write_bytes(content)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    stem = os.fsdecode(os.fsencode(path.name)[:NAME_BYTES])
    draft = path.with_name(f".{stem}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        draft.replace(path)
    except BaseException as error:
        with contextlib.suppress(OSError):
            draft.unlink()
        if isinstance(error, OSError):
            error.filename = os.fspath(path)  # a write that fails does not say of what
        raise
