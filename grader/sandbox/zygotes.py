"""Zygotes on the judge's side: processes that have done their imports and fork runners."""

from __future__ import annotations

__all__ = ["ANSWER_SECONDS", "ZygoteError", "ZygoteHandle", "ZygoteLine", "caps_of"]

import contextlib
import math
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from typing import TYPE_CHECKING, TypeVar

from grader.sandbox import control
from grader.sandbox.plain import PYTHON_FLAGS
from grader.sandbox.shelf import Shelf
from grader.sandbox.write_quota import own_mib_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from grader.sandbox.launcher import RunnerSpec

START_SECONDS = 120.0
ANSWER_SECONDS = 20.0
CLOSE_SECONDS = 2.0
HOME = "/box/home"

Answer = TypeVar("Answer", control.Ready, control.Child, control.ChildEnded)


class ZygoteError(Exception):
    """A zygote, or one of its children, cannot be used; the message says why."""


class ZygoteLine:
    """The line to one zygote, by which it sends children, one before it is needed.

    Parameters
    ----------
    level : str
        The isolation level of the children.
    line : socket.socket
        The judge's end.
    refuses_signals : bool
        Whether a child cannot send itself the signals by which others end a process.

    Attributes
    ----------
    shelf : Shelf
        Lays out submissions where a child may not do it itself.
    """

    def __init__(self, level: str, line: socket.socket, *, refuses_signals: bool) -> None:
        self.level = level
        self.refuses_signals = refuses_signals
        self.shelf = Shelf()
        self._lock = threading.Lock()
        self._line = line
        self._home: str | None = None
        self._child: tuple[control.Child, list[int]] | None = None  # received before it was needed

    def take(self, caps: control.Caps) -> tuple[control.Child, list[int]]:
        """Return the child that was forked in advance, or a new one if that has other limits."""
        with self._lock, self._usable():
            (child, files), self._child = self._child or self._await(control.Child), None
            if child.caps != caps:
                _close(files)
                control.send(self._line, control.ForkWithLimits(child.pid, caps))
                child, files = self._await(control.Child)
            try:
                control.send(self._line, control.ForkNext())
            except control.Closed:
                _close(files)
                raise
            return child, files

    def reap(self, pid: int, home: str) -> control.ChildEnded:
        """End a child whose folder has this path now, and return its exit code and its usage."""
        with self._lock, self._usable():
            control.send(self._line, control.Reap(pid, home))
            return self._await(control.ChildEnded)[0]

    @contextlib.contextmanager
    def _usable(self) -> Iterator[None]:
        """Wait until the zygote is ready if it is new; raise `ZygoteError` if it is gone."""
        try:
            if self._home is None:
                self._home = self._await(control.Ready, START_SECONDS)[0].home
            self._line.settimeout(ANSWER_SECONDS)
            yield
        except (control.Closed, OSError) as error:  # perhaps another thread has just closed it
            raise ZygoteError(
                f"the process that starts runners is gone ({error}){self._last_words()}"
            ) from error

    def bury(self, pid: int, home: str) -> bool:
        """Ask the zygote the same without waiting for it; return whether that succeeded."""
        with self._lock:
            try:
                self._line.settimeout(ANSWER_SECONDS)
                control.send(self._line, control.KillChild(pid, home))
            except (control.Closed, OSError):
                return False
            return True

    def _await(
        self, expected: type[Answer], seconds: float | None = None
    ) -> tuple[Answer, list[int]]:
        self._line.settimeout(ANSWER_SECONDS if seconds is None else seconds)
        while True:
            answer, files = control.receive(self._line)
            if isinstance(answer, expected):
                return answer, files
            if isinstance(answer, control.Child):  # forked in the meantime, for the next order
                self._child = answer, files
                continue
            _close(files)
            raise ZygoteError(
                answer.error if isinstance(answer, control.ZygoteFailed) else str(answer)
            )

    def _last_words(self) -> str:
        return ""

    def close(self) -> None:
        """Hang up: the zygote ends, and its children with it."""
        with self._lock:
            self._hang_up()

    def _hang_up(self) -> None:
        self._line.close()
        if self._child is not None:
            _close(self._child[1])
            self._child = None


class ZygoteHandle(ZygoteLine):
    """A zygote, and those that it has forked with more modules."""

    def __init__(self, level: str, spec: RunnerSpec, without: frozenset[str]) -> None:
        line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        super().__init__(level, line, refuses_signals="known_calls_only" not in without)
        self._branches: dict[tuple[str, ...], ZygoteLine] = {}
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  (closed with the zygote)
        zygote_spec = control.ZygoteSpec(
            level=level,
            stubs=str(spec.stubs.resolve()),
            preload=list(spec.profile.preload),
            without=sorted(without),
            caps=caps_of(spec),
        )
        module = [sys.executable, *PYTHON_FLAGS, "-m", "grader.sandbox.zygote"]
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  (our own interpreter and module)
                [*module, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=self._errors,
                stderr=self._errors,
                cwd="/",
                env=spec.profile.clean_environment(HOME),
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        # Not as an argument: a child may read its command line, and does not need these paths.
        with contextlib.suppress(control.Closed):
            control.send(self._line, zygote_spec)

    def branch(self, modules: tuple[str, ...]) -> ZygoteLine:
        """Return a zygote that has imported these modules, too: this one, or one that it forks.

        What they take is then copied by those children alone that need it.

        Raises
        ------
        ZygoteError
            If this zygote is gone. Whether it can import them is not told: their import is tried
            again where the submission asks for it.
        """
        if not modules:
            return self
        with self._lock, self._usable():
            if modules not in self._branches:
                line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
                with theirs:
                    control.send(self._line, control.Branch(list(modules)), [theirs.fileno()])
                self._branches[modules] = ZygoteLine(
                    self.level, line, refuses_signals=self.refuses_signals
                )
            return self._branches[modules]

    def _last_words(self) -> str:
        with contextlib.suppress(OSError, ValueError):
            self._errors.seek(0)
            lines = self._errors.read()[-2000:].decode("utf-8", "replace").strip().splitlines()
            return f": {lines[-1]}" if lines else ""
        return ""

    def close(self) -> None:
        """End the zygote, and with it its branches and all children."""
        with self._lock:
            for branch in self._branches.values():
                branch.close()
            self._branches.clear()
            self._hang_up()
            try:
                self._process.wait(CLOSE_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._errors.close()
            if self._home is not None and self.level == "reduced":
                # The guard does this, unless it was killed.
                shutil.rmtree(self._home, ignore_errors=True)


def _close(files: Iterable[int]) -> None:
    for file in files:
        os.close(file)


def caps_of(spec: RunnerSpec) -> control.Caps:
    """Return the limits that the kernel enforces; the judge's own deadlines come first."""
    limits = spec.limits
    return {
        "memory_mib": limits.memory_mib,
        "cpu_seconds": math.ceil(limits.exercise_cpu_seconds) + 1,
        "processes": limits.threads,
        "disk_mib": limits.disk_mib,
        "own_mib": own_mib_of(spec.files),
        "open_files": limits.open_files,
    }
