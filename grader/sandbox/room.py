"""How much a submission may write, in how many files."""

from __future__ import annotations

__all__ = ["Room", "room_at"]

from dataclasses import dataclass

FILES_PER_MIB = 64
# Without a file system of its own: files that were made before, each with the kernel's cap.
SLOTS = 32
SLOT_SHARE = 8


@dataclass(frozen=True, slots=True)
class Room:
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


def room_at(level: str, disk_mib: int) -> Room:
    """Return what an exercise with this `disk_mib` may write at a level of isolation."""
    if level == "reduced":
        each = max(1, disk_mib // SLOT_SHARE)
        return Room(files=SLOTS, file_mib=each, mib=SLOTS * each)
    return Room(files=disk_mib * FILES_PER_MIB, file_mib=disk_mib, mib=disk_mib)
