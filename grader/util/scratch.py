"""Temporary folders that go with the process that made them, whatever ends it.

A folder is removed by its owner. An owner that was killed cannot do so: but it held a lock on the
folder, which the kernel has taken back, and the next run removes every folder that nobody holds.
"""

from __future__ import annotations

__all__ = ["UNUSED_ID", "Scratch", "remove_all", "sweep"]

import contextlib
import os
import re
import shutil
import stat
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

try:
    import fcntl
except ImportError:  # Windows, whose own cleaning has to do
    LOCKS = False
else:
    LOCKS = True

if TYPE_CHECKING:
    from collections.abc import Collection
    from types import TracebackType

# Who runs submissions where the grader was started by root: in the range that systemd's table of
# user numbers leaves free.
UNUSED_ID = 60_999
_PREFIX = "grader-"
_ENDING = ".scratch"
_BEGUN = ".begun"
# No folder that a person made looks like this, is private, and is named so by chance.
_OURS = re.compile(r"grader-[a-z0-9_]{8}(\.scratch|\.begun)")
# Between its making and its lock a folder has another name; who is killed then leaves that.
_BEGUN_SECONDS = 3600.0

# What this process has to remove when it is told to go at once: a thread that is told so knows
# nothing of what the others were doing.
_open: dict[Path, Scratch] = {}


class Scratch:
    """A private folder below the machine's temporary one.

    Attributes
    ----------
    path : Path
        Where it is.

    Raises
    ------
    OSError
        Where none can be made.
    """

    def __init__(self) -> None:
        made = Path(tempfile.mkdtemp(prefix=_PREFIX, suffix=_BEGUN))
        self._lock: int | None = None
        if LOCKS:
            self._lock = os.open(made, os.O_RDONLY | os.O_CLOEXEC)
            with contextlib.suppress(OSError):  # a network disk may know no locks
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self.path = made.with_suffix(_ENDING)
        made.rename(self.path)
        _open[self.path] = self

    def __enter__(self) -> Path:
        """Return where it is."""
        return self.path

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Remove it."""
        self.remove()

    def remove(self) -> None:
        """Remove it, with all that is in it; what cannot be removed is left to the next run."""
        shutil.rmtree(self.path, ignore_errors=True)
        _open.pop(self.path, None)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def remove_all() -> None:
    """Remove every folder of this process, from any thread; for one that ends right after it."""
    for scratch in list(_open.values()):
        shutil.rmtree(scratch.path, ignore_errors=True)


def sweep(users: Collection[int] = ()) -> None:
    """Remove what processes have left that are no more.

    Parameters
    ----------
    users : collection of int
        Whose folders, beside our own.
    """
    if not LOCKS:
        return
    with contextlib.suppress(OSError), os.scandir(tempfile.gettempdir()) as entries:
        for entry in entries:
            if match := _OURS.fullmatch(entry.name):
                with contextlib.suppress(OSError):
                    _sweep(Path(entry.path), {os.geteuid(), *users}, begun=match[1] == _BEGUN)


def _sweep(path: Path, users: Collection[int], *, begun: bool) -> None:
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        about = os.fstat(folder)
        if about.st_uid not in users or stat.S_IMODE(about.st_mode) & 0o022:
            return
        if begun and time.time() - about.st_mtime < _BEGUN_SECONDS:
            return
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)  # BlockingIOError where its owner lives
        shutil.rmtree(path, ignore_errors=True)
    finally:
        os.close(folder)
