"""Reads a submitted folder: only regular files, each relative to the open folder that contains it.

Every name is opened relative to an open folder and never through a link, so that a name swapped
meanwhile cannot lead out of the submission. Systems without ``openat`` (Windows) get the same
checks on paths, with a gap between the check and the opening.
"""

from __future__ import annotations

__all__ = [
    "THEIRS",
    "FolderPlace",
    "as_text",
    "content_in",
    "names_in",
    "open_regular",
    "read_folder",
    "read_lone_file",
    "read_pieces",
]

import contextlib
import errno
import os
import stat
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

from grader.errors import GraderError, IntakeError
from grader.intake.display import quoted
from grader.intake.needless import note_left_out
from grader.intake.unpack import names
from grader.intake.unpack.other_files import OtherFilesQuota
from grader.intake.unpack.reasons import LEFT_OUT, REFUSED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grader.intake.tree import Budget, Tree

_SAFE = (
    getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_RELATIVE = os.open in os.supports_dir_fd and os.scandir in os.supports_fd
_CHUNK = 1 << 20
_OURSELVES = os.geteuid() if hasattr(os, "geteuid") else 0

# Errors that the state of a submission can cause, such as a name that became a link after it was
# checked; all other errors of the system are ours.
THEIRS = frozenset(
    (errno.ENOENT, errno.EACCES, errno.EPERM, errno.ELOOP, errno.ENOTDIR, errno.ENXIO, errno.EISDIR)
)


class _LeftOut(Exception):
    """An entry is not read; the argument is a code of `LEFT_OUT`."""


@dataclass(frozen=True, slots=True)
class FolderPlace:
    """An open folder: a descriptor if the system has them, otherwise a path."""

    path: str
    descriptor: int | None = None

    @classmethod
    @contextlib.contextmanager
    def opened(cls, path: str) -> Iterator[FolderPlace]:
        """Open a folder that the person at the machine named; it may be a link."""
        if not _RELATIVE:
            yield cls(path)
            return
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | getattr(os, "O_CLOEXEC", 0))
        try:
            yield cls(path, descriptor)
        finally:
            os.close(descriptor)

    @contextlib.contextmanager
    def below(self, name: str) -> Iterator[FolderPlace]:
        """Open a subfolder, which must not be a link."""
        path = os.path.join(self.path, name)  # noqa: PTH118 - names need not be text
        if self.descriptor is None:
            if not stat.S_ISDIR(os.lstat(path).st_mode):
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), path)
            yield FolderPlace(path)
            return
        descriptor = os.open(name, os.O_RDONLY | os.O_DIRECTORY | _SAFE, dir_fd=self.descriptor)
        try:
            yield FolderPlace(path, descriptor)
        finally:
            os.close(descriptor)

    @property
    def owner(self) -> int:
        """The user who owns this folder."""
        return os.stat(self.path if self.descriptor is None else self.descriptor).st_uid  # noqa: PTH116

    def state(self, name: str) -> os.stat_result:
        """Return the status of a name, without following a link."""
        if self.descriptor is None:
            return os.lstat(os.path.join(self.path, name))  # noqa: PTH118
        return os.stat(name, dir_fd=self.descriptor, follow_symlinks=False)

    def open(self, name: str) -> int:
        """Open a name for reading, without following a link and without blocking."""
        if self.descriptor is None:
            return os.open(os.path.join(self.path, name), os.O_RDONLY | _SAFE)  # noqa: PTH118
        return os.open(name, os.O_RDONLY | _SAFE, dir_fd=self.descriptor)

    def listed(self, most: int) -> list[str]:
        """Return the sorted names in this folder, at most `most` of them."""
        listed: list[str] = []
        where = self.path if self.descriptor is None else self.descriptor
        with os.scandir(where) as entries:
            for entry in entries:
                if len(listed) >= most:
                    break
                listed.append(entry.name)
        return sorted(listed)


