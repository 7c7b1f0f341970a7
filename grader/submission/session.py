"""One exercise of one submission, as a judge calls it: a runner that is replaced when it dies.

A function that has twice ended its runner, by time or by crashing, is not called again: its
further calls fail at once with the same words. So a function that never returns costs its own
points and a few deadlines, and never the points of its neighbours.
"""

from __future__ import annotations

__all__ = ["Returned", "Session"]

import secrets
import time
from dataclasses import dataclass
from functools import partial
from inspect import signature
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from grader.errors import Crashed, Failed, GraderError, OverLimit, SubmissionError
from grader.submission import sentences
from grader.submission.line import Late, Line, Lost
from grader.submission.usage import usage_of
from grader.wire import Handle, WireError, decode, encode, pack

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from grader.results import FreeText, Usage
    from grader.sandbox.launcher import Ending, Launcher, Order

MAX_STRIKES = 2
OPEN_SECONDS = 60.0
EXIT_GRACE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Returned:
    """What a call gave: the value, and the arguments as they were after it (where asked for)."""

    value: Any
    arguments: list[Any]


class Session:
    """Calls into one exercise of one submission.

    Parameters
    ----------
    launcher : Launcher
        Starts the runners.
    order : Order
        The sealed files, the folder, the profile and the limits.
    seed : int
        Seeds the submission's *global* generators, so that a rerun is identical.
    """

    def __init__(self, launcher: Launcher, order: Order, *, seed: int = 0) -> None:
        self._launcher = launcher
        self._order = order
        self._seed = seed
        self._line: Line | None = None
        self._loaded: set[str] = set()
        self._broken: dict[str, SubmissionError] = {}
        self._strikes: dict[tuple[str, str], list[SubmissionError]] = {}
        self._printed: list[str] = []
        self._endings: list[Ending] = []
        self._wall_seconds = 0.0
        self._calls = 0
        self._callbacks = 0
        self.notes: list[str] = []
        self.free_text: list[FreeText] = []  # what a person will read and grade
        self.memory: dict[str, Any] = {}  # what one check keeps for the next

    # ------------------------------------------------------------------ what a judge asks

    @property
    def files(self) -> Collection[str]:
        """The names of what was handed in."""
        return self._order.files.keys()

    def call(
        self,
        file: str,
        name: str,
        arguments: Sequence[Any],
        *,
        seconds: float | None = None,
        want_arguments: bool = False,
    ) -> Returned:
        """Call a function of the submission and return what it gave.

        Parameters
        ----------
        file, name : str
            The file (path in the submission) and the function.
        arguments : sequence
            Plain data, arrays, `grader.wire.Rng`; a callable stays here and is called back; a
            `Handle` stands for the object in the runner that an earlier call gave.
        seconds : float, optional
            Deadline; the profile's `call_seconds` where not given.
        want_arguments : bool
            Whether the arguments are sent back as they are after the call.

        Raises
        ------
        SubmissionError
            Whatever the submission did instead of returning.
        GraderError
            Where a runner could not be started.
        """
        request = {"want_arguments": want_arguments, "hold": False}
        value = self._call(file, name, arguments, seconds, request)
        if not want_arguments:
            return Returned(value, [])
        if type(value) is not tuple or len(value) != 2 or type(value[1]) is not list:
            raise self._malformed("an answer without its arguments")
        return Returned(value[0], value[1])

    def make(
        self, file: str, name: str, arguments: Sequence[Any], *, seconds: float | None = None
    ) -> Any:
        """Call a function as `call` does, and hold what it gives.

        What has no plain form, such as a model, stays in the runner, and a `Handle` comes back.
        """
        request = {"want_arguments": False, "hold": True}
        return self._call(file, name, arguments, seconds, request)

    def use(
        self,
        file: str,
        tool: str,
        arguments: Sequence[Any],
        *,
        doing: str,
        seconds: float | None = None,
    ) -> Any:
        """Call one of the runner's own functions, for what can be done only beside an object.

        Parameters
        ----------
        file : str
            The submission's file that is loaded before, for classes that it may define.
        tool : str
            ``module.function`` in `grader.runner.tools`. What it gives is the runner's word.
        arguments : sequence
            As for `call`; what has no plain form comes back as a `Handle`.
        doing : str
            What is done, as the beginning of a sentence such as "… took more than 5 seconds".
        seconds : float, optional
            Deadline; the profile's `call_seconds` where not given.
        """
        self._load(file)
        module, _, name = tool.partition(".")
        request = {"op": "use", "file": module, "name": name, "hold": True}
        return self._ask_with(request, arguments, seconds, doing)

    def holds(self, handle: Handle) -> bool:
        """Say whether the object behind a handle is still there."""
        return self._line is not None and handle.runner == len(self._endings)

    def get(self, file: str, name: str) -> Any:
        """Return a name that a file of the submission defines, as plain data."""
        self._load(file)
        request = {"op": "get", "file": file, "name": name}
        return self._ask(request, [], self._order.limits.call_seconds, f"`{name}`", [])

    def take_printed(self) -> str:
        """Return what the submission has written since the last time."""
        if self._line is not None:
            self._keep_printed(self._line)
        text = "".join(self._printed)
        self._printed.clear()
        return text

    def _keep_printed(self, line: Line) -> None:
        """Keep what was written; paths in it, as in warnings, are those of the submission."""
        self._printed.append(line.take_output().replace(f"{line.process.root}/", ""))

    def close(self) -> Usage:
        """End the runner and return what the exercise has used."""
        self._end()
        return usage_of(self._endings, self._wall_seconds, self._calls)

    # ------------------------------------------------------------------ files and runners

    def _load(self, file: str) -> None:
        if file in self._broken:
            raise self._broken[file]
        if self._line is not None and file in self._loaded:
            return
        if file not in self._order.files:
            raise Failed(f"The file {file} is missing from what was handed in.")
        try:
            self._start()
            request = {"op": "load", "file": file}
            seconds = self._order.limits.import_seconds
            doing = f"{'importing' if file.endswith('.py') else 'reading'} {file}"
            stubs = self._ask(request, [], seconds, doing, [])
        except SubmissionError as error:
            self._broken[file] = error
            raise
        self._loaded.add(file)
        if type(stubs) is list and stubs:
            self._note_stubs(stubs)

    def _note_stubs(self, stubs: list[Any]) -> None:
        folder = self._order.stubs
        known = {path.relative_to(folder).as_posix() for path in folder.rglob("*.py")}
        for stub in sorted(known.intersection(s for s in stubs if type(s) is str)):
            note = f"{stub} is not in what was handed in: the empty stub was imported instead."
            if note not in self.notes:
                self.notes.append(note)

    def _start(self) -> None:
        if self._line is not None:
            return
        limits = self._order.limits
        if len(self._endings) > limits.restarts:
            message = f"The submission ended its process {limits.restarts} times."
            raise OverLimit(message, limit="restarts")
        process = self._launcher.start(self._order)
        self._loaded = set()
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
        try:  # nothing of the submission has run yet: what goes wrong here is ours
            header, _ = self._exchange(request, [], OPEN_SECONDS, "starting", [])
        except SubmissionError as error:
            self._endings.pop()  # it is not the submission that has ended this one
            raise GraderError(f"A runner did not start: {error.message}") from error
        if header.get("op") != "value":
            self._end()
            self._endings.pop()
            raise GraderError(f"A runner did not start: {str(header.get('message'))[:400]}")
        self._wall_seconds -= time.monotonic() - started  # the start is ours, not the student's

    def _end(self, *, grace_seconds: float = 0.0) -> Ending | None:
        if self._line is None:
            return None
        self._keep_printed(self._line)
        self._line.close()
        ending = self._line.process.end(grace_seconds=grace_seconds)
        self._line = None
        self._endings.append(ending)
        return ending

    # ------------------------------------------------------------------ one question, one answer

    def _call(
        self,
        file: str,
        name: str,
        arguments: Sequence[Any],
        seconds: float | None,
        request: dict[str, Any],
    ) -> Any:
        """Call a function, unless it has ended its runner too often."""
        self._refuse_after_strikes(file, name)
        self._load(file)
        request |= {"op": "call", "file": file, "name": name, "count": len(arguments)}
        try:
            return self._ask_with(request, arguments, seconds, f"`{name}`")
        except (OverLimit, Crashed) as error:
            if self._line is None:
                self._strikes.setdefault((file, name), []).append(error)
            raise

    def _ask_with(
        self, request: dict[str, Any], arguments: Sequence[Any], seconds: float | None, doing: str
    ) -> Any:
        """Send a request that has arguments and return the value that comes back."""
        callbacks: list[Callable[..., Any]] = []

        def register(function: Callable[..., Any]) -> int:
            callbacks.append(function)
            return len(callbacks) - 1

        for argument in arguments:
            if type(argument) is Handle and not self.holds(argument):
                raise sentences.lost(doing, argument)
        tree, buffers = encode(list(arguments), register=register, max_bytes=256 << 20)
        allowed = self._order.limits.call_seconds if seconds is None else seconds
        self._calls += 1
        return self._ask({**request, "arguments": tree}, buffers, allowed, doing, callbacks)

    def _ask(
        self,
        request: dict[str, Any],
        buffers: list[bytes],
        seconds: float,
        doing: str,
        callbacks: list[Callable[..., Any]],
    ) -> Any:
        """Send a request within the budget and return the value that comes back."""
        left = self._order.limits.exercise_wall_seconds - self._wall_seconds
        if left <= 0:
            raise sentences.out_of_budget(self._order.limits.exercise_wall_seconds)
        header, raw = self._exchange(request, buffers, min(seconds, left), doing, callbacks)
        recall = partial(Handle, runner=len(self._endings)) if request.get("hold") else None
        if header.get("op") == "value":
            try:
                return decode(header.get("value"), raw, recall=recall)
            except WireError as error:
                raise self._malformed(str(error)) from None
        if header.get("op") == "raised":
            raise sentences.raised(header, doing, self._order.files)
        raise self._malformed("an answer of no known kind")

    def _exchange(
        self,
        request: dict[str, Any],
        buffers: list[bytes],
        seconds: float,
        doing: str,
        callbacks: list[Callable[..., Any]],
    ) -> tuple[dict[str, Any], list[bytes]]:
        line = self._line
        if line is None:
            self._start()
            line = self._line
        assert line is not None  # noqa: S101  (for the type checker)
        number = secrets.randbits(53)
        started = time.monotonic()
        deadline = started + seconds
        try:
            if line.pending:
                raise Lost("an answer to a question that was not asked", malformed=True)
            line.send(pack({"id": number, **request}, buffers), deadline)
            while True:
                header, raw = line.receive(deadline)
                if header.get("id") != number:
                    raise Lost("an answer to another question", malformed=True)
                if header.get("op") != "callback":
                    return header, raw
                line.send(pack(*self._serve_callback(header, raw, callbacks)), deadline)
        except Late:
            self._end()
            raise sentences.late(doing, seconds) from None
        except Lost as loss:
            if loss.malformed:
                raise self._malformed(str(loss)) from None
            ending = self._end(grace_seconds=EXIT_GRACE_SECONDS)
            raise sentences.died(doing, ending, self._order.limits) from None
        except Exception:
            self._end()  # an error of ours in mid-talk: what comes later could not be told apart
            raise
        finally:
            self._wall_seconds += time.monotonic() - started

    def _serve_callback(
        self, header: dict[str, Any], raw: list[bytes], callbacks: list[Callable[..., Any]]
    ) -> tuple[dict[str, Any], list[bytes]]:
        """Call the judge's own function with what the submission sent, and answer."""
        self._callbacks += 1
        number = header.get("callback")
        if self._callbacks > self._order.limits.callbacks:
            raise Lost("more calls back than the limit allows", malformed=True)
        if type(number) is not int or not 0 <= number < len(callbacks):
            raise Lost("a call to a function that was not given", malformed=True)
        try:
            arguments = decode(header.get("arguments"), raw)
            if type(arguments) is not list:
                raise Lost("a call without arguments", malformed=True)
            signature(callbacks[number]).bind(*arguments)
        except TypeError as error:
            message = f"The function given was called wrongly: {error}."
            return {"op": "refuse", "message": message}, []
        except WireError as error:
            raise Lost(str(error), malformed=True) from None
        try:
            tree, buffers = encode(callbacks[number](*arguments))
        except WireError as error:
            raise Lost(str(error), malformed=True) from None
        except SubmissionError as error:
            return {"op": "refuse", "message": error.message}, []
        return {"op": "return", "value": tree}, buffers

    def _malformed(self, what: str) -> Crashed:
        self._end()
        return sentences.malformed(what)

    def _refuse_after_strikes(self, file: str, name: str) -> None:
        strikes = self._strikes.get((file, name), [])
        if len(strikes) >= MAX_STRIKES:
            raise strikes[-1]
