"""The runners of one exercise, one after the other: one question, one answer, a deadline each."""

from __future__ import annotations

__all__ = ["Runners"]

import contextlib
import errno
import math
import posixpath
import shutil
import time
from functools import partial
from typing import TYPE_CHECKING, Any

from grader.errors import Crashed, GraderError, SubmissionError
from grader.submission import sentences
from grader.submission.callbacks import serve_callback
from grader.submission.files import Sources
from grader.submission.line import Late, Line, Lost
from grader.submission.questions import Ahead, Question
from grader.submission.stood_in import known
from grader.submission.usage import Account
from grader.submission.watch import Overloaded, Spent, Watch
from grader.wire import Handle, WireError, decode, pack
from grader.wire.replies import At, CallBack, Raised, Value, reply_of
from grader.wire.requests import Call, Get, Load, Open, Several, Use, header_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from grader.results import Usage
    from grader.sandbox.launcher import Ending, Launcher, Order, Process
    from grader.wire.replies import Reply

OPEN_SECONDS = 60.0
EXIT_GRACE_SECONDS = 2.0
WHERE_SECONDS = 2.0
# After so long it is the question that has ended the runner, and not what came before it.
LEFT_BEHIND_SECONDS = 5.0
LITTLE_ROOM = 1 << 20
FULL = "The disk of the machine that grades is full: make room on it and grade again."
CALLS = (Call, Several, Use, Get)


