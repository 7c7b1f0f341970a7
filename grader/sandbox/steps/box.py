"""What a step is told: where things lie, which user, how much of everything."""

from __future__ import annotations

__all__ = ["HOME", "INNER_ID", "ROOT", "SCRATCH", "STUBS", "Box", "BoxCaps", "BoxLayout"]

from dataclasses import dataclass

from grader.sandbox.write_quota import WriteQuota, room_at

SCRATCH = "/box"
ROOT = "/box/submission"
HOME = "/box/home"
STUBS = "/stubs"
INNER_ID = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxCaps:
    """What the kernel holds a child to, as the exercise's limits say.

    A child that stands ready was forked with the caps of the order before: it is used only where
    the next order has the same.
    """

    memory_mib: int
    cpu_seconds: int
    processes: int
    disk_mib: int
    own_mib: int
    open_files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxLayout:
    """What a zygote may see of the machine.

    Attributes
    ----------
    level : str
        ``full`` or ``reduced``.
    libraries : tuple of str
        Folders of the interpreter, of what is installed in it and of the system's libraries.
    own : tuple of str
        The runner's own files.
    hidden : str
        The package that the runner's files are part of: none of the rest of it is seen.
    stubs : str
        The course's ``assignments``.
    without : frozenset of str
        Names of steps to leave out, so that a test can show what they are for.
    """

    level: str
    libraries: tuple[str, ...]
    own: tuple[str, ...]
    hidden: str
    stubs: str
    without: frozenset[str] = frozenset()

    def leaves_out(self, step: str, where: str) -> bool:
        """Return whether a step is not to be taken ``around`` the zygote or ``inside`` a child."""
        return bool({step, f"{where} {step}"} & self.without)


@dataclass(slots=True, kw_only=True)
class Box:
    """One process on its way into the box.

    Attributes
    ----------
    proc : int
        The machine's own ``/proc``, opened before it went out of sight.
    home : str
        The one folder of this child.
    keep : tuple of int
        File descriptors that stay open, beside the standard three.
    network : int, optional
        Descriptor of an empty network namespace that nobody else is in.
    parent : int, optional
        The number by which its parent is seen from inside, to look whether that is still there.
    """

    layout: BoxLayout
    caps: BoxCaps
    proc: int
    home: str
    keep: tuple[int, ...] = ()
    network: int | None = None
    parent: int | None = None

    @property
    def slots(self) -> str:
        """Where the files lie that may be written at level reduced."""
        return f"{self.home}/slots"

    @property
    def room(self) -> WriteQuota:
        """How much may be written."""
        return room_at(self.layout.level, self.caps.disk_mib, self.caps.own_mib)
