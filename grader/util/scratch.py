"""Temporary folders that disappear with the process that made them, however it ends.

The owner removes its folder. If it is killed, it cannot, but the kernel releases the lock that it
held on the folder; the next run removes every folder without a lock.
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
except ImportError:  # Windows, which cleans its own temporary folder
    LOCKS = False
else:
    LOCKS = True

if TYPE_CHECKING:
    from collections.abc import Collection
    from types import TracebackType

# The user for submissions if root has started the grader: from the range that systemd's table of
# user numbers leaves unused.
UNUSED_ID = 60_999
_PREFIX = "grader-"
_ENDING = ".scratch"
_BEGUN = ".begun"
# A private folder with such a name was surely not made by a person.
_OURS = re.compile(r"grader-[a-z0-9_]{8}(\.scratch|\.begun)")
# A folder has another name until it is locked; a process killed before that leaves it behind.
_BEGUN_SECONDS = 3600.0

# All open folders of this process. A process that has to end at once removes them in a thread that
# does not know what other threads were doing.
_open: dict[Path, Scratch] = {}


class Scratch:
    """A private folder inside the machine's temporary folder.

    Attributes
    ----------
    path : Path
        The folder's path.

    Raises
    ------
    OSError
        If it cannot be created.
    """

    def __init__(self) -> None:
        made = Path(tempfile.mkdtemp(prefix=_PREFIX, suffix=_BEGUN))
        self._lock: int | None = None
        if LOCKS:
            self._lock = os.open(made, os.O_RDONLY | os.O_CLOEXEC)
            with contextlib.suppress(OSError):  # some network disks do not support locks
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self.path = made.with_suffix(_ENDING)
        made.rename(self.path)
        _open[self.path] = self

    def __enter__(self) -> Path:
        """Return the path."""
        return self.path

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Remove the folder."""
        self.remove()

    def remove(self) -> None:
        """Remove the folder and its content; the next run removes what is left."""
        shutil.rmtree(self.path, ignore_errors=True)
        _open.pop(self.path, None)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def remove_all() -> None:
    """Remove every folder of this process, from any thread, right before the process ends."""
    for scratch in list(_open.values()):
        shutil.rmtree(scratch.path, ignore_errors=True)


def sweep(users: Collection[int] = ()) -> None:
    """Remove folders whose processes have ended.

    Parameters
    ----------
    users : collection of int
        Users whose folders to remove, besides our own.
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
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)  # BlockingIOError if its owner lives
        shutil.rmtree(path, ignore_errors=True)
    finally:
        os.close(folder)
