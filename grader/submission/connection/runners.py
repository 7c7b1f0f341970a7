"""The runners of one exercise, one after the other: start them, end them, sum up their usage."""

from __future__ import annotations

__all__ = ["OPEN_SECONDS", "Runners"]

import math
import posixpath
from typing import TYPE_CHECKING

from grader.errors import GraderError
from grader.submission.connection.connection import Connection, RunnerLost
from grader.submission.connection.deadline import Deadline, DeadlinePassed
from grader.submission.connection.queries import Pipeline, Query
from grader.submission.connection.usage import UsageTotals
from grader.submission.failures import sentences
from grader.wire.replies import Raised, Value, reply_of
from grader.wire.requests import Open

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.results import Usage
    from grader.sandbox.launcher import Ending, Launcher, Process, RunnerSpec
    from grader.wire import Handle

OPEN_SECONDS = 60.0


class Runners:
    """The live runner, if there is one, and the usage of those before it.

    Parameters
    ----------
    launcher : Launcher
        Starts the runners.
    spec : RunnerSpec
        The sealed files, the folder, the profile and the limits.
    seed : int
        Seeds the submission's *global* generators, so that a rerun is identical.

    Attributes
    ----------
    connection : Connection or None
        The connection to the live runner.
    pipeline : Pipeline
        The requests sent to it ahead of time.
    answered : list of str
        What it did for the requests it has answered.
    account : UsageTotals
        The usage of all runners.
    rerun : bool
        Whether the present work will be repeated if a runner is ended by a signal from an unknown
        sender. Then the submission is not blamed yet.
    """

    def __init__(self, launcher: Launcher, spec: RunnerSpec, *, seed: int) -> None:
        self._launcher = launcher
        self._spec = spec
        self._seed = seed
        self._cpu_at_start = 0.0
        self._wall_at_start = 0.0
        self._printed: list[str] = []
        self._killed_outside: set[int] = set()  # the numbers of these runners
        self.connection: Connection | None = None
        self.pipeline = Pipeline()
        self.answered: list[str] = []
        self.account = UsageTotals()
        self.rerun = False

    @property
    def level(self) -> str:
        """The isolation level of the runners."""
        return self._launcher.level

    @property
    def alive(self) -> bool:
        """True if there is a runner, as far as the judge knows."""
        return self.connection is not None

    @property
    def number(self) -> int:
        """The number of the live runner, from 0; of the next one if there is none."""
        return self.account.ended

    @property
    def killed_outside(self) -> int:
        """How many runners were ended from outside."""
        return len(self._killed_outside)

    def was_killed_outside(self, number: int) -> bool:
        """Return whether a runner was ended from outside."""
        return number in self._killed_outside

    def holds(self, handle: Handle) -> bool:
        """Return whether the object behind a handle still exists."""
        return self.alive and handle.runner == self.number

    @property
    def wall_seconds(self) -> float:
        """Wall-clock seconds that the exercise has used so far."""
        return self.account.wall_seconds

    @property
    def cpu_seconds(self) -> float:
        """Processor seconds of the exercise so far, including the live runner."""
        if self.connection is None:
            return self.account.cpu_seconds
        return self.cpu_seconds_at(self.connection.process.cpu_seconds())

    def cpu_seconds_at(self, now: float | None) -> float:
        """Return what `cpu_seconds` is where the live runner's clock has just been read."""
        return self.account.cpu_seconds + max(0.0, (now or 0.0) - self._cpu_at_start)

    # ------------------------------------------------------------------ starting

    def start(self, first: Sequence[Query] = ()) -> Connection:
        """Start a runner if there is none, and send it the requests that come `first`.

        If one of these fails, the caller must not ask the others.

        Raises
        ------
        OverLimit
            The submission has ended too many runners.
        GraderError
            The runner did not start; no code of the submission has run in it.
        """
        if self.connection is not None:
            return self.connection
        limits = self._spec.limits
        killed = sum(number >= self.account.before for number in self._killed_outside)
        if self.account.lost - killed > limits.restarts:
            raise sentences.too_many_restarts(limits.restarts)
        opening: list[Query] = []

        def greeting(process: Process) -> bytes:
            self.pipeline.clear()  # requests sent to a runner that did not start
            opening[:] = [self._opening(process)]
            data = self.pipeline.frames([*opening, *first[:1]])
            return data + (self.pipeline.begin(first[1:], chained=True) if data else b"")

        process = self._launcher.start(self._spec, greeting)
        if not process.greeted:
            opening = [self._opening(process)]
        connection = Connection(
            process, max_reply=limits.reply_mib << 20, max_output=limits.output_kib << 10
        )
        try:  # no code of the submission has run yet: a failure here is ours
            problem = self._open(connection, opening[0])
        except (DeadlinePassed, RunnerLost) as error:
            problem = str(error) or f"it took more than {OPEN_SECONDS:g} seconds"
        except BaseException:
            self._not_started(connection)
            raise
        if problem:
            self._not_started(connection)
            raise GraderError(f"A runner did not start: {problem.rstrip('.')}.")
        self.connection, self.answered = connection, []
        self._wall_at_start = self.account.wall_seconds
        self._cpu_at_start = process.cpu_seconds() or 0.0
        return connection

    def _open(self, connection: Connection, opening: Query) -> str:
        """Prepare a runner; return why that failed, empty if it succeeded."""
        deadline = Deadline(connection.process, wall_seconds=OPEN_SECONDS, cpu_seconds=math.inf)
        number = self.pipeline.take(opening)
        if number is None:
            number, frame = opening.numbered()
            connection.send(frame, deadline.until)
        header, _ = connection.receive(deadline.looks())
        reply = reply_of(header)
        if header.get("id") != number or not isinstance(reply, Value | Raised):
            raise RunnerLost("an answer to another question", malformed=True)
        if isinstance(reply, Value):
            return ""
        return reply.message[:400] or reply.type or "it does not say why"

    def _not_started(self, connection: Connection) -> None:
        self.pipeline.clear()
        connection.close()
        connection.process.end()

    def _opening(self, process: Process) -> Query:
        limits = self._spec.limits
        roots, folder = (process.root, process.stubs), self._spec.folder
        paths, stub_paths = ([posixpath.normpath(f"{root}/{folder}"), root] for root in roots)
        request = Open(
            root=process.root,
            paths=paths,
            stub_paths=stub_paths,
            preload=self._spec.profile.preload,
            absent=self._spec.absent,
            seed=self._seed,
            memory_mib=limits.memory_mib,
            cpu_seconds=max(0.0, limits.exercise_cpu_seconds - self.account.cpu_seconds),
            max_bytes=limits.reply_mib << 20,
        )
        return Query(request=request, doing="starting", seconds=OPEN_SECONDS)

    # ------------------------------------------------------------------ ending

    def end(self, *, grace_seconds: float = 0.0) -> Ending | None:
        """End the live runner, and return how it ended; None if there is none.

        `grace_seconds` is how long it may take to exit by itself.
        """
        if self.connection is None:
            return None
        connection, self.connection = self.connection, None
        self.pipeline.clear()
        self._keep_printed(connection)
        connection.close()
        ending = connection.process.end(grace_seconds=grace_seconds)
        used = not self.is_killed_outside(ending)
        self.account.close(ending, started_at=self._cpu_at_start, used=used)
        return ending

    def is_killed_outside(self, ending: Ending) -> bool:
        """Return whether a runner was ended from outside; its work is then repeated."""
        return self.rerun if ending.by_others is None else ending.by_others

    def mark_last_killed_outside(self) -> None:
        """Record that the last runner was ended from outside; its time does not count."""
        self._killed_outside.add(self.number - 1)
        self.account.wall_seconds = self._wall_at_start

    def renew(self) -> None:
        """End the live runner, so that its state does not affect the next file.

        Runners that were ended before do not count any more: the next file has all its restarts.
        """
        alive = self.alive
        self.end()
        self.account.renew(ended=alive)

    def close(self, calls: int) -> Usage:
        """End the live runner and return the usage of the exercise, with its number of calls."""
        self.end()
        return self.account.usage(calls)

    def take_printed(self) -> str:
        """Return the submission's output since the last call."""
        if self.connection is not None:
            self._keep_printed(self.connection)
        text = "".join(self._printed)
        self._printed.clear()
        return text

    def _keep_printed(self, connection: Connection) -> None:
        """Keep the output; paths in it, as in warnings, become relative to the submission."""
        self._printed.append(connection.take_output().replace(f"{connection.process.root}/", ""))