def _kind(state: os.stat_result, owner: int) -> str:
    """Return the code for a name that must not be read, or an empty text.

    A hard link alone proves nothing: ``cp -al`` and ``rsync --link-dest`` make one for every file.
    It can leak data if somebody made it who may not read the file: that is, in a folder that is not
    ours, to a file of another user.

    Parameters
    ----------
    state : os.stat_result
        The status of the name.
    owner : int
        The owner of the folder.
    """
    mode = state.st_mode
    if stat.S_ISREG(mode):
        leaks = state.st_nlink > 1 and owner not in (_OURSELVES, state.st_uid)
        return "foreign link" if leaks else ""
    kinds = {
        stat.S_IFDIR: "",
        stat.S_IFLNK: "symlink",
        stat.S_IFIFO: "fifo",
        stat.S_IFSOCK: "socket",
        stat.S_IFCHR: "device",
        stat.S_IFBLK: "device",
    }
    return kinds.get(stat.S_IFMT(mode), "unknown")


def as_text(name: str) -> str:
    """Return a name on disk as text: UTF-8 if possible, otherwise Latin-1, as in a tar."""
    raw = os.fsencode(name)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def open_regular(place: FolderPlace, name: str) -> IO[bytes]:
    """Open a file in a folder, if it is a regular file.

    Raises
    ------
    IntakeError
        If it is a link, a pipe, a device or a socket.
    OSError
        If it does not exist or cannot be read.
    """
    shown = as_text(name)
    code = _kind(place.state(name), place.owner)
    if not code:
        descriptor = place.open(name)
        file = os.fdopen(descriptor, "rb", 0)
        code = _kind(os.fstat(descriptor), place.owner)
        if not code:
            return file
        file.close()
    raise IntakeError(f"{quoted(shown)} cannot be opened: {LEFT_OUT[code]}.")


def read_folder(place: FolderPlace, tree: Tree, budget: Budget) -> None:
    """Read all files of a folder and its subfolders into a tree.

    Raises
    ------
    IntakeError
        If there are too many files, or reading them takes too long.
    """
    _Walk(tree, budget).folder(place, ())


def read_pieces(
    place: FolderPlace, pieces: Iterable[tuple[str, tuple[str, ...]]], tree: Tree, budget: Budget
) -> None:
    """Read some of the names in a folder into a tree, each to its own path.

    Parameters
    ----------
    place : FolderPlace
        The folder with the names.
    pieces : iterable of (str, tuple of str)
        A name, and the path for the file or for the content of the folder.
    tree, budget
        As for `read_folder`; the limits apply to all pieces together.
    """
    walk = _Walk(tree, budget)
    for name, to in pieces:
        walk.piece(place, name, to)


def content_in(path: str, inner: tuple[str, ...], most: int) -> bytes:
    """Return the content of a regular file in a folder.

    Raises
    ------
    OSError
        If it does not exist or cannot be read.
    ValueError
        If it is not a regular file or is too big; completes a sentence.
    """
    with contextlib.ExitStack() as stack:
        place = stack.enter_context(FolderPlace.opened(path))
        for name in inner[:-1]:
            place = stack.enter_context(place.below(name))
        file = stack.enter_context(os.fdopen(place.open(inner[-1]), "rb", 0))
        try:
            return _content(file, most, place.owner)
        except _LeftOut as reason:
            raise ValueError(f"cannot be read: {LEFT_OUT[str(reason)]}") from None


def names_in(path: str, inner: tuple[str, ...], most: int) -> dict[str, str]:
    """Return the names in a folder, each with ``folder``, ``file`` or the code of another kind."""
    with contextlib.ExitStack() as stack:
        place = stack.enter_context(FolderPlace.opened(path))
        for name in inner:
            place = stack.enter_context(place.below(name))
        found: dict[str, str] = {}
        owner = place.owner
        for name in place.listed(most):
            with contextlib.suppress(FileNotFoundError):
                state = place.state(name)
                kind = "folder" if stat.S_ISDIR(state.st_mode) else "file"
                found[name] = _kind(state, owner) or kind
        return found


def read_lone_file(file: IO[bytes], name: str, tree: Tree, budget: Budget) -> None:
    """Read a file that is a whole submission by itself into a tree."""
    parts = (as_text(name),)
    try:
        # The person named this file, or it was checked when it was opened.
        owner = os.fstat(file.fileno()).st_uid
        tree.add(parts, _content(file, budget.caps.file_bytes, owner))
    except _LeftOut as reason:
        raise IntakeError(
            f"{quoted(parts[0])} cannot be opened: {LEFT_OUT[str(reason)]}."
        ) from None


