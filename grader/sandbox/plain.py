"""Level none: a plain subprocess. It keeps submissions apart, but stops no attack."""

from __future__ import annotations

__all__ = ["PlainLauncher"]

import signal
import socket
import sys
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

from grader.errors import GraderError, os_error_sentence
from grader.sandbox.clock import ProcessorClock
from grader.sandbox.copies import copy_files, copy_stubs
from grader.sandbox.launcher import OTHERS_SIGNALS, Ending, Launcher, Process, RunnerSpec
from grader.sandbox.subprocesses import collect, kill_group, start_with_channel
from grader.util.scratch import Scratch

if TYPE_CHECKING:
    from collections.abc import Callable

# The import path has neither the working folder nor the user's; no bytecode; unbuffered output.
# The whole environment is ours, so Python may read its own variables from it: a fixed
# PYTHONHASHSEED makes a second run do the same as the first.
PYTHON_FLAGS = ("-P", "-s", "-B", "-u", "-X", "utf8")


class PlainLauncher(Launcher):
    """Starts each runner as a subprocess in a folder of its own."""

    level = "none"

    def __init__(self) -> None:
        self._live: weakref.WeakSet[PlainProcess] = weakref.WeakSet()

    def start(
        self, spec: RunnerSpec, greeting: Callable[[Process], bytes] | None = None
    ) -> PlainProcess:
        """Start a runner on a fresh copy of the submission's files; the caller greets it."""
        del greeting
        try:
            home = Scratch()
        except OSError as error:
            raise GraderError(
                f"A runner could not be started: {os_error_sentence(error)}."
            ) from error
        try:
            process = PlainProcess(home, spec)
        except OSError as error:
            home.remove()
            raise GraderError(
                f"A runner could not be started: {os_error_sentence(error)}."
            ) from error
        self._live.add(process)
        return process

    def close(self) -> None:
        """Do nothing: this launcher keeps no processes."""

    def give_up(self) -> None:
        """Kill every runner."""
        for process in list(self._live):
            process.kill()


class PlainProcess(Process):
    """A runner in a subprocess."""

    def __init__(self, scratch: Scratch, spec: RunnerSpec) -> None:
        home = scratch.path
        self._scratch = scratch
        self._ending: Ending | None = None
        self.root = str((home / "box" / "submission").resolve())
        self.stubs = str((home / "stubs").resolve())
        copy_stubs(spec.stubs, Path(self.stubs))
        work = copy_files(Path(self.root), spec.files, spec.folder)
        self.output, their_output = socket.socketpair()
        try:
            with their_output:
                self._process, self.channel = start_with_channel(
                    [sys.executable, *PYTHON_FLAGS, "-m", "grader.runner"],
                    their_output,
                    cwd=work,
                    env=spec.profile.clean_environment(str(home)),
                )
        except OSError:
            self.output.close()
            raise
        self._clock = ProcessorClock(lambda: self._process.pid)

    def cpu_seconds(self) -> float | None:
        """Return the processor seconds of the process so far, without those of its children."""
        return self._clock.seconds()

    def starved_seconds(self) -> float:
        """Return how long it was ready without a processor, since the last call."""
        return self._clock.starved_seconds()

    def kill(self) -> None:
        """Kill the process and its whole group, from any thread."""
        if self._ending is None:
            kill_group(self._process)

    def interrupt(self) -> bool:
        """Ask the runner which statement it is at; return whether it could be asked."""
        if not hasattr(signal, "SIGUSR1"):
            return False
        self._process.send_signal(signal.SIGUSR1)
        return True

    def end(self, *, grace_seconds: float = 0.0) -> Ending:
        """Kill the runner's process group, collect its status and remove its folder."""
        if self._ending is None:
            used = collect(self._process, grace_seconds)
            self._ending = Ending(
                exit_code=used.code if used.code >= 0 else None,
                signal=-used.code if used.code < 0 else None,
                cpu_seconds=used.cpu_seconds,
                peak_memory_mib=used.peak_memory_mib,
                by_others=None if used.by_itself and -used.code in OTHERS_SIGNALS else False,
            )
            self._clock.close()
            self.channel.close()
            self.output.close()
            self._scratch.remove()
        return self._ending
