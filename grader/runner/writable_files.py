"""Lets a submission "create" files: a name that it writes to stands for a file made in advance.

A process that may create files can create any number of them, and without a file system of its own
the kernel sets no limit. So it gets a few empty files, each with a maximal size, and may write only
to those. This module makes ordinary code, ``open("net.png", "wb")`` or ``plt.savefig("net.png")``,
write to one of them under the name that it asks for.

This is for comfort, not for security: code that goes round it finds only the same few files. Files
that a library opens itself, in C, do not come by here, and the kernel refuses them.
"""

# The replacements of functions in `os` cannot use pathlib, which calls these functions.
# ruff: noqa: PTH100, PTH118, PTH119, PTH120

from __future__ import annotations

__all__ = ["Slots", "offer"]

import builtins
import errno
import io
import os
import shutil
import sys
from types import FunctionType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Self

MAX_FOLDERS = 256
WRITING = os.O_WRONLY | os.O_RDWR
NAMES = [
    "open",
    "stat",
    "lstat",
    "access",
    "listdir",
    "scandir",
    "mkdir",
    "rmdir",
    "unlink",
    "rename",
    "chmod",
    "utime",
]


# The import system keeps the real functions; `io` and `os` get the replacements by name.
KEEP_THEIR_OWN = frozenset([__name__, "_io", "nt", "posix"])


class _Real:
    """The system's own functions, before they are replaced."""

    open = staticmethod(os.open)
    open_file: Any = staticmethod(io.open)
    stat = staticmethod(os.stat)
    lstat = staticmethod(os.lstat)
    access = staticmethod(os.access)
    mkdir = staticmethod(os.mkdir)
    rmdir = staticmethod(os.rmdir)
    unlink = staticmethod(os.unlink)
    rename = staticmethod(os.rename)
    replace = staticmethod(os.replace)
    remove = staticmethod(os.remove)
    listdir = staticmethod(os.listdir)
    scandir = staticmethod(os.scandir)
    chmod = staticmethod(os.chmod)
    utime = staticmethod(os.utime)


