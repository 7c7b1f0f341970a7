"""Send requests to the runners of one exercise: one request, one reply, each with a deadline."""

from __future__ import annotations

__all__ = ["Client"]

import contextlib
import errno
import math
import shutil
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from grader.errors import Crashed, GraderError, SubmissionError
from grader.submission.connection.callbacks import serve_callback
from grader.submission.connection.connection import RunnerLost
from grader.submission.connection.deadline import (
    Deadline,
    DeadlinePassed,
    MachineOverloaded,
    ProcessorTimeSpent,
)
from grader.submission.connection.headers import packed_at_once
from grader.submission.connection.queries import Query, pack_arguments
from grader.submission.connection.runners import OPEN_SECONDS
from grader.submission.failures import sentences
from grader.submission.failures.stand_ins import known
from grader.wire import Handle, WireError, decode
from grader.wire.replies import At, CallBack, Raised, Value, reply_of
from grader.wire.requests import Call, Get, Load, Several, Use, answer_header

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from grader.sandbox.launcher import RunnerSpec
    from grader.submission.connection.connection import Connection
    from grader.submission.connection.queries import PackedArguments
    from grader.submission.connection.runners import Runners
    from grader.submission.failures.sources import Sources
    from grader.wire.replies import Reply

EXIT_GRACE_SECONDS = 2.0
WHERE_SECONDS = 2.0
# If a runner dies later than this, the request itself is the reason, and not an earlier one.
LEFT_BEHIND_SECONDS = 5.0
LITTLE_ROOM = 1 << 20
FULL = "The disk of the machine that grades is full: make room on it and grade again."
CALLS = (Call, Several, Use, Get)
FINAL = (Value, Raised)


