"""One exercise of one submission, as the judge calls it."""

from __future__ import annotations

__all__ = ["Returned", "Session"]

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.submission.asking import Asking
from grader.submission.connection.client import Client
from grader.submission.connection.crash_counter import CrashCounter, counted_as
from grader.submission.connection.queries import Query
from grader.submission.connection.runners import Runners
from grader.submission.failures import stand_ins
from grader.submission.failures.sources import Sources
from grader.submission.loading.loading import Loading
from grader.submission.loading.steps import RunCell
from grader.submission.progress_events import ProgressEvent, telling
from grader.wire.requests import Call, Get, Several, Use

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from grader.results import FreeText, Usage
    from grader.sandbox.launcher import Launcher, RunnerSpec
    from grader.submission.loading.ending_lines import Ended
    from grader.submission.loading.programs import Program
    from grader.wire import Handle


@dataclass(frozen=True, slots=True)
class Returned:
    """The result of a call: the value, and the arguments after it (if these were asked for)."""

    value: Any
    arguments: list[Any]


class Session:
    """Calls functions of one exercise of one submission.

    Parameters
    ----------
    launcher : Launcher
        Starts the runners.
    spec : RunnerSpec
        The sealed files, the folder, the profile and the limits.
    seed : int
        Seeds the submission's *global* generators, so that a rerun is identical.
    programs : mapping, optional
        Notebooks, by the course's file that each replaces.
    problems : mapping, optional
        Files that should exist and do not, with a sentence that says why.
    ended : dict, optional
        Lines that have ended a process, by file and line; lines are added to it, and the sessions
        of a submission share it.
    """

    def __init__(
        self,
        launcher: Launcher,
        spec: RunnerSpec,
        *,
        seed: int = 0,
        programs: Mapping[str, Program] | None = None,
        problems: Mapping[str, str] | None = None,
        ended: dict[tuple[str, int], Ended] | None = None,
    ) -> None:
        self._spec = spec
        self._runners = Runners(launcher, spec, seed=seed)
        texts: dict[str, bytes] = {}  # the text of each cell, by its label
        self._client = Client(self._runners, spec, Sources(spec.files, texts))
        self._calls = 0
        self.notes: list[str] = []
        self.free_text: list[FreeText] = []  # answers that a person will read and grade
        self.memory: dict[Any, Any] = {}  # results that a check keeps for a later one
        self.failures: dict[str, Any] = {}  # how each check failed, by its id
        self.output_is_hidden = False  # whether the submission has received hidden data
        self._notes_before = 0
        self.progress: Callable[[ProgressEvent], None] = lambda _: None  # is called for long calls
        ended = {} if ended is None else ended
        loading = Loading(self._client, spec, self.notes, programs or {}, problems or {}, ended)
        self._asking = Asking(self._client, loading, spec, texts, self.notes)
        self._crashes = CrashCounter(self._runners, loading.explained)

    @property
    def files(self) -> Collection[str]:
        """The names of the submitted files."""
        return self._spec.files.keys()

    def hide_output(self) -> None:
        """Record that from now on the submission knows hidden data, and may reveal it.

        The data stay in its process and files until the exercise ends: all its output is withheld.
        """
        if not self.output_is_hidden:
            stand_ins.tell(self._client.stood_in, self.note)
            self.output_is_hidden, self._notes_before = True, len(self.notes)

    @property
    def open_notes(self) -> tuple[str, ...]:
        """The notes written before the submission received hidden data."""
        return tuple(self.notes[: self._notes_before] if self.output_is_hidden else self.notes)

    @property
    def kept_notes(self) -> tuple[str, ...]:
        """The notes written after the submission received hidden data."""
        return tuple(self.notes[self._notes_before :] if self.output_is_hidden else ())

    def call(
        self,
        file: str,
        name: str,
        arguments: Sequence[Any],
        *,
        seconds: float | None = None,
        want_arguments: bool = False,
        instead: Mapping[str, Callable[..., Any]] | None = None,
    ) -> Returned:
        """Call a function of the submission and return its result.

        Parameters
        ----------
        file, name : str
            The file (path in the submission) and the function.
        arguments : sequence
            Plain data, arrays, `grader.wire.Rng`; a callable stays in the judge and is called back;
            a `Handle` stands for an object in the runner that an earlier call returned.
        seconds : float, optional
            Deadline; the profile's `call_seconds` by default.
        want_arguments : bool
            Whether the arguments are sent back in their state after the call.
        instead : mapping, optional
            Functions of the judge that replace the file's functions of these names during the call:
            so a function can be judged even if another one that it calls is wrong.

        Raises
        ------
        SubmissionError
            The submission did something else than return.
        GraderError
            If a runner could not be started.
        """
        others, doing = instead or {}, f"`{name}`"
        called = counted_as(name, others)
        self._crashes.refuse(file, called)
        self._asking.load(file, name)
        with self._crashes.counted(file, called), self._telling(name, seconds) as listener:
            packed = self._client.packed([*arguments, *others.values()], doing, listener)
            request = Call(
                file,
                name,
                len(arguments),
                packed.tree,
                want_arguments=want_arguments,
                instead=tuple(others),
                tell=packed.tell,
            )
            query = packed.query(request, doing, self._allowed(seconds))
            self._calls += 1
            value = self._asking.ask(query, file, once=packed.held)
        if not want_arguments:
            return Returned(value, [])
        if type(value) is not tuple or len(value) != 2 or type(value[1]) is not list:
            raise self._client.malformed("an answer without its arguments")
        return Returned(value[0], value[1])

    def calls(self, file: str, name: str, calls: Sequence[Sequence[Any]]) -> list[Any]:
        """Call a function several times, each time as `call` does, and return the values."""
        return list(self.each(file, name, calls))

    def each(self, file: str, name: str, calls: Sequence[Sequence[Any]]) -> Iterator[Any]:
        """Call a function several times, each time as `call` does, and yield the values.

        The calls are sent at once, each with its own deadline; those after a failure are skipped.
        """
        self._crashes.refuse(file, name)
        doing, queries, held = f"`{name}`", [], False
        for arguments in calls:
            packed = self._client.packed(arguments, doing)
            request = Call(file, name, len(arguments), packed.tree)
            queries.append(packed.query(request, doing, self._allowed(None)))
            held |= packed.held
        self._asking.load(file, name, queries)
        self._calls += len(queries)
        with self._client.ahead(queries), self._crashes.counted(file, name):
            for query in queries:
                yield self._asking.ask(query, file, once=held)

    def several(
        self,
        file: str,
        name: str,
        calls: Sequence[Sequence[Any]],
        *,
        instead: Mapping[str, Callable[..., Any]] | None = None,
    ) -> list[Any]:
        """Call a function several times in a row; return the values in their state after the last.

        If the function returns the same object twice, the two values are equal, since it is read
        only at the end. `instead` replaces functions of the file, as in `call`.
        """
        others, doing = instead or {}, f"`{name}`"
        called = counted_as(name, others)
        self._crashes.refuse(file, called)
        self._asking.load(file, name)
        with self._crashes.counted(file, called), self._telling(name, None):
            packed = self._client.packed([*map(list, calls), *others.values()], doing)
            request = Several(file, name, len(calls[0]), packed.tree, tuple(others))
            query = packed.query(request, doing, self._allowed(None))
            self._calls += 1
            values = self._asking.ask(query, file)
        if type(values) is not list or len(values) != len(calls):
            raise self._client.malformed("an answer without its values")
        return values

    def make(
        self, file: str, name: str, arguments: Sequence[Any], *, seconds: float | None = None
    ) -> Any:
        """Call a function as `call` does, and keep its result in the runner if necessary.

        An object that is not plain data, such as a model, stays in the runner; a `Handle` comes
        back.
        """
        doing = f"`{name}`"
        self._crashes.refuse(file, name)
        self._asking.load(file, name)
        with self._crashes.counted(file, name), self._telling(name, seconds) as listener:
            packed = self._client.packed(arguments, doing, listener)
            request = Call(file, name, len(arguments), packed.tree, hold=True, tell=packed.tell)
            query = packed.query(request, doing, self._allowed(seconds))
            self._calls += 1
            return self._asking.ask(query, file, once=packed.held)

    def use(
        self,
        file: str,
        tool: str,
        arguments: Sequence[Any],
        *,
        doing: str,
        seconds: float | None = None,
    ) -> Any:
        """Call one of the runner's own functions, for work that has to happen next to an object.

        Parameters
        ----------
        file : str
            The submission's file to load before, for classes that it may define; empty if none is
            needed.
        tool : str
            ``module.function`` in `grader.runner.tools`. Its result is not trusted.
        arguments : sequence
            As for `call`; an object that is not plain data comes back as a `Handle`.
        doing : str
            What the call does, as the beginning of a sentence such as "… took more than 5 s".
        seconds : float, optional
            Deadline; the profile's `call_seconds` by default.
        """
        if file:
            self._asking.load(file)
        module, _, name = tool.partition(".")
        packed = self._client.packed(arguments, doing)
        request = Use(module, name, packed.tree)
        query = packed.query(request, doing, self._allowed(seconds))
        self._calls += 1
        return self._asking.ask(query, file, once=not file or packed.held)

    def cell(
        self,
        file: str,
        source: str,
        *,
        label: str,
        text: str = "",
        doing: str = "",
        seconds: float | None = None,
        mode: str = "all",
        names: Collection[str] = (),
        want_value: bool = True,
    ) -> Any:
        """Run one cell of a notebook and return the value of its last expression.

        Cells that are run for the same file share their names, as in a kernel; `call` and `get`
        find these names, too. If the runner ends, they are lost: see `generation`.

        Parameters
        ----------
        file : str
            The file whose namespace to use; the file need not have been submitted.
        source : str
            Python; the reader of notebooks translates magics (`grader.notebooks`).
        label : str
            The cell's place, for tracebacks: ``neural_net/nets.ipynb, cell 3``.
        text : str
            The cell as its author wrote it, for source lines; by default the source.
        doing : str
            The beginning of the sentence if it fails; by default the label.
        seconds : float, optional
            Deadline; the profile's `import_seconds` by default.
        mode, names
            The part of the cell to run: see `grader.runner.cells`.
        want_value : bool
            Whether to send the value; if not, or if there is none, None is returned.

        Raises
        ------
        SubmissionError
            The cell raised an exception, or ended its runner.
        """
        allowed = self._spec.limits.import_seconds if seconds is None else seconds
        return self._asking.run_cell(
            RunCell(file, source, label, text, doing or label, allowed, mode, names, want_value)
        )

    def names(self, file: str) -> list[str]:
        """Return the names that the cells run for a file have defined."""
        return self._asking.names(file)

    @property
    def alive(self) -> bool:
        """True if there is a runner, with the state of all that was run in it."""
        return self._runners.alive

    @property
    def generation(self) -> int:
        """The number of the live runner, or of the next; other runners' cells are forgotten."""
        return self._runners.number

    @contextlib.contextmanager
    def tried(self, *, again: bool) -> Iterator[None]:
        """Set whether the work will be repeated if its runner is ended from outside.

        Isolation level none does not show who sent a signal: no result blames the submission.
        """
        self._runners.rerun = again
        try:
            yield
        finally:
            self._runners.rerun = False

    @property
    def killed_outside(self) -> int:
        """How many runners have been ended from outside so far."""
        return self._runners.killed_outside

    def holds(self, handle: Handle) -> bool:
        """Return whether the object behind a handle still exists."""
        return self._runners.holds(handle)

    def get(self, file: str, name: str, steps_at: int | None = None) -> Any:
        """Return a name's value as plain data; with `steps_at`, see `Student.shows_each_step`."""
        self._asking.load(file, name)
        request, seconds = Get(file, name, steps_at), self._allowed(None)
        query = Query(request=request, doing=f"`{name}`", seconds=seconds)
        return self._asking.ask(query, file)

    def renew(self) -> None:
        """Use a fresh runner for the next call, as if nothing had been called before.

        So the next file does not see what this one changed in its process, such as `numpy.seterr`.
        """
        self._runners.renew()

    def lacked(self) -> list[str]:
        """Return the packages that the submission used, may use, and that are not installed."""
        return sorted(self._client.stood_in.intersection(self._spec.absent))

    @property
    def used_seconds(self) -> tuple[float, float]:
        """Wall (without waiting for a processor) and processor seconds of all requests."""
        return self._runners.wall_seconds, self._runners.cpu_seconds

    def take_printed(self) -> str:
        """Return the submission's output since the last call."""
        return self._runners.take_printed()

    def close(self) -> Usage:
        """End the runner and return the usage of the exercise."""
        stand_ins.tell(self._client.stood_in, self.note)
        return self._runners.close(self._calls + self._asking.cells)

    def note(self, note: str) -> None:
        """Tell the student something about the exercise; each note is kept once."""
        if note not in self.notes:
            self.notes.append(note)

    def _telling(
        self, name: str, seconds: float | None
    ) -> contextlib.AbstractContextManager[Callable[[object, object], None] | None]:
        """Return a context that gives the progress function of a call, None for a short call."""
        allowed, hidden = self._allowed(seconds), self.output_is_hidden
        return telling(name, allowed, self.progress, silent=hidden)

    def _allowed(self, seconds: float | None) -> float:
        return self._spec.limits.call_seconds if seconds is None else seconds
