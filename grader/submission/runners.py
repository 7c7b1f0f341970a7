"""The runners of one exercise, one after the other: one question, one answer, a deadline each."""

from __future__ import annotations

__all__ = ["Question", "Runners"]

import secrets
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from grader.errors import Crashed, GraderError, OverLimit, SubmissionError
from grader.submission import sentences
from grader.submission.callbacks import serve_callback
from grader.submission.line import Late, Line, Lost
from grader.submission.usage import usage_of
from grader.wire import Handle, WireError, decode, pack

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.results import Usage
    from grader.sandbox.launcher import Ending, Launcher, Order

OPEN_SECONDS = 60.0
EXIT_GRACE_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One request to a runner.

    Attributes
    ----------
    request : dict
        The header of the frame; `buffers` is what it carries.
    doing : str
        What is done, as the beginning of a sentence such as "… took more than 5 seconds".
    seconds : float
        Deadline.
    callbacks : list of callable
        Functions of the judge that the submission may call meanwhile.
    """

    request: dict[str, Any]
    doing: str
    seconds: float
    buffers: list[bytes] = field(default_factory=list)
    callbacks: list[Callable[..., Any]] = field(default_factory=list)


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
    """

    def __init__(self, launcher: Launcher, order: Order, *, seed: int) -> None:
        self._launcher = launcher
        self._order = order
        self._seed = seed
        self._line: Line | None = None
        self._printed: list[str] = []
        self._endings: list[Ending] = []
        self._wall_seconds = 0.0
        self._callbacks = 0

    @property
    def alive(self) -> bool:
        """True while there is a runner, as far as the judge knows."""
        return self._line is not None

    @property
    def number(self) -> int:
        """Which one it is, from 0; the one to come where there is none."""
        return len(self._endings)

    def start(self) -> None:
        """Start a runner where there is none.

        Raises
        ------
        OverLimit
            The submission has ended too many.
        GraderError
            It did not start, and nothing of the submission had run in it.
        """
        if self._line is not None:
            return
        limits = self._order.limits
        if len(self._endings) > limits.restarts:
            message = f"The submission ended its process {limits.restarts} times."
            raise OverLimit(message, limit="restarts")
        process = self._launcher.start(self._order)
        self._line = Line(
            process, max_reply=limits.reply_mib << 20, max_output=limits.output_kib << 10
        )
        root, stubs = PurePosixPath(process.root), PurePosixPath(process.stubs)
        request = {
            "op": "open",
            "root": process.root,
            "paths": [str(root / self._order.folder), str(root)],
            "stub_paths": [str(stubs / self._order.folder), str(stubs)],
            "preload": list(self._order.profile.preload),
            "seed": self._seed,
            "memory_mib": limits.memory_mib,
            "cpu_seconds": limits.exercise_cpu_seconds,
            "max_bytes": limits.reply_mib << 20,
        }
        started = time.monotonic()
        question = Question(request=request, doing="starting", seconds=OPEN_SECONDS)
        try:  # nothing of the submission has run yet: what goes wrong here is ours
            header, _ = self._exchange(question, OPEN_SECONDS)
        except SubmissionError as error:
            self._endings.pop()  # it is not the submission that has ended this one
            raise GraderError(f"A runner did not start: {error.message}") from error
        if header.get("op") != "value":
            self._end()
            self._endings.pop()
            raise GraderError(f"A runner did not start: {str(header.get('message'))[:400]}")
        self._wall_seconds -= time.monotonic() - started  # the start is ours, not the student's

    def ask(self, question: Question) -> Any:
        """Send a request within the budget and return the value that comes back.

        Raises
        ------
        SubmissionError
            Whatever the submission did instead.
        """
        limits = self._order.limits
        left = limits.exercise_wall_seconds - self._wall_seconds
        if left <= 0:
            raise sentences.out_of_budget(limits.exercise_wall_seconds)
        header, raw = self._exchange(question, min(question.seconds, left))
        recall = partial(Handle, runner=self.number) if question.request.get("hold") else None
        if header.get("op") == "value":
            try:
                return decode(header.get("value"), raw, recall=recall)
            except WireError as error:
                raise self.malformed(str(error)) from None
        if header.get("op") == "raised":
            raise sentences.raised(header, question.doing, self._order.files)
        raise self.malformed("an answer of no known kind")

    def malformed(self, what: str) -> Crashed:
        """End a runner that does not keep to the protocol, and return the error for it."""
        self._end()
        return sentences.malformed(what)

    def take_printed(self) -> str:
        """Return what the submission has written since the last time."""
        if self._line is not None:
            self._keep_printed(self._line)
        text = "".join(self._printed)
        self._printed.clear()
        return text

    def close(self, calls: int) -> Usage:
        """End the runner and return what the exercise has used, in so many calls."""
        self._end()
        return usage_of(self._endings, self._wall_seconds, calls)

    def _keep_printed(self, line: Line) -> None:
        """Keep what was written; paths in it, as in warnings, are those of the submission."""
        self._printed.append(line.take_output().replace(f"{line.process.root}/", ""))

    def _end(self, *, grace_seconds: float = 0.0) -> Ending | None:
        if self._line is None:
            return None
        self._keep_printed(self._line)
        self._line.close()
        ending = self._line.process.end(grace_seconds=grace_seconds)
        self._line = None
        self._endings.append(ending)
        return ending

    def _exchange(self, question: Question, seconds: float) -> tuple[dict[str, Any], list[bytes]]:
        """Send a request, serve what is called back meanwhile, and return the answer."""
        line = self._line
        if line is None:
            self.start()
            line = self._line
        assert line is not None  # noqa: S101  (for the type checker)
        started = time.monotonic()
        try:
            return self._talk(line, question, started + seconds)
        except Late:
            self._end()
            raise sentences.late(question.doing, seconds) from None
        except Lost as loss:
            if loss.malformed:
                raise self.malformed(str(loss)) from None
            ending = self._end(grace_seconds=EXIT_GRACE_SECONDS)
            raise sentences.died(question.doing, ending, self._order.limits) from None
        except Exception:
            self._end()  # an error of ours in mid-talk: what comes later could not be told apart
            raise
        finally:
            self._wall_seconds += time.monotonic() - started

    def _talk(
        self, line: Line, question: Question, deadline: float
    ) -> tuple[dict[str, Any], list[bytes]]:
        if line.pending:
            raise Lost("an answer to a question that was not asked", malformed=True)
        number = secrets.randbits(53)
        line.send(pack({"id": number, **question.request}, question.buffers), deadline)
        while True:
            header, raw = line.receive(deadline)
            if header.get("id") != number:
                raise Lost("an answer to another question", malformed=True)
            if header.get("op") != "callback":
                return header, raw
            self._callbacks += 1
            if self._callbacks > self._order.limits.callbacks:
                raise Lost("more calls back than the limit allows", malformed=True)
            line.send(pack(*serve_callback(header, raw, question.callbacks)), deadline)
