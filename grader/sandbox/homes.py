"""The writable folders of children at level reduced, of which the next child gets the untouched.

Making 32 files on a disk and removing them again is most of what a child costs there, and few
submissions write to one of them.
"""

from __future__ import annotations

__all__ = ["Homes"]

import os

# Not `os`: at level reduced its functions look for a submission's own names (`writable_files`).
import posix
import shutil

SECOND = 1_000_000_000

_State = tuple[tuple[int, ...], ...]


class Homes:
    """Folders for children, each with a folder of empty files that the child may write.

    Parameters
    ----------
    folder : str
        Where they are made.
    files : int
        How many files each of them has.
    """

    def __init__(self, folder: str, files: int) -> None:
        self._folder = folder
        self._names = [f"{number:02}" for number in range(files)]
        self._as_made: dict[int, _State] = {}  # by the number of the folder's inode
        self._free: list[str] = []

    def take(self) -> str:
        """Return a folder in which nothing was ever written, and that no living child knows."""
        return self._free.pop() if self._free else self._make()

    def give_back(self, home: str) -> None:
        """Keep the folder of a child that has ended if it is as it was made, else remove it.

        Parameters
        ----------
        home : str
            Its path, which the judge has changed since, so that it cannot be guessed.
        """
        try:
            made = self._as_made.pop(posix.stat(home).st_ino, None)
            if made and posix.listdir(home) == ["slots"] and self._state(home) == made:
                posix.utime(home)
                self._as_made[posix.stat(home).st_ino] = made
                self._free.append(home)
                return
        except OSError:
            pass
        shutil.rmtree(home, ignore_errors=True)

    def forget(self) -> None:
        """Leave all of them to the process that has forked this one."""
        self._as_made.clear()
        self._free.clear()

    def _make(self) -> str:
        # A process that could guess a sibling's folder could see the sizes of its files.
        home = f"{self._folder}/{os.urandom(16).hex()}"
        slots = f"{home}/slots"
        posix.mkdir(home, 0o700)
        posix.mkdir(slots, 0o700)
        for name in self._names:
            flags = posix.O_WRONLY | posix.O_CREAT | posix.O_EXCL | posix.O_CLOEXEC
            posix.close(posix.open(f"{slots}/{name}", flags, 0o600))
        # With a time of access after that of the change, merely listing it leaves no trace there.
        changed = posix.stat(slots).st_mtime_ns
        posix.utime(slots, ns=(changed + SECOND, changed))
        self._as_made[posix.stat(home).st_ino] = self._state(home)
        return home

    def _state(self, home: str) -> _State:
        """Return all that a child could change of its folder of files, and a later one see."""
        slots = f"{home}/slots"
        if sorted(posix.listdir(slots)) != self._names:
            return ()
        return tuple(_look(path) for path in (slots, *(f"{slots}/{name}" for name in self._names)))


def _look(path: str) -> tuple[int, ...]:
    found = posix.lstat(path)
    return (
        *(found.st_ino, found.st_mode, found.st_nlink, found.st_uid, found.st_gid),
        *(found.st_size, found.st_blocks, found.st_mtime_ns, found.st_ctime_ns, found.st_atime_ns),
    )
