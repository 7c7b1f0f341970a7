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
from grader.sandbox.launcher import (
    OTHERS_SIGNALS,
    Ending,
    Launcher,
    Process,
    Profile,
    RunnerSpec,
)
from grader.sandbox.subprocesses import (
    CAN_HAND_OVER,
    collect,
    kill_group,
    start_with_channel,
)
from grader.util.scratch import Scratch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.sandbox.subprocesses import ExitUsage

# The import path has neither the working folder nor the user's; no bytecode; unbuffered output.
# The whole environment is ours, so Python may read its own variables from it: a fixed
# PYTHONHASHSEED makes a second run do the same as the first.
PYTHON_FLAGS = ("-P", "-s", "-B", "-u", "-X", "utf8")
# In the folder of a runner: the submission, and where a process waits for it.
_ROOT, _BEGUN = "box/submission", "begun"


class _Begun:
    """A process that has been started, and imports what every runner needs.

    It does not know yet for what: the files of a submission are put around it afterwards.
    """

    def __init__(self, profile: Profile, folder: str, imports: Sequence[str] = ()) -> None:
        self.scratch = Scratch()
        home = self.scratch.path
        self.environment = profile.clean_environment(str(home))
        self.folder = home / folder
        try:
            self.folder.mkdir(parents=True)
            self.output, their_output = socket.socketpair()
            try:
                with their_output:
                    self.process, self.channel = start_with_channel(
                        [sys.executable, *PYTHON_FLAGS, "-m", "grader.runner", *imports],
                        their_output,
                        cwd=self.folder,
                        env=self.environment,
                    )
            except BaseException:
                self.output.close()
                raise
        except BaseException:
            self.scratch.remove()
            raise

    def suits(self, profile: Profile) -> bool:
        """Return whether it has the environment in which a profile's runner begins."""
        return self.environment == profile.clean_environment(str(self.scratch.path))

    def end(self, grace_seconds: float = 0.0) -> ExitUsage:
        """Kill the process group, and remove the folder."""
        used = collect(self.process, grace_seconds)
        self.channel.close()
        self.output.close()
        self.scratch.remove()
        return used


class PlainLauncher(Launcher):
    """Starts each runner as a subprocess in a folder of its own."""

    level = "none"

    def __init__(self) -> None:
        self._live: weakref.WeakSet[PlainProcess] = weakref.WeakSet()
        self._ahead: _Begun | None = None

    def start_ahead(self, profile: Profile) -> None:
        """Start the process of a runner now: it imports while the judge does so, too.

        The first runner with the environment of this profile uses it; what else it needs is
        imported later. Whoever calls this has to call `close`.

        Raises
        ------
        OSError, ValueError, TypeError
            If it cannot be started; a runner will be started as usual, and say why.
        """
        if self._ahead is None and CAN_HAND_OVER:  # elsewhere a folder in use cannot be renamed
            self._ahead = _Begun(profile, _BEGUN, profile.preload)

    def start(
        self, spec: RunnerSpec, greeting: Callable[[Process], bytes] | None = None
    ) -> PlainProcess:
        """Start a runner on a fresh copy of the submission's files; the caller greets it."""
        del greeting
        try:
            process = PlainProcess(self._begun(spec), spec)
        except OSError as error:
            raise GraderError(
                f"A runner could not be started: {os_error_sentence(error)}."
            ) from error
        self._live.add(process)
        return process

    def _begun(self, spec: RunnerSpec) -> _Begun:
        begun = self._ahead
        if begun is not None and begun.suits(spec.profile):
            self._ahead = None
            return begun
        return _Begun(spec.profile, f"{_ROOT}/{spec.folder}")

    def close(self) -> None:
        """End the process that was started ahead, if nobody needed it."""
        if self._ahead is not None:
            self._ahead.end()
            self._ahead = None

    def give_up(self) -> None:
        """Kill every runner."""
        if self._ahead is not None:
            kill_group(self._ahead.process)
        for process in list(self._live):
            process.kill()


class PlainProcess(Process):
    """A runner in a subprocess."""

    def __init__(self, begun: _Begun, spec: RunnerSpec) -> None:
        home = begun.scratch.path
        self._begun, self._process = begun, begun.process
        self._ending: Ending | None = None
        self.root = str((home / _ROOT).resolve())
        self.stubs = str((home / "stubs").resolve())
        self.channel, self.output = begun.channel, begun.output
        try:
            copy_stubs(spec.stubs, Path(self.stubs))
            work = Path(self.root, spec.folder)
            if begun.folder == home / _BEGUN:  # it stays the working folder under its new name
                work.parent.mkdir(parents=True, exist_ok=True)
                begun.folder.rename(work)
            copy_files(Path(self.root), spec.files, spec.folder)
        except BaseException:
            begun.end()
            raise
        self._clock = ProcessorClock(lambda: begun.process.pid)

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
            used = self._begun.end(grace_seconds)
            self._ending = Ending(
                exit_code=used.code if used.code >= 0 else None,
                signal=-used.code if used.code < 0 else None,
                cpu_seconds=used.cpu_seconds,
                peak_memory_mib=used.peak_memory_mib,
                by_others=None if used.by_itself and -used.code in OTHERS_SIGNALS else False,
            )
            self._clock.close()
        return self._ending
