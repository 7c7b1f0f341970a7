"""A runner at level full or reduced, on the judge's side."""

from __future__ import annotations

__all__ = ["IsolatedProcess"]

import contextlib
import os
import select
import signal
import socket
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from grader.errors import GraderError, os_error_sentence
from grader.sandbox.clock import (
    ProcessorClock,
    data_mib_of,
    peak_mib_of,
    pid_of_handle,
    processor_limit_of,
)
from grader.sandbox.launcher import OTHERS_SIGNALS, Ending, Process, RunnerSpec
from grader.sandbox.shelf import unguessable
from grader.sandbox.zygotes import ANSWER_SECONDS, ZygoteError
from grader.wire import WireError, pack, receive_one
from grader.wire.handover import Handover, handover_header, state_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.sandbox.control import Child
    from grader.sandbox.zygotes import ZygoteLine

# A runner whose peak memory was above this share of its limit may have been killed for that.
NEAR_MEMORY = 0.75
# The kernel compares its limit of processor time with ticks, and reports the time really used: on a
# busy machine it killed processes that had used 79 to 92 % of their limit.
SPENT_SHARE = 0.6
LEAST_PROCESSOR_LIMIT = 1.0
ROOT = "/box/submission"
STUBS = "/stubs"


class IsolatedProcess(Process):
    """A locked-down runner."""

    def __init__(
        self, zygote: ZygoteLine, child: Child, files: list[int], spec: RunnerSpec
    ) -> None:
        self._zygote = zygote
        self._pid = child.pid
        self._home = child.home
        self._limits = spec.limits
        self._ending: Ending | None = None
        channel, output, self._handle = files
        self._clock = ProcessorClock(lambda: self._number)
        self.channel = socket.socket(fileno=channel)
        self.output = socket.socket(fileno=output)
        if zygote.level == "full":
            self.root, self.stubs = ROOT, STUBS
        else:
            scratch = os.path.dirname(self._home)  # noqa: PTH120
            self.root, self.stubs = f"{self._home}/submission", f"{scratch}/stubs"

    @cached_property
    def _number(self) -> int | None:
        """Its process number as seen here: the zygote sees it in another namespace."""
        return pid_of_handle(self._handle)

    def dress(self, spec: RunnerSpec, greeting: Callable[[Process], bytes] | None) -> None:
        """Send the child its files and the greeting, and wait until the files are written."""
        names, contents = list(spec.files), list(spec.files.values())
        if self._zygote.level == "reduced":
            # Not even the child may write there, so the judge does.
            try:
                self._zygote.shelf.place(self.root, spec.files, spec.folder)
            except OSError as error:
                raise GraderError(
                    f"The submission's files could not be laid out: {os_error_sentence(error)}."
                ) from error
            names, contents = [], []
        handover = Handover(self.root, spec.folder, names)
        frames = pack(handover_header(handover), contents)
        if greeting is not None:
            frames += greeting(self)
            self.greeted = True
        self.channel.settimeout(ANSWER_SECONDS)
        try:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                self.channel.sendall(frames)
            header, _ = receive_one(self.channel, max_body=0)
        except (OSError, WireError) as error:
            raise ZygoteError(f"a runner did not get ready ({error})") from error
        problem = state_of(header)
        if problem is not None and problem.what == "files":
            raise GraderError(f"The submission's files could not be laid out: {problem.error}.")
        if problem is not None:
            raise ZygoteError(problem.error)

    def cpu_seconds(self) -> float | None:
        """Return the processor seconds used so far."""
        return self._clock.seconds()

    def starved_seconds(self) -> float:
        """Return how long it was ready without a processor, since the last call."""
        return self._clock.starved_seconds()

    def data_mib(self) -> float | None:
        """Return the memory that counts for its limit."""
        return data_mib_of(self._number)

    def interrupt(self) -> bool:
        """Ask the runner which statement it is at; return whether it could be asked."""
        try:
            signal.pidfd_send_signal(self._handle, signal.SIGUSR1)
        except OSError:
            return False
        return True

    def end(self, *, grace_seconds: float = 0.0) -> Ending:
        """Kill the runner's process namespace and return its usage."""
        if self._ending is not None:
            return self._ending
        self._ending = Ending()
        used = None if grace_seconds else self._used()
        by_itself = self._kill(grace_seconds)
        most_cpu = processor_limit_of(self._number) if by_itself else None
        self._let_go()
        if used is not None and not by_itself and self._zygote.bury(self._pid, self._home):
            # Everything needed is known: nobody has to wait until the kernel has ended it.
            self._ending = Ending(
                signal=int(signal.SIGKILL), cpu_seconds=used[0], peak_memory_mib=used[1]
            )
            return self._ending
        try:
            ended = self._zygote.reap(self._pid, self._home)
        except ZygoteError:  # the zygote is gone and took the runner along: not the runner's fault
            self._ending = Ending(by_others=True)
            return self._ending
        code, cpu = ended.code, ended.cpu_seconds
        number = -code if code < 0 else None
        if by_itself and number == signal.SIGKILL and self._has_spent(cpu, most_cpu):
            # Number 1 of a process namespace gets no SIGXCPU, only SIGKILL at the hard limit.
            number = signal.SIGXCPU
        ending = Ending(
            exit_code=code if code >= 0 else None,
            signal=int(number) if number is not None else None,
            cpu_seconds=cpu,
            peak_memory_mib=ended.peak_kib / 1024,
        )
        self._ending = replace(ending, by_others=by_itself and self._is_by_others(ending))
        return self._ending

    def _has_spent(self, cpu: float, limit: float | None) -> bool:
        """Return whether the kernel may have killed it at its limit of processor time."""
        if cpu >= self._limits.exercise_cpu_seconds:
            return True
        return cpu >= SPENT_SHARE * (LEAST_PROCESSOR_LIMIT if limit is None else limit)

    def _is_by_others(self, ending: Ending) -> bool:
        """Return whether it was ended by a signal that it cannot have sent: see `steps.seccomp`."""
        peak = ending.peak_memory_mib or 0.0
        return (
            ending.signal in OTHERS_SIGNALS
            and self._zygote.refuses_signals
            and peak < NEAR_MEMORY * self._limits.memory_mib
        )

    def _used(self) -> tuple[float, float] | None:
        """Return CPU seconds and peak memory (MiB) so far, None if the machine does not tell."""
        cpu, peak = self._clock.seconds(), peak_mib_of(self._number)
        return None if cpu is None or peak is None else (cpu, peak)

    def abandon(self) -> None:
        """End a runner that was never used."""
        with contextlib.suppress(GraderError):
            self.end()

    def _kill(self, grace_seconds: float) -> bool:
        """Kill it if it does not exit within the grace; return whether it exited by itself."""
        waiting = select.poll()
        waiting.register(self._handle, select.POLLIN)
        by_itself = bool(waiting.poll(grace_seconds * 1000))
        with contextlib.suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)
        return by_itself

    def _let_go(self) -> None:
        self._clock.close()
        os.close(self._handle)
        self.channel.close()
        self.output.close()
        if self._zygote.level == "reduced":
            self._zygote.shelf.take_back(self.root, self._home)
            other = unguessable(self._home)
            with contextlib.suppress(OSError):
                os.rename(self._home, other)  # noqa: PTH104
                self._home = other