class Client:
    """Sends requests to the live runner, within the limits of the exercise.

    Parameters
    ----------
    runners : Runners
        The session's runners.
    spec : RunnerSpec
        The files and the limits.
    sources : Sources
        The source lines for tracebacks.

    Attributes
    ----------
    left_behind : str
        If the runner was dead at the last request or died soon after it, and had served others
        before: what it did for those, since one of them may have left a thread or a timer.
    stood_in : set of str
        The stand-ins for packages that the submission has used: see `failures.stand_ins`.
    stopped_at : tuple of (str, int), optional
        The file and the line at which the last request ran out of time, if it was to load a file
        and the runner could tell.
    spoke_falsely : bool
        Whether the last reply did not follow the protocol.
    """

    def __init__(self, runners: Runners, spec: RunnerSpec, sources: Sources) -> None:
        self.runners = runners
        self._spec = spec
        self._limits = spec.limits
        self._sources = sources
        self._callbacks = 0
        self.left_behind = ""
        self.stood_in: set[str] = set()
        self.stopped_at: tuple[str, int] | None = None
        self.spoke_falsely = False

    def ask(self, query: Query, *, wanted: bool = True) -> Any:
        """Send a request within the budget and return the value of the reply.

        Parameters
        ----------
        query : Query
            The request; if it was sent ahead of time, it has to be its turn.
        wanted : bool
            Whether the value is needed; if not, the reply is only waited for.

        Raises
        ------
        SubmissionError
            The submission did something else than answer.
        GraderError
            If a runner could not be started, or the machine is too busy or too full to decide.
        """
        runners = self.runners
        if runners.pipeline and runners.pipeline.first is not query:
            self._settle()
        connection = runners.connection or runners.start()
        self.left_behind, self.stopped_at, self.spoke_falsely = "", None, False
        deadline, callbacks = self._deadline(connection, query), self._callbacks
        try:
            number = runners.pipeline.take(query)
            if number is None:
                if connection.pending:
                    raise RunnerLost("an answer to a question that was not asked", malformed=True)
                number, frame = runners.pipeline.alone(query)
                connection.send(frame, deadline.until)
            else:
                self._send_more(connection, deadline.until)
            while True:
                # Where a function of the judge may be called, each wait has its part in the time.
                came = None if query.callbacks else connection.soon()
                header, raw = came or connection.receive(deadline.looks())
                if header.get("id") != number:
                    raise RunnerLost("an answer to another question", malformed=True)
                reply = reply_of(header)
                if not isinstance(reply, CallBack):
                    break
                answer = self._called_back(reply, raw, query)
                deadline.answers()
                connection.send(answer, deadline.until)
        except (DeadlinePassed, MachineOverloaded, ProcessorTimeSpent, RunnerLost) as problem:
            quiet = self._callbacks == callbacks
            raise self._failure(problem, connection, query, deadline, quiet=quiet) from None
        except Exception:
            runners.end()  # an error of ours during an exchange: later replies could not be matched
            raise
        finally:
            runners.account.wall_seconds += deadline.counted_seconds
        return self._value(query, reply, raw) if wanted else None

    def packed(
        self, arguments: Sequence[Any], doing: str, listener: Callable[..., Any] | None = None
    ) -> PackedArguments:
        """Return arguments encoded for the live runner.

        Parameters
        ----------
        arguments : sequence
            Plain data, arrays, `grader.wire.Rng`; callables, which stay in the judge; handles.
        doing : str
            The purpose of the arguments, as the beginning of a sentence.
        listener : callable, optional
            A function for the runner itself to call back.

        Raises
        ------
        SubmissionError
            If the object behind a handle is gone.
        """
        handles = [argument for argument in arguments if type(argument) is Handle]
        for handle in handles:
            if not self.runners.holds(handle):
                killed = self.runners.was_killed_outside(handle.runner)
                raise sentences.lost(doing, handle, killed=killed)
        return pack_arguments(arguments, listener, held=bool(handles))

    @contextlib.contextmanager
    def ahead(self, queries: Sequence[Query]) -> Iterator[None]:
        """Send small requests before they are asked, one by one and in this order.

        As many as there is room for are sent at once, and the others as replies are read.

        If one fails, the later ones are skipped, and the runner has time to report the failure.
        """
        pipeline = self.runners.pipeline
        if queries and pipeline.first is not queries[0]:
            self._settle()
            connection = self.runners.connection
            if connection is not None and not connection.pending:
                self._send_ahead(connection, queries)
        try:
            yield
        except Exception:
            self._settle()
            raise

    def malformed(self, what: str) -> Crashed:
        """End a runner that breaks the protocol, and return the error for it."""
        self.runners.end()
        self.spoke_falsely = True
        return sentences.malformed(what)

    # ------------------------------------------------------------------ requests sent ahead

    def _send_ahead(self, connection: Connection, queries: Sequence[Query]) -> None:
        pipeline = self.runners.pipeline
        try:
            if frames := pipeline.begin(queries):
                connection.send(frames, time.monotonic() + OPEN_SECONDS)
        except DeadlinePassed:
            self.runners.end()
        except RunnerLost:
            pipeline.clear()  # the first request will meet the same loss, and raise

    def _send_more(self, connection: Connection, until: float) -> None:
        """Send the next requests while one that was sent before is asked."""
        pipeline = self.runners.pipeline
        waiting = len(pipeline)
        if frames := pipeline.more():
            try:
                connection.send(frames, until)
            except RunnerLost:
                pipeline.cut(waiting)  # the runner may have answered those that it has

    def _settle(self) -> None:
        """Read the replies to requests that are no longer needed, or end the runner."""
        pipeline = self.runners.pipeline
        pipeline.stop()
        while self.runners.alive and (query := pipeline.first) is not None:
            waiting = len(pipeline)
            with contextlib.suppress(SubmissionError):
                self.ask(query, wanted=False)
            if len(pipeline) == waiting:  # the exercise has used up its time
                self.runners.end()

    # ------------------------------------------------------------------ one request

    def _deadline(self, connection: Connection, query: Query) -> Deadline:
        """Return the deadline of a request, which begins now.

        Raises
        ------
        OverLimit
            If the exercise has used up its time.
        """
        limits, wall = self._limits, self.runners.wall_seconds
        began = connection.process.cpu_seconds()
        cpu = self.runners.cpu_seconds_at(began)
        if wall >= limits.exercise_wall_seconds or cpu >= limits.exercise_cpu_seconds:
            raise sentences.out_of_budget(wall, limits)
        return Deadline(
            connection.process,
            wall_seconds=min(query.seconds, limits.exercise_wall_seconds - wall),
            cpu_seconds=min(self._share(query), limits.exercise_cpu_seconds - cpu),
            serves=bool(query.callbacks),
            began=began,
        )

    def _share(self, query: Query) -> float:
        """Return the processor seconds for a request, however much the exercise has left."""
        calling = isinstance(query.request, CALLS)
        return self._limits.cpu_share(query.seconds, calling=calling)

    def _called_back(self, asked: CallBack, raw: list[bytes], query: Query) -> bytes:
        """Call a function of the judge and return the frame with its result."""
        self._callbacks += 1
        if self._callbacks > self._limits.callbacks:
            raise sentences.too_many_callbacks(query.doing, self._limits.callbacks)
        answer, buffers = serve_callback(asked, raw, query.callbacks)
        return packed_at_once(answer_header(answer), buffers)

    def _value(self, query: Query, reply: Reply | None, raw: list[bytes]) -> Any:
        """Return the value of a reply.

        Raises
        ------
        SubmissionError
            If the reply is an error.
        """
        self.runners.answered.append(query.doing)
        if not isinstance(reply, FINAL):
            raise self.malformed("an answer of no known kind")
        if reply.stood_in:
            self.stood_in |= known(reply.stood_in, self._spec.absent)
        if isinstance(reply, Value):
            recall = partial(Handle, runner=self.runners.number) if query.holds else None
            try:
                return decode(reply.value, raw, recall=recall)
            except WireError as error:
                raise self.malformed(str(error)) from None
        if reply.errno == errno.ENOSPC and self._machine_is_full():
            raise GraderError(FULL)
        level = self.runners.level
        raise sentences.raised(reply, query.doing, self._spec, self._sources, level)

    def _machine_is_full(self) -> bool:
        """Return whether the submission's folder is on our disk and the disk is full."""
        live = self.runners.connection
        try:
            free = shutil.disk_usage(live.process.root).free if live else LITTLE_ROOM
        except OSError:  # the judge does not see the folder, which has a maximal size of its own
            return False
        return free < LITTLE_ROOM

    # ------------------------------------------------------------------ no reply

    def _failure(
        self,
        problem: DeadlinePassed | MachineOverloaded | ProcessorTimeSpent | RunnerLost,
        connection: Connection,
        query: Query,
        deadline: Deadline,
        *,
        quiet: bool,
    ) -> Exception:
        """End a runner that has not answered, and return the matching error.

        `quiet` says whether it called no function of the judge during the request.
        """
        if isinstance(problem, RunnerLost):
            alone = quiet and deadline.wall_seconds < LEFT_BEHIND_SECONDS
            return self._lost(problem, query, deadline, alone=alone)
        if isinstance(problem, MachineOverloaded):
            busy = sentences.overloaded(query.doing, deadline.cpu_seconds)
            self.runners.end()
            return GraderError(busy)
        idle = isinstance(problem, DeadlinePassed) and deadline.idle
        left = connection.process.data_mib() if idle else None
        room = math.inf if left is None else max(0.0, self._limits.memory_mib - left)
        self.stopped_at = self._place(connection, query)
        self.runners.end()
        doing, limits = query.doing, self._limits
        if isinstance(problem, DeadlinePassed) or deadline.was_late:
            allowed = deadline.allowed_wall_seconds
            return sentences.late(doing, query.seconds, allowed, limits, idle=idle, room=room)
        share = self._share(query)
        return sentences.spent(doing, share, deadline.allowed_cpu_seconds, limits)

    def _lost(
        self, loss: RunnerLost, query: Query, deadline: Deadline, *, alone: bool
    ) -> Exception:
        """End a runner whose connection is lost, and return the matching error.

        `alone` says that the request did so little that an earlier one may be the reason.
        """
        if loss.malformed:
            return self.malformed(str(loss))
        ending = self.runners.end(grace_seconds=EXIT_GRACE_SECONDS)
        if ending is not None and self.runners.is_killed_outside(ending):
            deadline.forgive()
            self.runners.mark_last_killed_outside()
            return sentences.runner_killed(query.doing)
        if alone:
            self.left_behind = self._before(query)
        return sentences.died(query.doing, ending, self._limits)

    def _place(self, connection: Connection, query: Query) -> tuple[str, int] | None:
        """Ask a runner that takes too long to load a file which line it is running."""
        if not isinstance(query.request, Load) or query.callbacks:
            return None
        if not connection.process.interrupt():
            return None
        try:
            header, _ = connection.receive([time.monotonic() + WHERE_SECONDS])
        except (DeadlinePassed, RunnerLost):
            return None
        reply = reply_of(header)
        return (reply.file, reply.line) if isinstance(reply, At) else None

    def _before(self, query: Query) -> str:
        """Return what the runner did before a request and the import that it needs.

        Empty if it was the same call: then the submission has ended its process by this call.
        """
        answered = self.runners.answered
        own = 0 if isinstance(query.request, Load) else 1
        last = answered[-1] if len(answered) > own else ""
        return last if last != query.doing else ""
