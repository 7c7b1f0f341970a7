"""How much a submission may write, and to how many files."""

from __future__ import annotations

__all__ = ["FILES_PER_MIB", "WriteQuota", "own_mib_of", "quota_at"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

FILES_PER_MIB = 64
# At level reduced there is no private file system: files made in advance, with a maximal size each.
SLOTS = 32
SLOT_SHARE = 8
PAGE = 4096
STEPS_MIB = (1, 16, 128)
FEW = 8  # the folders of the box itself


@dataclass(frozen=True, slots=True)
class WriteQuota:
    """The limits on writing.

    Attributes
    ----------
    files : int
        The maximal number of files.
    file_mib : int
        The maximal size of each.
    mib : int
        The maximal size of all together.
    """

    files: int
    file_mib: int
    mib: int


def quota_at(level: str, disk_mib: int, own_mib: int = 0) -> WriteQuota:
    """Return how much an exercise with this `disk_mib` may write at a level of isolation.

    `own_mib` is added for the submission's own files, if they are in the same file system.
    """
    if level == "reduced":
        each = max(1, disk_mib // SLOT_SHARE)
        return WriteQuota(files=SLOTS, file_mib=each, mib=SLOTS * each)
    mib = disk_mib + own_mib
    return WriteQuota(files=mib * FILES_PER_MIB, file_mib=mib, mib=mib)


def own_mib_of(files: Mapping[str, bytes]) -> int:
    """Return the space that a submission's own files need, rounded up to coarse steps.

    A child forked in advance already has its file system. If a submission needs another size, it
    has to wait for a new child; with coarse steps few do.
    """
    pages = sum(-(-len(content) // PAGE) for content in files.values()) * PAGE
    folders = {"."}
    for name in files:
        while name := name.rpartition("/")[0]:
            folders.add(name)
    count = len(files) + len(folders) + FEW
    needed = max(-(-pages // (1 << 20)), -(-count // FILES_PER_MIB))
    return next((step for step in STEPS_MIB if needed <= step), needed)
