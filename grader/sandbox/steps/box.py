"""The data that the steps need: the paths, the user, the limits."""

from __future__ import annotations

__all__ = ["HOME", "INNER_ID", "ROOT", "SCRATCH", "STUBS", "Box", "BoxCaps", "BoxLayout"]

from dataclasses import dataclass

from grader.sandbox.write_quota import WriteQuota, quota_at

SCRATCH = "/box"
ROOT = "/box/submission"
HOME = "/box/home"
STUBS = "/stubs"
INNER_ID = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxCaps:
    """The limits that the kernel enforces on a child, from the exercise's limits.

    A child is forked in advance, with the limits of the order before; it is used only if the next
    order has the same.
    """

    memory_mib: int
    cpu_seconds: int
    processes: int
    disk_mib: int
    own_mib: int
    open_files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BoxLayout:
    """The files and folders of the machine that a zygote may see.

    Attributes
    ----------
    level : str
        ``full`` or ``reduced``.
    libraries : tuple of str
        Folders of the interpreter, of its installed packages and of the system's libraries.
    own : tuple of str
        The runner's own files.
    hidden : str
        The package that contains the runner's files; the rest of it stays hidden.
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
        """Return whether a step is left out ``around`` the zygote or ``inside`` a child."""
        return bool({step, f"{where} {step}"} & self.without)


@dataclass(slots=True, kw_only=True)
class Box:
    """The state of one process during its lock-down.

    Attributes
    ----------
    proc : int
        The machine's own ``/proc``, opened before it was hidden.
    home : str
        The only writable folder of this child.
    keep : tuple of int
        File descriptors that stay open, apart from the standard three.
    network : int, optional
        Descriptor of an empty network namespace that no other process is in.
    parent : int, optional
        The parent's process number as seen from inside, to check that the parent still lives.
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
        """The folder of the files that may be written at level reduced."""
        return f"{self.home}/slots"

    @property
    def room(self) -> WriteQuota:
        """How much may be written, and to how many files."""
        return quota_at(self.layout.level, self.caps.disk_mib, self.caps.own_mib)
