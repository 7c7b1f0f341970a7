"""The file of a gradebook of SQLite: where it may lie, and what is in it without opening it."""

from __future__ import annotations

__all__ = [
    "GRADES", "grades_in_file", "identity_of", "is_begun", "refuse_place", "refuse_strange_log",
]  # fmt: skip

import contextlib
import sqlite3
from pathlib import Path

from grader.errors import UsageError

MOUNTS = "/proc/self/mounts"
READ_ONLY = "?mode=ro"
# How a file of SQLite begins; then, after two bytes, how it is to be written and read.
_SQLITE, _WITHOUT_LOG = b"SQLite format 3\0", b"\x01\x01"
# SQLite's write-ahead log needs memory that all its users share: not so over a network.
_NETWORK = frozenset(["nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "glusterfs",
                      "lustre", "gpfs", "beegfs", "fuse.sshfs", "fuse.glusterfs", "ncpfs",
                      "davfs", "fuse.rclone", "fuse.s3fs"])  # fmt: skip


# How many people have a result that counts; every version of a book answers it.
GRADES = (
    "SELECT count(DISTINCT coalesce(people.merged_into, people.id)) FROM people "
    "JOIN attempt_people ON attempt_people.person_id = people.id "
    "JOIN results ON results.attempt_id = attempt_people.attempt_id "
    "WHERE results.counts AND people.purged_at = ''"
)


def grades_in_file(file: Path) -> int:
    """Return how many people have a result that counts in a book of SQLite.

    The file is only read, even where it is of an older version; 0 where it is no gradebook.
    """
    if not is_begun(file):
        return 0
    try:
        address = file.absolute().as_uri() + READ_ONLY
        with contextlib.closing(sqlite3.connect(address, uri=True)) as book:
            return int(book.execute(GRADES).fetchone()[0])
    except sqlite3.Error:
        return 0


def is_begun(file: Path) -> bool:
    """Return whether there is a file with something in it."""
    try:
        return file.is_file() and file.stat().st_size > 0
    except OSError:
        return False


def refuse_place(file: Path, name: str) -> None:
    """Refuse a folder, and a file on a network's disk, which several processes would damage."""
    if file.is_dir():
        raise UsageError(f"{file} is a folder: name a file in it, as {file / 'gradebook.sqlite'}.")
    kind = _file_system(file)
    if kind in _NETWORK:
        raise UsageError(
            f"The gradebook {name} lies on a network file system ({kind}), on which SQLite cannot "
            "be shared safely: name a file on this machine's own disk, or a PostgreSQL database, "
            "by --gradebook."
        )


def refuse_strange_log(file: Path, name: str) -> None:
    """Refuse a backup that was put beside the log of the book whose place it took.

    SQLite would write the log's pages into it: it would be the newer book again, or damaged. While
    a book is in use, its file says that there is a log; a backup says that there is none.
    """
    log = file.with_name(f"{file.name}-wal")
    try:
        if not log.stat().st_size:
            return
        with file.open("rb") as book:
            head = book.read(len(_SQLITE) + 4)
    except OSError:
        return
    if head.startswith(_SQLITE) and head[-2:] == _WITHOUT_LOG:
        raise UsageError(
            f"The gradebook {name} is a backup, and beside it lies {log.name}, the log of the book "
            f"whose place it took: stop what uses the book, move {log.name} and {file.name}-shm "
            "away, then run again. Nothing was changed."
        )


def identity_of(file: Path) -> tuple[int, int] | None:
    """Return what tells a file from another one of the same name; None where there is none."""
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _file_system(file: Path) -> str:
    """Return the kind of file system on which a file lies; empty where it cannot be told."""
    try:
        lines = Path(MOUNTS).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    place = file.resolve()
    best, kind = -1, ""
    for line in lines:
        _, folder, found, *_ = [*line.split(" "), "", "", ""]
        folder = folder.encode().decode("unicode_escape", "replace")
        if folder and place.is_relative_to(folder) and len(folder) >= best:
            best, kind = len(folder), found
    return kind
