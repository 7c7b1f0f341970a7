"""Levels full and reduced, from the judge's side: zygotes that are kept and replaced."""

from __future__ import annotations

__all__ = ["IsolatedLauncher", "IsolatedProcess"]

import contextlib
import math
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.errors import GraderError, because
from grader.sandbox import control
from grader.sandbox.clock import (
    ProcessorClock,
    peak_mib_of,
    pid_of_handle,
    processor_limit_of,
)
from grader.sandbox.copies import copy_files
from grader.sandbox.launcher import OTHERS_SIGNALS, Ending, Launcher, Order, Process, Profile
from grader.sandbox.plain import KEPT_PREFIXES, KEPT_VARIABLES, PYTHON_FLAGS
from grader.sandbox.room import own_mib_of
from grader.wire import WireError, pack, receive_one

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

START_SECONDS = 120.0
ANSWER_SECONDS = 20.0
CLOSE_SECONDS = 2.0
TRIES = 3
# Who had come so near to its own limit may have brought the machine to it.
NEAR_MEMORY = 0.75
# The kernel holds its limit of processor time against ticks, and reports what was really used: on a
# busy machine processes were killed that had used 79 to 92 % of it.
SPENT_SHARE = 0.6
LEAST_PROCESSOR_LIMIT = 1.0
ROOT = "/box/submission"
STUBS = "/stubs"
HOME = "/box/home"


