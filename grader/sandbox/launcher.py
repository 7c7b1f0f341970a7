"""What a launcher is asked for, and what it gives: the interface that every isolation level has."""

from __future__ import annotations

__all__ = ["OTHERS_SIGNALS", "Ending", "Launcher", "Limits", "Order", "Process", "Profile"]

import os
import signal
from collections.abc import Mapping  # noqa: TC003  (the manifest is converted by these types)
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from pathlib import Path

THREADS = 2
POOLS = 2
# By which people, services and the kernel that runs out of memory end a process.
OTHERS_SIGNALS = frozenset(
    getattr(signal, name)
    for name in ("SIGHUP", "SIGINT", "SIGQUIT", "SIGKILL", "SIGTERM")
    if hasattr(signal, name)  # Windows has two of them
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one exercise of one submission may use.

    A call past its deadline ends the runner; the other functions go on in a fresh one. The
    exercise's budget is kept apart from those of the other exercises.

    `call_cpu_seconds` is for a call of `call_seconds`; one that may take longer or less has its
    share of it. Where it is not given it is twice `call_seconds`: two threads all the time.

    `processes` is beside the pools of threads that libraries start for each processor: TensorFlow
    has 7 threads whatever the machine where it is told how many (as the course's profile does), and
    132 on 64 processors where it is not.
    """

    import_seconds: float = 10.0
    call_seconds: float = 5.0
    call_cpu_seconds: float | None = None
    exercise_wall_seconds: float = 60.0
    exercise_cpu_seconds: float = 60.0
    restarts: int = 40
    memory_mib: int = 1024
    processes: int = 64
    open_files: int = 64
    disk_mib: int = 64
    output_kib: int = 64
    reply_mib: int = 64
    callbacks: int = 100_000

    @property
    def threads(self) -> int:
        """How many threads and processes the kernel allows on this machine."""
        return self.processes + POOLS * (os.cpu_count() or 1)

    def cpu_share(self, wall_seconds: float, *, calling: bool = True) -> float:
        """Return the processor seconds that a call, or an import, of such a deadline may use."""
        if self.call_cpu_seconds is None or not calling:
            return THREADS * wall_seconds
        return self.call_cpu_seconds * wall_seconds / self.call_seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What is imported before a submission, and its environment variables."""

    name: str
    preload: tuple[str, ...] = ("numpy", "numpy.random")
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One runner, as the judge wants it.

    Attributes
    ----------
    files : Mapping of str to bytes
        The sealed submission.
    folder : str
        The exercise's folder in it: the working directory, and first on the import path.
    stubs : Path
        The course's ``assignments``: last on the import path.
    absent : tuple of str
        Packages that the submission may ask for and that are not installed: to import one costs
        nothing, to use it is told (see `grader.runner.shims`).
    """

    files: Mapping[str, bytes]
    folder: str
    stubs: Path
    profile: Profile
    limits: Limits
    absent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a runner's process ended, and what it had used; None where the machine does not say.

    Attributes
    ----------
    by_others : bool or None
        Whether it was ended by a signal that nothing inside can have sent; None where it was ended
        by one that others or itself may have sent, and the level does not tell.
    """

    exit_code: int | None = None
    signal: int | None = None
    cpu_seconds: float | None = None
    peak_memory_mib: float | None = None
    by_others: bool | None = False


class Process(Protocol):
    """A live runner.

    Attributes
    ----------
    channel : socket.socket
        Frames to and from the runner.
    output : socket.socket
        What the submission writes to stdout and stderr.
    root : str
        The submission's root as the runner sees it.
    stubs : str
        The folder of the stubs as the runner sees it.
    greeted : bool
        Whether the runner has been sent the greeting that its launcher was given.
    """

    greeted: bool = False
    channel: socket.socket
    output: socket.socket
    root: str
    stubs: str

    def cpu_seconds(self) -> float | None:
        """Return the processor seconds of a live runner so far; None where they are not known."""

    def starved_seconds(self) -> float:
        """Return how long it was ready and had no processor, since this was last asked."""
        return 0.0

    def interrupt(self) -> bool:
        """Ask the runner where it is; say whether it could be asked."""
        return False

    def end(self, *, grace_seconds: float = 0.0) -> Ending:
        """Kill whatever is left of the runner and say how it ended; may be called again.

        `grace_seconds` is how long a runner that has closed its channel may take to exit by itself,
        so that its own exit status is seen instead of our kill.
        """


class Launcher(Protocol):
    """Starts runners at one level of isolation."""

    level: str

    def start(self, order: Order, greeting: Callable[[Process], bytes] | None = None) -> Process:
        """Start a runner.

        Parameters
        ----------
        order : Order
            What it is to be.
        greeting : callable, optional
            Gives the first frames for it. A launcher may send them with the files, so that the
            runner goes on at once; whether it did, the process says.

        Raises
        ------
        GraderError
            Where the machine does not let us; the submission is not to blame.
        """

    def close(self) -> None:
        """End whatever the launcher keeps ready; it may be used again afterwards."""

    def give_up(self) -> None:
        """Kill, from any thread, what would outlive this process, which ends right after it."""
        return