class Slots:
    """Files and folders that a submission believes it has created."""

    def __init__(self) -> None:
        self._folder = self._root = ""
        self._slots: list[str] = []
        self._files: dict[str, str] = {}
        self._folders: set[str] = set()

    def begin(self, folder: str, root: str) -> None:
        """Use the files of a folder for names under a root.

        Parameters
        ----------
        folder : str
            Holds the files that may be written, and nothing else.
        root : str
            Where a submission may believe that it writes; elsewhere it is refused as usual.
        """
        self._folder = folder
        self._root = root
        self._slots = [os.path.join(folder, name) for name in sorted(_Real.listdir(folder))]

    # ---------------------------------------------------------------- opening

    def open(self, path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        """Open as `os.open` does; a file that cannot be written at its path gets a slot."""
        if dir_fd is not None or isinstance(path, int):
            return _Real.open(path, flags, mode, dir_fd=dir_fd)
        key = _key(path)
        if key in self._files:
            if flags & os.O_CREAT and flags & os.O_EXCL:
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), path)
            return _Real.open(self._files[key], flags & ~(os.O_CREAT | os.O_EXCL))
        try:
            return _Real.open(path, flags, mode)
        except (PermissionError, FileNotFoundError):
            if not flags & WRITING or not self._may_hold(key, flags):
                raise
        slot = self._free_slot()
        if not flags & os.O_TRUNC:
            self._copy(path, slot)
        self._files[key] = slot
        return _Real.open(slot, flags & ~(os.O_CREAT | os.O_EXCL))

    def open_file(  # noqa: D102  (the signature of `open` itself)
        self,
        file: Any,
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        closefd: bool = True,
        opener: Callable[[Any, int], int] | None = None,
    ) -> Any:
        if opener is None and not isinstance(file, int):
            opener = self._open_plain
        return _Real.open_file(file, mode, buffering, encoding, errors, newline, closefd, opener)

    def has(self, path: Any) -> bool:
        """Say whether a name stands for a slot."""
        return _key(path) in self._files

    def _open_plain(self, path: Any, flags: int) -> int:
        return self.open(path, flags, 0o666)

    def _may_hold(self, key: str, flags: int) -> bool:
        """Say whether a file of this name could exist: the folder exists, and it is a file."""
        if key in self._folders or flags & os.O_DIRECTORY or not self._has_parent(key):
            return False
        try:
            return not _is_folder(_Real.stat(key))
        except OSError:
            return bool(flags & os.O_CREAT)

    def _has_parent(self, key: str) -> bool:
        inside = bool(self._root) and key.startswith(self._root + "/")
        return inside and self._is_folder(os.path.dirname(key))

    def _free_slot(self) -> str:
        """Return an empty slot that has no name and that is not open any more."""
        taken = set(self._files.values())
        free = [slot for slot in self._slots if slot not in taken]
        still_open = set()
        for number in range(os.sysconf("SC_OPEN_MAX")) if free else ():
            try:
                still_open.add(os.fstat(number).st_ino)
            except OSError:
                continue
        for slot in free:
            if _Real.stat(slot).st_ino not in still_open:
                os.close(_Real.open(slot, os.O_WRONLY | os.O_TRUNC))
                return slot
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    @staticmethod
    def _copy(path: Any, slot: str) -> None:
        """Copy the content of a read-only file of this name into the slot, if there is one."""
        try:
            source = _Real.open_file(path, "rb")
        except OSError:
            return
        with source, _Real.open_file(slot, "wb") as target:
            shutil.copyfileobj(source, target)

    # ---------------------------------------------------------------- looking

    def _is_folder(self, key: str) -> bool:
        if key in self._folders:
            return True
        try:
            return _is_folder(_Real.stat(key))
        except OSError:
            return False

    def _behind(self, path: Any) -> Any:
        """Return the slot behind a name, or the path itself if it has none."""
        if isinstance(path, int):
            return path
        key = _key(path)
        return self._folder if key in self._folders else self._files.get(key, path)

    def stat(self, path: Any, **options: Any) -> os.stat_result:
        """Look as `os.stat` does."""
        return _Real.stat(self._behind(path), **options)

    def lstat(self, path: Any, **options: Any) -> os.stat_result:
        """Look as `os.lstat` does."""
        return _Real.lstat(self._behind(path), **options)

    def access(self, path: Any, mode: int, **options: Any) -> bool:
        """Answer as `os.access` does."""
        return _Real.access(self._behind(path), mode, **options)

    def listdir(self, path: Any = ".") -> list[Any]:
        """List as `os.listdir` does."""
        own = self._names_in(path)
        try:
            found = _Real.listdir(path)
        except FileNotFoundError:
            if isinstance(path, int) or _key(path) not in self._folders:
                raise
            found = []
        return [*found, *(name for name in own if name not in found)]

    def scandir(self, path: Any = ".") -> Any:
        """List as `os.scandir` does; if the folder holds one of our names, from a list."""
        own = self._names_in(path)
        if not own and (isinstance(path, int) or _key(path) not in self._folders):
            return _Real.scandir(path)
        entries: list[Any] = []
        if isinstance(path, int) or _key(path) not in self._folders:
            with _Real.scandir(path) as found:
                entries = [entry for entry in found if entry.name not in own]
        return _Entries([*entries, *(_Entry(self, os.path.join(path, name)) for name in own)])

    def _names_in(self, path: Any) -> list[str]:
        if isinstance(path, int | bytes):
            return []
        start = _key(path or ".")
        return [
            os.path.basename(k)
            for k in (*self._files, *self._folders)
            if os.path.dirname(k) == start
        ]

    # ---------------------------------------------------------------- changing

    def mkdir(self, path: Any, mode: int = 0o777, *, dir_fd: int | None = None) -> None:
        """Make a folder as `os.mkdir` does."""
        key = _key(path)
        if key in self._folders or key in self._files:
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), path)
        try:
            _Real.mkdir(path, mode, dir_fd=dir_fd)
        except (PermissionError, FileNotFoundError):
            if dir_fd is not None or not self._has_parent(key):
                raise
            if len(self._folders) >= MAX_FOLDERS:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), path) from None
            self._folders.add(key)

    def rmdir(self, path: Any, **options: Any) -> None:
        """Remove a folder as `os.rmdir` does."""
        key = _key(path)
        if key not in self._folders:
            _Real.rmdir(path, **options)
        elif self._names_in(key):
            raise OSError(errno.ENOTEMPTY, os.strerror(errno.ENOTEMPTY), path)
        else:
            self._folders.remove(key)

    def unlink(self, path: Any, **options: Any) -> None:
        """Remove a file as `os.unlink` does; code that has it open can go on using it."""
        if self._files.pop(_key(path), None) is None:
            _Real.unlink(path, **options)

    def rename(self, source: Any, target: Any, **options: Any) -> None:
        """Rename a file or a folder of ours as `os.rename` does."""
        old, new = _key(source), _key(target)
        if old in self._files and self._has_parent(new):
            self._files[new] = self._files.pop(old)
        elif old in self._folders and self._has_parent(new) and not self._names_in(new):
            self._folders.discard(new)
            self._folders = {_moved(key, old, new) for key in self._folders}
            self._files = {_moved(key, old, new): slot for key, slot in self._files.items()}
        else:
            _Real.rename(source, target, **options)

    def chmod(self, path: Any, mode: int, **options: Any) -> None:
        """Change nothing: no other user exists for whom the mode of a slot would matter."""
        if self._behind(path) is path:
            _Real.chmod(path, mode, **options)

    def utime(self, path: Any, *times: Any, **options: Any) -> None:
        """Change nothing of a slot."""
        if self._behind(path) is path:
            _Real.utime(path, *times, **options)


