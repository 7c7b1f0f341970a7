"""One exercise of one submission, as a judge calls it."""

from __future__ import annotations

__all__ = ["Returned", "Session"]

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.submission.asking import Asking
from grader.submission.connection.client import Client
from grader.submission.connection.crash_counter import CrashCounter
from grader.submission.connection.questions import Question
from grader.submission.connection.runners import Runners
from grader.submission.failures import stand_ins
from grader.submission.failures.sources import Sources
from grader.submission.loading.loading import Loading
from grader.submission.loading.steps import RunCell
from grader.submission.progress_events import LONG_SECONDS, Doing, told
from grader.wire.requests import Call, Get, Several, Use

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from grader.results import FreeText, Usage
    from grader.sandbox.launcher import Launcher, Order
    from grader.submission.loading.ending_lines import Ended
    from grader.submission.loading.programs import Program
    from grader.wire import Handle

SHORT = contextlib.nullcontext()  # nobody is told how far a short call has come


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
    programs : mapping, optional
        Notebooks, by the course's file that each stands for.
    problems : mapping, optional
        Files that were meant to be there: why they are not, a sentence each.
    ended : dict, optional
        Lines that have ended a process, by file and line; it is added to, and shared by the
        sessions of a submission.
    """

    def __init__(
        self,
        launcher: Launcher,
        order: Order,
        *,
        seed: int = 0,
        programs: Mapping[str, Program] | None = None,
        problems: Mapping[str, str] | None = None,
        ended: dict[tuple[str, int], Ended] | None = None,
    ) -> None:
        self._order = order
        self._runners = Runners(launcher, order, seed=seed)
        texts: dict[str, bytes] = {}  # of cells, by their labels
        self._client = Client(self._runners, order, Sources(order.files, texts))
        self._calls = 0
        self.notes: list[str] = []
        self.free_text: list[FreeText] = []  # what a person will read and grade
        self.memory: dict[str, Any] = {}  # what one check keeps for the next
        self.confided = False  # whether the submission has held something hidden
        self._notes_before = 0
        self.progress: Callable[[Doing], None] = lambda _: None  # is told of long calls
        ended = {} if ended is None else ended
        loading = Loading(self._client, order, self.notes, programs or {}, problems or {}, ended)
        self._asking = Asking(self._client, loading, order, texts, self.notes)
        self._crashes = CrashCounter(self._runners, loading.explained)

    @property
    def files(self) -> Collection[str]:
        """The names of what was handed in."""
        return self._order.files.keys()

    def confide(self) -> None:
        """Say that from now on the submission knows something hidden, and may tell it.

        What it holds in its process, its files and its objects stays there until the exercise
        ends, and so all that is said of it until then is the instructor's.
        """
        if not self.confided:
            self.confided, self._notes_before = True, len(self.notes)

    @property
    def open_notes(self) -> tuple[str, ...]:
        """The notes that were written before anything hidden was held."""
        return tuple(self.notes[: self._notes_before] if self.confided else self.notes)

    @property
    def kept_notes(self) -> tuple[str, ...]:
        """The notes that were written after that."""
        return tuple(self.notes[self._notes_before :] if self.confided else ())

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
        instead : mapping, optional
            Functions of yours that the file's own ones of these names give way to meanwhile: for
            judging a function apart from another one that it calls and that is wrong.

        Raises
        ------
        SubmissionError
            Whatever the submission did instead of returning.
        GraderError
            Where a runner could not be started.
        """
        others, doing = instead or {}, f"`{name}`"
        called = _called(name, others)
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
            question = packed.question(request, doing, self._allowed(seconds))
            self._calls += 1
            value = self._asking.ask(question, file, once=packed.held)
        if not want_arguments:
            return Returned(value, [])
        if type(value) is not tuple or len(value) != 2 or type(value[1]) is not list:
            raise self._client.malformed("an answer without its arguments")
        return Returned(value[0], value[1])

    def calls(self, file: str, name: str, calls: Sequence[Sequence[Any]]) -> list[Any]:
        """Call a function several times, each time as `call` does, and return what each gave.

        The calls are sent at once, so that neither side waits for the other between two of them;
        each has its own deadline all the same. The first that fails raises, and those after it are
        not made.
        """
        self._crashes.refuse(file, name)
        doing, questions, held = f"`{name}`", [], False
        for arguments in calls:
            packed = self._client.packed(arguments, doing)
            request = Call(file, name, len(arguments), packed.tree)
            questions.append(packed.question(request, doing, self._allowed(None)))
            held |= packed.held
        self._asking.load(file, name, questions)
        self._calls += len(questions)
        with self._client.ahead(questions), self._crashes.counted(file, name):
            return [self._asking.ask(question, file, once=held) for question in questions]

    def several(
        self,
        file: str,
        name: str,
        calls: Sequence[Sequence[Any]],
        *,
        instead: Mapping[str, Callable[..., Any]] | None = None,
    ) -> list[Any]:
        """Call a function several times in a row, and return what came, as it is after the last.

        An object that it gives twice is the same one twice, whatever it was at first. Functions of
        yours may stand in for others of the file, as for `call`.
        """
        others, doing = instead or {}, f"`{name}`"
        called = _called(name, others)
        self._crashes.refuse(file, called)
        self._asking.load(file, name)
        with self._crashes.counted(file, called), self._telling(name, None):
            packed = self._client.packed([*map(list, calls), *others.values()], doing)
            request = Several(file, name, len(calls[0]), packed.tree, tuple(others))
            question = packed.question(request, doing, self._allowed(None))
            self._calls += 1
            values = self._asking.ask(question, file)
        if type(values) is not list or len(values) != len(calls):
            raise self._client.malformed("an answer without its values")
        return values

    def make(
        self, file: str, name: str, arguments: Sequence[Any], *, seconds: float | None = None
    ) -> Any:
        """Call a function as `call` does, and hold what it gives.

        What has no plain form, such as a model, stays in the runner, and a `Handle` comes back.
        """
        doing = f"`{name}`"
        self._crashes.refuse(file, name)
        self._asking.load(file, name)
        with self._crashes.counted(file, name), self._telling(name, seconds) as listener:
            packed = self._client.packed(arguments, doing, listener)
            request = Call(file, name, len(arguments), packed.tree, hold=True, tell=packed.tell)
            question = packed.question(request, doing, self._allowed(seconds))
            self._calls += 1
            return self._asking.ask(question, file, once=packed.held)

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
            The submission's file that is loaded before, for classes that it may define; empty
            where none is needed.
        tool : str
            ``module.function`` in `grader.runner.tools`. What it gives is the runner's word.
        arguments : sequence
            As for `call`; what has no plain form comes back as a `Handle`.
        doing : str
            What is done, as the beginning of a sentence such as "… took more than 5 seconds".
        seconds : float, optional
            Deadline; the profile's `call_seconds` where not given.
        """
        if file:
            self._asking.load(file)
        module, _, name = tool.partition(".")
        packed = self._client.packed(arguments, doing)
        request = Use(module, name, packed.tree)
        question = packed.question(request, doing, self._allowed(seconds))
        self._calls += 1
        return self._asking.ask(question, file, once=not file or packed.held)

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

        Cells that are run for the same file share its names and find those of the cells before, as
        in a kernel; `call` and `get` find them there as well. A runner that has ended has taken
        them with it: see `generation`.

        Parameters
        ----------
        file : str
            Which namespace; it need not have been handed in.
        source : str
            Python: magics are for the reader of notebooks to translate (`grader.notebooks`).
        label : str
            Where the cell stands, for tracebacks: ``neural_net/nets.ipynb, cell 3``.
        text : str
            The cell as its author wrote it, whose lines are shown; the source where not given.
        doing : str
            What begins the sentence where it fails; the label where not given.
        seconds : float, optional
            Deadline; the profile's `import_seconds` where not given.
        mode, names
            What of the cell is run: see `grader.runner.cells`.
        want_value : bool
            Whether the value is sent; None comes back where not, and where there is none.

        Raises
        ------
        SubmissionError
            What the cell raised, or how it ended its runner.
        """
        allowed = self._order.limits.import_seconds if seconds is None else seconds
        return self._asking.run_cell(
            RunCell(file, source, label, text, doing or label, allowed, mode, names, want_value)
        )

    def names(self, file: str) -> list[str]:
        """Return the names that the cells run for a file have left."""
        return self._asking.names(file)

    @property
    def alive(self) -> bool:
        """True while there is a runner, and with it what was run in it."""
        return self._runners.alive

    @property
    def generation(self) -> int:
        """Which runner is alive, or will be next: cells that ran in another one are forgotten."""
        return self._runners.number

    @contextlib.contextmanager
    def tried(self, *, again: bool) -> Iterator[None]:
        """Say whether what is done meanwhile can be done again, should others end the runner.

        At level none it is not told who sent a signal: where it is done again, the submission is
        not blamed yet.
        """
        self._runners.rerun = again
        try:
            yield
        finally:
            self._runners.rerun = False

    @property
    def taken(self) -> int:
        """How many runners others have ended so far."""
        return self._runners.taken

    def holds(self, handle: Handle) -> bool:
        """Say whether the object behind a handle is still there."""
        return self._runners.holds(handle)

    def get(self, file: str, name: str) -> Any:
        """Return a name that a file of the submission defines, as plain data."""
        self._asking.load(file, name)
        seconds = self._order.limits.call_seconds
        question = Question(request=Get(file, name), doing=f"`{name}`", seconds=seconds)
        return self._asking.ask(question, file)

    def renew(self) -> None:
        """Have what is called next run in a fresh runner, as if nothing had been called before.

        What a file has changed in its process, such as `numpy.seterr`, the import path or the
        working directory, is then no matter of the next file's.
        """
        self._runners.renew()

    def lacked(self) -> list[str]:
        """Return the packages that the submission has used, may ask for, and we do not have."""
        return sorted(self._client.stood_in.intersection(self._order.absent))

    def take_printed(self) -> str:
        """Return what the submission has written since the last time."""
        return self._runners.take_printed()

    def close(self) -> Usage:
        """End the runner and return what the exercise has used."""
        for note in stand_ins.notes(self._client.stood_in):
            self.note(note)
        return self._runners.close(self._calls + self._asking.cells)

    def note(self, note: str) -> None:
        """Tell the student something about the exercise, once."""
        if note not in self.notes:
            self.notes.append(note)

    def _telling(
        self, name: str, seconds: float | None
    ) -> contextlib.AbstractContextManager[Callable[[object, object], None] | None]:
        """Return a context that gives what is to be told how far a call has come, if it is long."""
        allowed = self._allowed(seconds)
        return SHORT if allowed < LONG_SECONDS else told(name, allowed, self.progress)

    def _allowed(self, seconds: float | None) -> float:
        return self._order.limits.call_seconds if seconds is None else seconds


def _called(name: str, others: Mapping[str, object]) -> str:
    """Return what a function is counted as: what it did with others says nothing of it apart."""
    return f"{name}, apart" if others else name