class Runners:
    """The live runner, if there is one, and what those before it have used.

    Parameters
    ----------
    launcher : Launcher
        Starts the runners.
    order : Order
        The sealed files, the folder, the profile and the limits.
    seed : int
        Seeds the submission's *global* generators, so that a rerun is identical.
    texts : mapping, optional
        Of cells, by their labels, which are no files; more may be added to it later.

    Attributes
    ----------
    left_behind : str
        Where the last question found its runner dead, or saw it die, and was not the first there:
        what had been done before, which may have left the thread or the timer that did it.
    stood_in : set of str
        What stood in for packages while the submission ran: see `grader.submission.stood_in`.
    rerun : bool
        Whether what a runner was doing is going to be done again, where it is ended by a signal of
        which nobody can say who sent it: then that is no error of the submission yet.
    stopped_at : tuple of (str, int), optional
        File and line that the last question was busy with when its time was over, where it was to
        load a file and the runner says so.
    spoke_falsely : bool
        Whether the last question was answered in no form that we know.
    """

    def __init__(
        self,
        launcher: Launcher,
        order: Order,
        *,
        seed: int,
        texts: Mapping[str, bytes] | None = None,
    ) -> None:
        self._launcher = launcher
        self._order = order
        self._seed = seed
        self._sources = Sources(order.files, {} if texts is None else texts)
        self._line: Line | None = None
        self._account = Account()
        self._cpu_at_start = 0.0
        self._answered: list[str] = []  # what was done in the live runner
        self._callbacks = 0
        self._ahead = Ahead()
        self._printed: list[str] = []
        self._wall_at_start = 0.0
        self._taken: set[int] = set()  # the numbers of runners that others have ended
        self.left_behind = ""
        self.stood_in: set[str] = set()
        self.rerun = False
        self.stopped_at: tuple[str, int] | None = None
        self.spoke_falsely = False

    @property
    def taken(self) -> int:
        """How many runners others have ended."""
        return len(self._taken)

    def was_taken(self, number: int) -> bool:
        """Say whether others have ended a runner."""
        return number in self._taken

    @property
    def alive(self) -> bool:
        """True while there is a runner, as far as the judge knows."""
        return self._line is not None

    @property
    def wall_seconds(self) -> float:
        """What the exercise has used so far."""
        return self._account.wall_seconds

    @property
    def level(self) -> str:
        """How far they are shut in."""
        return self._launcher.level

    @property
    def number(self) -> int:
        """Which one it is, from 0; the one to come where there is none."""
        return self._account.ended

    def start(self, first: Sequence[Question] = ()) -> None:
        """Start a runner where there is none, and tell it what will be asked `first`.

        Where one of these fails, the others are to be asked no more.

        Raises
        ------
        OverLimit
            The submission has ended too many.
        GraderError
            It did not start, and nothing of the submission had run in it.
        """
        if self._line is None:
            self._started(first)

    def ask(self, question: Question) -> Any:
        """Send a request within the budget and return the value that comes back.

        Raises
        ------
        SubmissionError
            Whatever the submission did instead.
        """
        if self._ahead and self._ahead.first is not question:
            self._settle()
        reply, raw = self._exchange(self._line or self._started(), question)
        self._answered.append(question.doing)
        if not isinstance(reply, Value | Raised):
            raise self.malformed("an answer of no known kind")
        if reply.stood_in:
            self.stood_in |= known(reply.stood_in, self._order.absent)
        if isinstance(reply, Value):
            recall = partial(Handle, runner=self.number) if question.holds else None
            try:
                return decode(reply.value, raw, recall=recall)
            except WireError as error:
                raise self.malformed(str(error)) from None
        if reply.errno == errno.ENOSPC and self._machine_is_full():
            raise GraderError(FULL)
        raise sentences.raised(
            reply, question.doing, self._order, self._sources, self._launcher.level
        )

    @contextlib.contextmanager
    def ahead(self, questions: Sequence[Question]) -> Iterator[None]:
        """Send questions at once, if they are not, that are then asked one by one, in this order.

        Where one fails, the rest is not done, and the runner has its time to say so.
        """
        if questions and self._ahead.first is not questions[0]:
            self._settle()
            if self._line is not None and not self._line.pending:
                self._send_ahead(self._line, questions)
        try:
            yield
        except Exception:
            self._settle()
            raise

    def _send_ahead(self, line: Line, questions: Sequence[Question]) -> None:
        try:
            if frames := self._ahead.frames(questions):
                line.send(frames, time.monotonic() + OPEN_SECONDS)
        except Late:
            self._end()
        except Lost:
            self._ahead.clear()  # the first question will find it, and say so

    def _settle(self) -> None:
        """Take in what is said of questions that are not asked any more, or end the runner."""
        while self._line is not None and (question := self._ahead.first) is not None:
            waiting = len(self._ahead)
            with contextlib.suppress(SubmissionError):
                self._exchange(self._line, question)
            if len(self._ahead) == waiting:  # the exercise has used up its time
                self._end()

    def _machine_is_full(self) -> bool:
        """Say whether the submission's folder is on a disk of ours, and that has no room left."""
        try:
            free = shutil.disk_usage(self._line.process.root).free if self._line else LITTLE_ROOM
        except OSError:  # its folder is one that the judge does not see, with a cap of its own
            return False
        return free < LITTLE_ROOM

    def malformed(self, what: str) -> Crashed:
        """End a runner that does not keep to the protocol, and return the error for it."""
        self._end()
        self.spoke_falsely = True
        return sentences.malformed(what)

    def take_printed(self) -> str:
        """Return what the submission has written since the last time."""
        if self._line is not None:
            self._keep_printed(self._line)
        text = "".join(self._printed)
        self._printed.clear()
        return text

    def renew(self) -> None:
        """End the live runner, so that what it has become does not reach what is asked next.

        What others have ended before is no matter of what comes: it has all of its restarts.
        """
        alive = self._line is not None
        self._end()
        self._account.renew(ended=alive)

    def close(self, calls: int) -> Usage:
        """End the runner and return what the exercise has used, in so many calls."""
        self._end()
        return self._account.usage(calls)

    def _started(self, first: Sequence[Question] = ()) -> Line:
        limits = self._order.limits
        taken = sum(number >= self._account.before for number in self._taken)
        if self._account.lost - taken > limits.restarts:
            raise sentences.too_many_restarts(limits.restarts)
        opening: list[Question] = []

        def greeting(process: Process) -> bytes:
            self._ahead.clear()  # of what was sent to one that did not get ready
            opening[:] = [self._opening(process)]
            data = self._ahead.frames([*opening, *first[:1]])
            return data + (self._ahead.frames(first[1:], chained=True) if data else b"")

        process = self._launcher.start(self._order, greeting)
        if not process.greeted:
            opening = [self._opening(process)]
        line = Line(process, max_reply=limits.reply_mib << 20, max_output=limits.output_kib << 10)
        watch = Watch(process, wall_seconds=OPEN_SECONDS, cpu_seconds=math.inf)
        try:  # nothing of the submission has run yet: what goes wrong here is ours
            reply, _ = self._talk(line, opening[0], watch)
            problem = "" if isinstance(reply, Value) else getattr(reply, "message", "None")[:400]
        except (Late, Lost) as error:
            problem = str(error) or f"it took more than {OPEN_SECONDS:g} seconds"
        except BaseException:
            self._not_started(line)
            raise
        if problem:
            self._not_started(line)
            raise GraderError(f"A runner did not start: {problem.rstrip('.')}.")
        self._line, self._answered = line, []
        self._wall_at_start = self._account.wall_seconds
        self._cpu_at_start = process.cpu_seconds() or 0.0
        return line

    def _not_started(self, line: Line) -> None:
        self._ahead.clear()
        line.close()
        line.process.end()

    def _opening(self, process: Process) -> Question:
        limits = self._order.limits
        roots, folder = (process.root, process.stubs), self._order.folder
        paths, stub_paths = ([posixpath.normpath(f"{root}/{folder}"), root] for root in roots)
        request = Open(
            root=process.root,
            paths=paths,
            stub_paths=stub_paths,
            preload=self._order.profile.preload,
            absent=self._order.absent,
            seed=self._seed,
            memory_mib=limits.memory_mib,
            cpu_seconds=max(0.0, limits.exercise_cpu_seconds - self._account.cpu_seconds),
            max_bytes=limits.reply_mib << 20,
        )
        return Question(request=request, doing="starting", seconds=OPEN_SECONDS)

    def _end(self, *, grace_seconds: float = 0.0) -> Ending | None:
        if self._line is None:
            return None
        line, self._line = self._line, None
        self._ahead.clear()
        self._keep_printed(line)
        line.close()
        ending = line.process.end(grace_seconds=grace_seconds)
        used = not self._is_taken(ending)
        self._account.close(ending, started_at=self._cpu_at_start, used=used)
        return ending

    def _keep_printed(self, line: Line) -> None:
        """Keep what was written; paths in it, as in warnings, are those of the submission."""
        self._printed.append(line.take_output().replace(f"{line.process.root}/", ""))

    def _exchange(self, line: Line, question: Question) -> tuple[Reply | None, list[bytes]]:
        """Send a request within the budget and return the answer, or say how the runner ended."""
        self.left_behind, self.stopped_at, self.spoke_falsely = "", None, False
        limits, account = self._order.limits, self._account
        cpu_used = self._cpu_used(line)
        if problem := sentences.out_of_budget(account.wall_seconds, cpu_used, limits):
            raise problem
        share = limits.cpu_share(question.seconds, calling=isinstance(question.request, CALLS))
        watch = Watch(
            line.process,
            wall_seconds=min(question.seconds, limits.exercise_wall_seconds - account.wall_seconds),
            cpu_seconds=min(share, limits.exercise_cpu_seconds - cpu_used),
        )
        callbacks = self._callbacks
        try:
            return self._talk(line, question, watch)
        except Late:
            idle = watch.idle
            self.stopped_at = self._place(line, question)
            self._end()
            raise sentences.late(question.doing, question.seconds, watch, limits, idle) from None
        except Overloaded:
            busy = GraderError(sentences.overloaded(question.doing, watch))
            self._end()
            raise busy from None
        except Spent:
            self.stopped_at = self._place(line, question)
            self._end()
            if watch.was_late:
                raise sentences.late(
                    question.doing, question.seconds, watch, limits, idle=False
                ) from None
            raise sentences.spent(question.doing, share, watch, limits) from None
        except Lost as loss:
            alone = self._callbacks == callbacks and watch.wall_seconds < LEFT_BEHIND_SECONDS
            raise self._lost(loss, question, watch, alone=alone) from None
        except Exception:
            self._end()  # an error of ours in mid-talk: what comes later could not be told apart
            raise
        finally:
            account.wall_seconds += watch.wall_seconds

    def _lost(self, loss: Lost, question: Question, watch: Watch, *, alone: bool) -> Exception:
        """End a runner that does not answer any more, and return the error for that.

        `alone` says that the question has done so little that what was before it may be the reason.
        """
        if loss.malformed:
            return self.malformed(str(loss))
        number = self.number
        ending = self._end(grace_seconds=EXIT_GRACE_SECONDS)
        if ending is not None and self._is_taken(ending):
            self._taken.add(number)
            watch.forgive()
            self._account.wall_seconds = self._wall_at_start
            return sentences.taken_away(question.doing)
        if alone:
            self.left_behind = self._before(question)
        return sentences.died(question.doing, ending, self._order.limits)

    def _is_taken(self, ending: Ending) -> bool:
        return self.rerun if ending.by_others is None else ending.by_others

    def _place(self, line: Line, question: Question) -> tuple[str, int] | None:
        """Ask a runner that takes too long to load a file where it is."""
        if not isinstance(question.request, Load) or question.callbacks:
            return None
        if not line.process.interrupt():
            return None
        try:
            header, _ = line.receive(time.monotonic() + WHERE_SECONDS)
        except (Late, Lost):
            return None
        reply = reply_of(header)
        return (reply.file, reply.line) if isinstance(reply, At) else None

    def _talk(
        self, line: Line, question: Question, watch: Watch
    ) -> tuple[Reply | None, list[bytes]]:
        """Send a request, serve what is called back meanwhile, and return the answer."""
        number = self._ahead.take(question)
        if number is None:
            if line.pending:
                raise Lost("an answer to a question that was not asked", malformed=True)
            number, frame = question.numbered()
            line.send(frame, watch.deadline)
        while True:
            header, raw = watch.receive(line)
            if header.get("id") != number:
                raise Lost("an answer to another question", malformed=True)
            reply = reply_of(header)
            if not isinstance(reply, CallBack):
                return reply, raw
            self._callbacks += 1
            if self._callbacks > self._order.limits.callbacks:
                raise sentences.too_many_callbacks(question.doing, self._order.limits.callbacks)
            answer, buffers = serve_callback(reply, raw, question.callbacks)
            line.send(pack(header_of(answer), buffers), watch.deadline)

    def _cpu_used(self, line: Line) -> float:
        """Return the processor seconds of the exercise so far, the live runner's with them."""
        now = line.process.cpu_seconds() or 0.0
        return self._account.cpu_seconds + max(0.0, now - self._cpu_at_start)

    def _before(self, question: Question) -> str:
        """Return what was done in the runner before a question and the import that it needs.

        Not where it was the same: who ends the process after its own answer is to blame itself.
        """
        own = 0 if isinstance(question.request, Load) else 1
        last = self._answered[-1] if len(self._answered) > own else ""
        return last if last != question.doing else ""
