"""The file of a gradebook of SQLite: where it may lie, and what is in it without opening it."""

from __future__ import annotations

__all__ = ["GRADES", "grades_in_file", "is_begun", "refuse_place"]

import contextlib
import sqlite3
from pathlib import Path

from grader.errors import UsageError

MOUNTS = "/proc/self/mounts"
READ_ONLY = "?mode=ro"
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
