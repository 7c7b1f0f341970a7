"""How much a submission may write, in how many files."""

from __future__ import annotations

__all__ = ["FILES_PER_MIB", "WriteQuota", "own_mib_of", "room_at"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

FILES_PER_MIB = 64
# Without a file system of its own: files that were made before, each with the kernel's cap.
SLOTS = 32
SLOT_SHARE = 8
PAGE = 4096
STEPS_MIB = (1, 16, 128)
FEW = 8  # the folders of the box itself


@dataclass(frozen=True, slots=True)
class WriteQuota:
    """What may be written.

    Attributes
    ----------
    files : int
        How many files at most.
    file_mib : int
        How large each may be.
    mib : int
        How large all of them together may be.
    """

    files: int
    file_mib: int
    mib: int


def room_at(level: str, disk_mib: int, own_mib: int = 0) -> WriteQuota:
    """Return what an exercise with this `disk_mib` may write at a level of isolation.

    `own_mib` is for the submission's own files, where they lie in the same file system.
    """
    if level == "reduced":
        each = max(1, disk_mib // SLOT_SHARE)
        return WriteQuota(files=SLOTS, file_mib=each, mib=SLOTS * each)
    mib = disk_mib + own_mib
    return WriteQuota(files=mib * FILES_PER_MIB, file_mib=mib, mib=mib)


def own_mib_of(files: Mapping[str, bytes]) -> int:
    """Return the room that a submission's own files need, in steps that few submissions differ by.

    A child that stands ready has its file system already: whoever needs another size waits for a
    child of his own.
    """
    pages = sum(-(-len(content) // PAGE) for content in files.values()) * PAGE
    folders = {"."}
    for name in files:
        while name := name.rpartition("/")[0]:
            folders.add(name)
    count = len(files) + len(folders) + FEW
    needed = max(-(-pages // (1 << 20)), -(-count // FILES_PER_MIB))
    return next((step for step in STEPS_MIB if needed <= step), needed)
