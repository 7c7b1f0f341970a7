"""Levels full and reduced, on the judge's side: keep zygotes, and replace those that fail."""

from __future__ import annotations

__all__ = ["IsolatedLauncher"]

import os
import threading
from typing import TYPE_CHECKING

from grader.errors import GraderError, os_error_sentence
from grader.sandbox.isolated_process import IsolatedProcess
from grader.sandbox.launcher import Launcher, Process, RunnerSpec
from grader.sandbox.zygotes import ZygoteError, ZygoteHandle, caps_of

if TYPE_CHECKING:
    from collections.abc import Callable

TRIES = 3


class IsolatedLauncher(Launcher):
    """Starts each runner as a locked-down child of a zygote, which has done the imports already.

    Parameters
    ----------
    level : str
        ``full`` or ``reduced``.
    without : frozenset of str
        Steps to leave out, for tests that show what a step is for.
    """

    def __init__(self, level: str, *, without: frozenset[str] = frozenset()) -> None:
        self.level = level
        self._without = without
        self._lock = threading.Lock()
        self._zygotes: dict[tuple[object, ...], ZygoteHandle] = {}
        self._owner = os.getpid()

    def start(
        self, spec: RunnerSpec, greeting: Callable[[Process], bytes] | None = None
    ) -> IsolatedProcess:
        """Start a runner; replace a zygote that has died or hangs, and start again."""
        for attempt in range(1, TRIES + 1):
            zygote = self._zygote(spec)
            try:
                return _started(zygote, spec, greeting)
            except ZygoteError as error:
                self._drop(zygote)
                if attempt == TRIES:
                    raise GraderError(
                        f"A runner could not be started at isolation level {self.level}: {error}. "
                        "`grader doctor` shows what this machine can do."
                    ) from error
        raise AssertionError  # pragma: no cover

    def close(self) -> None:
        """End all zygotes, and with them every runner."""
        with self._lock:
            for zygote in self._zygotes.values():
                zygote.close()
            self._zygotes.clear()

    def give_up(self) -> None:
        """Do nothing: each zygote's guard notices when this process ends."""

    def _zygote(self, spec: RunnerSpec) -> ZygoteHandle:
        with self._lock:
            if self._owner != os.getpid():
                # In a forked worker: these zygotes belong to our parent.
                self._owner, self._zygotes = os.getpid(), {}
            profile = spec.profile
            environment = tuple(sorted(profile.environment.items()))
            key = (profile.name, profile.preload, environment, str(spec.stubs))
            if key not in self._zygotes:
                try:
                    self._zygotes[key] = ZygoteHandle(self.level, spec, self._without)
                except OSError as error:
                    raise GraderError(
                        f"A runner could not be started: {os_error_sentence(error)}."
                    ) from error
            return self._zygotes[key]

    def _drop(self, zygote: ZygoteHandle) -> None:
        with self._lock:
            zygote.close()
            self._zygotes = {k: z for k, z in self._zygotes.items() if z is not zygote}


def _started(
    zygote: ZygoteHandle, spec: RunnerSpec, greeting: Callable[[Process], bytes] | None
) -> IsolatedProcess:
    """Give the ready child its submission, and let the zygote fork the next one."""
    line = zygote.branch(spec.ahead)
    child, files = line.take(caps_of(spec))
    process = IsolatedProcess(line, child, files, spec)
    try:
        process.dress(spec, greeting)
    except BaseException:
        process.abandon()
        raise
    return process
