"""The interface of all isolation levels: a launcher's input, and the process that it returns."""

from __future__ import annotations

__all__ = ["OTHERS_SIGNALS", "Ending", "Launcher", "Limits", "Process", "Profile", "RunnerSpec"]

import os
import signal
from collections.abc import Mapping  # noqa: TC003  (the manifest is converted by these types)
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from grader.util.child_environment import bare

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from pathlib import Path

THREADS = 2
POOLS = 2
# Signals by which people, services and the kernel (when memory runs out) end a process.
OTHERS_SIGNALS = frozenset(
    getattr(signal, name)
    for name in ("SIGHUP", "SIGINT", "SIGQUIT", "SIGKILL", "SIGTERM")
    if hasattr(signal, name)  # Windows has only two of them
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The resources that one exercise of one submission may use.

    A call past its deadline ends the runner; the other functions are called in a fresh one. Each
    exercise has a budget of its own.

    `call_cpu_seconds` is for a call of `call_seconds`; a call with a longer or shorter deadline
    gets it in proportion. The default is twice `call_seconds`: two threads all the time.

    `processes` comes on top of the thread pools that libraries start for each processor: TensorFlow
    has 7 threads on any machine if it is told how many to use (as the course's profile does), and
    132 on 64 processors if it is not.
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
        """Return the processor seconds for a call, or an import, with such a deadline."""
        if self.call_cpu_seconds is None or not calling:
            return THREADS * wall_seconds
        return self.call_cpu_seconds * wall_seconds / self.call_seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """The packages that are imported before a submission, and its environment variables."""

    name: str
    preload: tuple[str, ...] = ("numpy", "numpy.random")
    environment: Mapping[str, str] = field(default_factory=dict)

    def clean_environment(self, home: str) -> dict[str, str]:
        """Return a runner's environment: of the judge's, only what a process needs to start."""
        return bare({"MPLBACKEND": "Agg"}, self.environment, home=home)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunnerSpec:
    """What a runner needs: the files, the folders, the profile and the limits.

    Attributes
    ----------
    files : Mapping of str to bytes
        The sealed submission.
    folder : str
        The exercise's folder in the submission: the working directory, first on the import path.
    stubs : Path
        The course's ``assignments``: last on the import path.
    ahead : tuple of str
        Packages that the submission imports, and that a launcher may import before it is there.
    absent : tuple of str
        Packages that the submission may import and that are not installed. Importing one costs
        nothing; using it is reported (see `grader.runner.shims`).
    """

    files: Mapping[str, bytes]
    folder: str
    stubs: Path
    profile: Profile
    limits: Limits
    ahead: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """The end of a runner's process, and its usage; None if the machine gives no value.

    Attributes
    ----------
    by_others : bool or None
        True if the signal that ended it cannot come from inside the runner. None if it may come
        from inside or outside, and the level cannot tell which.
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
        The submission's stdout and stderr.
    root : str
        The submission's root as the runner sees it.
    stubs : str
        The folder of the stubs as the runner sees it.
    greeted : bool
        Whether the launcher has already sent the greeting to the runner.
    """

    greeted: bool = False
    channel: socket.socket
    output: socket.socket
    root: str
    stubs: str

    def cpu_seconds(self) -> float | None:
        """Return the processor seconds of a live runner so far; None if they are not known."""

    def starved_seconds(self) -> float:
        """Return how long it was ready without a processor, since the last call."""
        return 0.0

    def data_mib(self) -> float | None:
        """Return the memory that counts for its limit; None if that is not known."""
        return None

    def interrupt(self) -> bool:
        """Ask the runner which statement it is at; return whether it could be asked."""
        return False

    def end(self, *, grace_seconds: float = 0.0) -> Ending:
        """Kill the runner if it still lives, and return how it ended; may be called again.

        `grace_seconds` is how long a runner that has closed its channel may take to exit by itself,
        so that we see its own exit status and not that of our kill.
        """


class Launcher(Protocol):
    """Starts runners at one level of isolation."""

    level: str

    def start(
        self, spec: RunnerSpec, greeting: Callable[[Process], bytes] | None = None
    ) -> Process:
        """Start a runner.

        Parameters
        ----------
        spec : RunnerSpec
            What the runner needs.
        greeting : callable, optional
            Returns the first frames for the runner. A launcher may send them with the files, so
            that the runner can go on at once; `Process.greeted` tells whether it did.

        Raises
        ------
        GraderError
            If the machine does not allow it; this is not the submission's fault.
        """

    def close(self) -> None:
        """End the processes that the launcher keeps ready; it may be used again afterwards."""

    def give_up(self) -> None:
        """Kill everything that would outlive this process, from any thread; it ends right after."""
        return