class IsolatedLauncher(Launcher):
    """Starts each runner as a locked-down child of a zygote that has its imports behind it.

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
        self._zygotes: dict[tuple[object, ...], Zygote] = {}
        self._owner = os.getpid()

    def start(
        self, order: Order, greeting: Callable[[Process], bytes] | None = None
    ) -> IsolatedProcess:
        """Start a runner; a zygote that has died or hangs is replaced and the start is repeated."""
        for attempt in range(1, TRIES + 1):
            zygote = self._zygote(order)
            try:
                return zygote.start(order, greeting)
            except _Unfit as error:
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
        """Do nothing: each zygote has a guard that sees when this process ends."""

    def _zygote(self, order: Order) -> Zygote:
        with self._lock:
            if self._owner != os.getpid():
                # In a forked worker: the zygotes are our parent's.
                self._owner, self._zygotes = os.getpid(), {}
            profile = order.profile
            environment = tuple(sorted(profile.environment.items()))
            key = (profile.name, profile.preload, environment, str(order.stubs))
            if key not in self._zygotes:
                try:
                    self._zygotes[key] = Zygote(self.level, order, self._without)
                except OSError as error:
                    raise GraderError(
                        f"A runner could not be started: {because(error)}."
                    ) from error
            return self._zygotes[key]

    def _drop(self, zygote: Zygote) -> None:
        with self._lock:
            zygote.close()
            self._zygotes = {k: z for k, z in self._zygotes.items() if z is not zygote}


class _Unfit(Exception):
    """A zygote, or a child of it, that is not to be used; the message says why."""


class Zygote:
    """The line to one zygote."""

    def __init__(self, level: str, order: Order, without: frozenset[str]) -> None:
        self.level = level
        self.refuses_signals = "known_calls_only" not in without
        self._lock = threading.Lock()
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  (closed with the zygote)
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._home: str | None = None
        self._child: tuple[dict[str, Any], list[int]] | None = None  # came before it was wanted
        wish = {
            "level": level,
            "stubs": str(order.stubs.resolve()),
            "preload": list(order.profile.preload),
            "without": sorted(without),
            "caps": _caps(order),
        }
        module = [sys.executable, *PYTHON_FLAGS, "-m", "grader.sandbox.zygote"]
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  (our own interpreter and module)
                [*module, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=self._errors,
                stderr=self._errors,
                cwd="/",
                env=_environment(order.profile),
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        # Not as an argument: a child may read its command line, and need not know these paths.
        with contextlib.suppress(control.Closed):
            control.send(self._line, wish)

    def start(self, order: Order, greeting: Callable[[Process], bytes] | None) -> IsolatedProcess:
        """Hand an order to the child that stands ready, and let the next one be made."""
        message, files = self._take(_caps(order))
        process = IsolatedProcess(self, message, files, order)
        try:
            process.dress(order, greeting)
        except BaseException:
            process.abandon()
            raise
        return process

    def _take(self, caps: Mapping[str, int]) -> tuple[dict[str, Any], list[int]]:
        """Return the child that stands ready; where that has other caps, one that has these."""
        with self._lock, self._usable():
            child, self._child = self._child or self._await("child", ANSWER_SECONDS), None
            if child[0]["caps"] != caps:
                _close(child[1])
                other = {"op": "other", "pid": child[0]["pid"], "caps": caps}
                control.send(self._line, other)
                child = self._await("child", ANSWER_SECONDS)
            try:
                control.send(self._line, {"op": "next"})
            except control.Closed:
                _close(child[1])
                raise
            return child

    def ask(self, message: Mapping[str, Any], expected: str) -> dict[str, Any]:
        """Send a request and return the answer, of which there is one."""
        with self._lock, self._usable():
            control.send(self._line, dict(message))
            return self._await(expected, ANSWER_SECONDS)[0]

    @contextlib.contextmanager
    def _usable(self) -> Iterator[None]:
        """Wait until it is ready, where it has only been started; say so where it has gone."""
        try:
            if self._home is None:
                self._home = self._await("ready", START_SECONDS)[0]["home"]
            self._line.settimeout(ANSWER_SECONDS)
            yield
        except (control.Closed, OSError) as error:  # or another thread has just closed it
            raise _Unfit(
                f"the process that starts runners is gone ({error}){self._last_words()}"
            ) from error

    def tell(self, message: Mapping[str, Any]) -> bool:
        """Send what is not answered; return whether it could be sent."""
        with self._lock:
            try:
                self._line.settimeout(ANSWER_SECONDS)
                control.send(self._line, dict(message))
            except (control.Closed, OSError):
                return False
            return True

    def _await(self, expected: str, seconds: float) -> tuple[dict[str, Any], list[int]]:
        self._line.settimeout(seconds)
        while True:
            answer, files = control.receive(self._line)
            state = answer.get("state")
            if state == expected:
                return answer, files
            if state == "child":  # made in the meantime, for the next order
                self._child = answer, files
                continue
            _close(files)
            raise _Unfit(str(answer.get("error", answer)))

    def _last_words(self) -> str:
        with contextlib.suppress(OSError, ValueError):
            self._errors.seek(0)
            lines = self._errors.read()[-2000:].decode("utf-8", "replace").strip().splitlines()
            return f": {lines[-1]}" if lines else ""
        return ""

    def close(self) -> None:
        """End it; its children end with it."""
        with self._lock:
            self._line.close()
            if self._child is not None:
                _close(self._child[1])
                self._child = None
            try:
                self._process.wait(CLOSE_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._errors.close()
            if self._home is not None and self.level == "reduced":
                # The guard's work, unless it was killed.
                shutil.rmtree(self._home, ignore_errors=True)


class IsolatedProcess(Process):
    """A runner in its box."""

    def __init__(
        self, zygote: Zygote, message: Mapping[str, Any], files: list[int], order: Order
    ) -> None:
        self._zygote = zygote
        self._pid = message["pid"]
        self._home = Path(message["home"])
        self._limits = order.limits
        self._ending: Ending | None = None
        channel, output, self._handle = files
        self._clock = ProcessorClock(lambda: self._number)
        self.channel = socket.socket(fileno=channel)
        self.output = socket.socket(fileno=output)
        if zygote.level == "full":
            self.root, self.stubs = ROOT, STUBS
        else:
            self.root, self.stubs = f"{self._home}/submission", f"{self._home.parent}/stubs"

    @cached_property
    def _number(self) -> int | None:
        """Its number here, where the zygote's is that of another namespace."""
        return pid_of_handle(self._handle)

    def dress(self, order: Order, greeting: Callable[[Process], bytes] | None) -> None:
        """Give the child its files, and what it is to do next, and wait until they are laid out."""
        names, contents = list(order.files), list(order.files.values())
        if self._zygote.level == "reduced":
            # Nothing is writable there, for the child either.
            try:
                copy_files(Path(self.root), order.files, order.folder)
            except OSError as error:
                raise GraderError(
                    f"The submission's files could not be laid out: {because(error)}."
                ) from error
            names, contents = [], []
        frames = pack({"root": self.root, "folder": order.folder, "names": names}, contents)
        if greeting is not None:
            frames += greeting(self)
            self.greeted = True
        self.channel.settimeout(ANSWER_SECONDS)
        try:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                self.channel.sendall(frames)
            answer, _ = receive_one(self.channel, max_body=0)
        except (OSError, WireError) as error:
            raise _Unfit(f"a runner did not get ready ({error})") from error
        if answer.get("state") != "ready":
            what = str(answer.get("error"))
            if answer.get("what") == "files":
                raise GraderError(f"The submission's files could not be laid out: {what}.")
            raise _Unfit(what)

    def cpu_seconds(self) -> float | None:
        """Return the processor seconds that it has used so far."""
        return self._clock.seconds()

    def starved_seconds(self) -> float:
        """Return how long it was ready and had no processor, since this was last asked."""
        return self._clock.starved_seconds()

    def interrupt(self) -> bool:
        """Ask the runner where it is; say whether it could be asked."""
        try:
            signal.pidfd_send_signal(self._handle, signal.SIGUSR1)
        except OSError:
            return False
        return True

    def end(self, *, grace_seconds: float = 0.0) -> Ending:
        """Kill the runner's process namespace and collect what it had used."""
        if self._ending is not None:
            return self._ending
        self._ending = Ending()
        used = None if grace_seconds else self._used()
        by_itself = self._kill(grace_seconds)
        most_cpu = processor_limit_of(self._number) if by_itself else None
        self._let_go()
        if (
            used is not None
            and not by_itself
            and self._zygote.tell({"op": "bury", "pid": self._pid})
        ):
            # All is known that is asked for: nobody has to wait until the kernel is done with it.
            self._ending = Ending(
                signal=int(signal.SIGKILL), cpu_seconds=used[0], peak_memory_mib=used[1]
            )
            return self._ending
        try:
            answer = self._zygote.ask({"op": "reap", "pid": self._pid}, "ended")
        except _Unfit:  # which took the runner with it, and is out of its reach
            self._ending = Ending(by_others=True)
            return self._ending
        code, cpu = answer["code"], answer["cpu_seconds"]
        number = -code if code < 0 else None
        if by_itself and number == signal.SIGKILL and self._has_spent(cpu, most_cpu):
            # Number 1 of a process namespace gets no SIGXCPU, but the kill at the hard limit.
            number = signal.SIGXCPU
        ending = Ending(
            exit_code=code if code >= 0 else None,
            signal=int(number) if number is not None else None,
            cpu_seconds=cpu,
            peak_memory_mib=answer["peak_kib"] / 1024,
        )
        self._ending = replace(ending, by_others=by_itself and self._is_by_others(ending))
        return self._ending

    def _has_spent(self, cpu: float, limit: float | None) -> bool:
        """Say whether the kernel may have killed it at a limit of processor time of its own."""
        if cpu >= self._limits.exercise_cpu_seconds:
            return True
        return cpu >= SPENT_SHARE * (LEAST_PROCESSOR_LIMIT if limit is None else limit)

    def _is_by_others(self, ending: Ending) -> bool:
        """Say whether a signal ended it that it cannot have sent: see `steps.seccomp`."""
        peak = ending.peak_memory_mib or 0.0
        return (
            ending.signal in OTHERS_SIGNALS
            and self._zygote.refuses_signals
            and peak < NEAR_MEMORY * self._limits.memory_mib
        )

    def _used(self) -> tuple[float, float] | None:
        """Return CPU seconds and peak memory (MiB) so far, None where the machine does not say."""
        cpu, peak = self._clock.seconds(), peak_mib_of(self._number)
        return None if cpu is None or peak is None else (cpu, peak)

    def abandon(self) -> None:
        """End a runner that was never given to anybody."""
        with contextlib.suppress(GraderError):
            self.end()

    def _kill(self, grace_seconds: float) -> bool:
        """Kill it if it does not end within the grace; return whether it ended by itself."""
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
            shutil.rmtree(self._home, ignore_errors=True)


def _close(files: Iterable[int]) -> None:
    for file in files:
        os.close(file)


def _caps(order: Order) -> dict[str, int]:
    """Return what the kernel holds; the judge's own deadlines come before it."""
    limits = order.limits
    return {
        "memory_mib": limits.memory_mib,
        "cpu_seconds": math.ceil(limits.exercise_cpu_seconds) + 1,
        "processes": limits.threads,
        "disk_mib": limits.disk_mib,
        "own_mib": own_mib_of(order.files),
        "open_files": limits.open_files,
    }


def _environment(profile: Profile) -> dict[str, str]:
    """Return a clean environment: nothing of the judge's but what a process needs to start."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name in KEPT_VARIABLES or name.startswith(KEPT_PREFIXES)
    }
    places = {"HOME": HOME, "TMPDIR": HOME, "MPLCONFIGDIR": HOME}
    return {**kept, **places, "MPLBACKEND": "Agg", **profile.environment}
