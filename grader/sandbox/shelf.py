"""A submission's files at level reduced, laid out once for the runners of all its exercises."""

from __future__ import annotations

__all__ = ["Shelf", "lay_out", "unguessable"]

import os
import shutil
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SECOND = 1_000_000_000

_State = tuple[tuple[int, ...], ...]


def lay_out(root: str, files: Mapping[str, bytes], folder: str) -> str:
    """Write the submission's files below the root and return the working directory.

    It uses no path objects: they make a process that was just forked copy a hundred pages.
    """
    for parent in {folder, *(name.rpartition("/")[0] for name in files)}:
        os.makedirs(f"{root}/{parent}", exist_ok=True)  # noqa: PTH103
    for name, content in files.items():
        file = os.open(
            f"{root}/{name}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666
        )
        try:
            rest = memoryview(content)
            while rest:
                rest = rest[os.write(file, rest) :]
        finally:
            os.close(file)
    return f"{root}/{folder}"


def unguessable(beside: str) -> str:
    """Return a new path in the folder of another: whoever could guess it could see its sizes."""
    return f"{os.path.dirname(beside)}/{os.urandom(16).hex()}"  # noqa: PTH120


@dataclass(slots=True)
class _LaidOut:
    """A submission's files in a folder, in which no runner may write.

    Attributes
    ----------
    root : str
        The folder.
    files : Mapping of str to bytes
        The files.
    folder : str
        The working directory of the runner that they were laid out for, relative to `root`.
    state : tuple
        What was seen of each file and folder then.
    """

    root: str
    files: Mapping[str, bytes]
    folder: str
    state: _State

    def is_for(self, files: Mapping[str, bytes], folder: str) -> bool:
        """Return whether laying out these files would give the same, as nothing was changed."""
        if files != self.files or _folders(files, folder) != _folders(self.files, self.folder):
            return False
        try:
            return _state(self.root, files, folder) == self.state
        except OSError:
            return False


class Shelf:
    """Keeps the last submission that was laid out, for the next runner of the same one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: _LaidOut | None = None
        self._lent: dict[str, _LaidOut] = {}

    def place(self, root: str, files: Mapping[str, bytes], folder: str) -> None:
        """Put a submission's files into a folder that does not exist yet.

        Parameters
        ----------
        root : str
            The folder, in the file system of those before.
        files : Mapping of str to bytes
            The files.
        folder : str
            The runner's working directory, relative to `root`; it exists afterwards.

        Raises
        ------
        OSError
            If they cannot be written.
        """
        with self._lock:
            kept, self._kept = self._kept, None
        if kept is not None:
            if kept.is_for(files, folder) and _moved(kept, root):
                with self._lock:
                    self._lent[root] = kept
                return
            shutil.rmtree(kept.root, ignore_errors=True)
        lay_out(root, files, folder)
        _leave_no_trace(root, files, folder)
        laid = _LaidOut(root, files, folder, _state(root, files, folder))
        with self._lock:
            self._lent[root] = laid

    def take_back(self, root: str, home: str) -> None:
        """Keep the files of a runner that was killed, under a path that it does not know.

        Parameters
        ----------
        root, home : str
            Where they were put, and the runner's folder.
        """
        with self._lock:
            laid = self._lent.pop(root, None)
        if laid is None or not _moved(laid, unguessable(home)):
            shutil.rmtree(root, ignore_errors=True)
            return
        with self._lock:
            before, self._kept = self._kept, laid
        if before is not None:
            shutil.rmtree(before.root, ignore_errors=True)


def _moved(laid: _LaidOut, root: str) -> bool:
    try:
        os.rename(laid.root, root)  # noqa: PTH104
    except OSError:
        return False
    laid.root = root
    return True


def _leave_no_trace(root: str, files: Mapping[str, bytes], folder: str) -> None:
    """Set times of access after those of the change: merely reading does not change them then."""
    for path in _paths(root, files, folder):
        changed = os.stat(path).st_mtime_ns  # noqa: PTH116
        os.utime(path, ns=(changed + SECOND, changed))


def _state(root: str, files: Mapping[str, bytes], folder: str) -> _State:
    """Return all that a runner could change of the files, and another one see.

    The time of the last change of an inode is left out: moving the root changes it.
    """
    return tuple(
        (
            *(found.st_ino, found.st_mode, found.st_nlink, found.st_uid, found.st_gid),
            *(found.st_size, found.st_mtime_ns, found.st_atime_ns),
        )
        for found in map(os.lstat, _paths(root, files, folder))
    )


def _paths(root: str, files: Mapping[str, bytes], folder: str) -> Iterator[str]:
    yield from (f"{root}/{name}" for name in files)
    yield from (f"{root}/{name}" for name in sorted(_folders(files, folder)))


def _folders(files: Mapping[str, bytes], folder: str) -> set[str]:
    """Return the folders that hold the files, and the working directory, up to the root."""
    found = {""}
    for name in (*files, f"{folder}/"):
        parent = name.rpartition("/")[0]
        while parent not in found and parent != ".":
            found.add(parent)
            parent = parent.rpartition("/")[0]
    return found