class _Entry:
    """One of our entries in a folder, in the form of `os.DirEntry`."""

    def __init__(self, slots: Slots, path: str) -> None:
        self._slots = slots
        self.path = path
        self.name = os.path.basename(path)

    def __fspath__(self) -> str:
        return self.path

    def stat(self, *, follow_symlinks: bool = True) -> os.stat_result:
        return self._slots.stat(self.path, follow_symlinks=follow_symlinks)

    def inode(self) -> int:
        return self.stat().st_ino

    def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        return _is_folder(self.stat(follow_symlinks=follow_symlinks))

    def is_file(self, *, follow_symlinks: bool = True) -> bool:
        return not self.is_dir(follow_symlinks=follow_symlinks)

    @staticmethod
    def is_symlink() -> bool:
        return False

    @staticmethod
    def is_junction() -> bool:  # asked for since Python 3.12
        return False


class _Entries:
    """What `scandir` gives."""

    def __init__(self, entries: list[Any]) -> None:
        self._entries = iter(entries)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[Any]:
        return self._entries

    def __next__(self) -> Any:
        return next(self._entries)

    def close(self) -> None:
        self._entries = iter(())


def offer() -> Slots:
    """Make Python's own functions use the slots; there are none before `Slots.begin`.

    Call it before other modules are imported: modules that are loaded already are searched for
    references to these functions.
    """
    slots = Slots()
    instead: dict[int, Any] = {id(_Real.open_file): slots.open_file}
    instead |= {id(getattr(_Real, name)): getattr(slots, name) for name in NAMES}
    # Other functions that do the same.
    instead |= {id(_Real.remove): slots.unlink, id(_Real.replace): slots.rename}
    builtins.open = io.open = slots.open_file
    for name in NAMES:
        setattr(os, name, getattr(slots, name))
    # Our folders have no file descriptors, which these variants need.
    shutil._use_fd_functions = False  # type: ignore[attr-defined]  # noqa: SLF001
    for module in list(sys.modules.values()):
        if module.__name__ not in KEEP_THEIR_OWN:
            _hand_over(module, instead)
    return slots


def _hand_over(holder: Any, instead: dict[int, Any]) -> None:
    """Replace, in a module or a class, the functions for which we have replacements.

    Which module refers to which function changes between Python versions: `tempfile` has `unlink`
    as a default of a method, `glob` has `scandir` as a method since 3.13.
    `unlink` as a default of a method, `glob` has `scandir` as a method since 3.13.
    """
    for name, kept in list(vars(holder).items()):
        if id(kept) in instead:
            setattr(holder, name, instead[id(kept)])
        elif isinstance(kept, staticmethod) and id(kept.__func__) in instead:
            setattr(holder, name, staticmethod(instead[id(kept.__func__)]))
        elif isinstance(kept, FunctionType) and kept.__defaults__:
            kept.__defaults__ = tuple(instead.get(id(d), d) for d in kept.__defaults__)
        elif isinstance(kept, type) and kept.__module__ == getattr(holder, "__name__", None):
            _hand_over(kept, instead)


def _key(path: Any) -> str:
    return os.path.abspath(os.fsdecode(path))


def _is_folder(found: os.stat_result) -> bool:
    return (found.st_mode & 0o170000) == 0o040000


def _moved(key: str, old: str, new: str) -> str:
    return new + key[len(old) :] if key == old or key.startswith(old + "/") else key
