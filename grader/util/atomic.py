"""Write files atomically: under another name first, then moved into place."""

from __future__ import annotations

__all__ = ["remove_drafts", "write_whole"]

import contextlib
import os
import re
import secrets
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

NAME_BYTES = 200
_DRAFT = re.compile(r"\..+\.[0-9a-f]{16}", re.DOTALL)


def write_whole(path: Path, content: bytes, *, mode: int = 0o644, durable: bool = True) -> None:
    """Write a file so that nobody ever reads half of it, and nothing is lost if writing fails.

    A link is followed; a pipe, a device or the like is written to directly.

    Parameters
    ----------
    path : Path
        The path; its folder is created if it is missing.
    content : bytes
        The content of the file.
    mode : int
        Its permissions, before the process's umask.
    durable : bool
        Whether it is on the disk, and not only in the system's memory, when this returns.

    Raises
    ------
    OSError
        If it cannot be written; an existing file is then unchanged.
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
            error.filename = os.fspath(path)  # a failed write does not name its file
        raise


def remove_drafts(folder: Path) -> None:
    """Remove drafts of a killed `write_whole` from a folder; no other process may write there."""
    with contextlib.suppress(OSError):
        drafts = [path for path in folder.iterdir() if _DRAFT.fullmatch(path.name)]
        for path in drafts:
            if path.is_file() and not path.is_symlink():
                with contextlib.suppress(OSError):
                    path.unlink()