class _Walk:
    """One reading of one folder, with the counts for its limits."""

    def __init__(self, tree: Tree, budget: Budget) -> None:
        self._tree = tree
        self._budget = budget
        self._caps = budget.caps
        self._room = OtherFilesQuota(budget.caps.files, budget.caps.total_bytes)
        self._looked_at = 0
        self._files = 0
        self._total = 0

    def _refuse(self, code: str) -> IntakeError:
        return IntakeError(f"{self._tree.shown} {REFUSED[code]}.")

    def folder(self, place: FolderPlace, above: tuple[str, ...]) -> None:
        room = self._caps.entries - self._looked_at
        listed = place.listed(room + 1)
        self._looked_at += len(listed)
        if len(listed) > room:
            raise self._refuse("entries")
        for name in listed:
            self._budget.check_time(self._tree.shown)
            self._named(place, name, (*above, as_text(name)))

    def piece(self, place: FolderPlace, name: str, to: tuple[str, ...]) -> None:
        """Read one name to its path in the submission; of a folder, only its content."""
        self._budget.check_time(self._tree.shown)
        if to:
            self._named(place, name, to)
        else:
            with place.below(name) as inner:
                self.folder(inner, ())

    def _named(self, place: FolderPlace, name: str, parts: tuple[str, ...]) -> None:
        code = names.problem("/".join(parts))
        try:
            if code:
                raise _LeftOut(code)
            if not names.is_junk(parts):
                self._entry(place, name, parts)
            elif folder := names.needless_folder(parts):
                note_left_out(self._tree, folder, names.NEEDLESS)
            elif parts[-1].lower() in names.OF_LEFTOVERS:
                self._leftovers(place, name, parts)
        except _LeftOut as reason:
            self._tree.leave_out("/".join(parts), str(reason))
        except OSError as error:
            if error.errno not in THEIRS:
                raise GraderError(f"{self._tree.shown} cannot be read: {error}.") from error
            self._tree.leave_out("/".join(parts), "unreadable")

    def _leftovers(self, place: FolderPlace, name: str, parts: tuple[str, ...]) -> None:
        with contextlib.suppress(OSError), place.below(name) as inner:
            for one in inner.listed(self._caps.files):
                if leftover := names.needless_folder((*parts, as_text(one))):
                    note_left_out(self._tree, leftover, names.NEEDLESS)

    def _entry(self, place: FolderPlace, name: str, parts: tuple[str, ...]) -> None:
        state = place.state(name)
        code = _kind(state, place.owner)
        if code:
            raise _LeftOut(code)
        if stat.S_ISDIR(state.st_mode):
            with place.below(name) as inner:
                self.folder(inner, parts)
            return
        fits = state.st_size <= self._caps.file_bytes
        if fits and not self._room.takes(parts[-1], state.st_size):
            note_left_out(self._tree, parts, names.HEAP)
            return
        content = self._content(place, name, parts)
        self._files += 1
        self._total += len(content)
        if self._files > self._caps.files:
            raise self._refuse("files")
        if self._total > self._caps.total_bytes:
            raise self._refuse("total")
        self._tree.add(parts, content)

    def _content(self, place: FolderPlace, name: str, parts: tuple[str, ...]) -> bytes:
        packed = names.is_archive(parts[-1])
        most = self._caps.total_bytes if packed else self._caps.file_bytes
        with os.fdopen(place.open(name), "rb", 0) as file:
            return _content(file, most, place.owner)


def _content(file: IO[bytes], most: int, owner: int) -> bytes:
    """Read an open file that must be regular, within its limit, and unchanged since opening."""
    before = os.fstat(file.fileno())
    if code := _kind(before, owner):
        raise _LeftOut(code)
    if before.st_size > most:
        raise _LeftOut("big")
    content = _read_up_to(file, most)
    after = os.fstat(file.fileno())
    unchanged = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    if not unchanged or len(content) != before.st_size:
        raise _LeftOut("growing")
    return content


def _read_up_to(file: IO[bytes], most: int) -> bytes:
    """Read a file to its end, or one byte more than allowed: it may grow without end."""
    pieces: list[bytes] = []
    room = most + 1
    while room and (piece := file.read(min(room, _CHUNK))):
        pieces.append(piece)
        room -= len(piece)
    return b"".join(pieces)
