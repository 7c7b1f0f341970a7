"""Send requests that need a file: load it first, and load it again if its runner has ended."""

from __future__ import annotations

__all__ = ["Asking"]

from typing import TYPE_CHECKING, Any, TypeVar, assert_never

from grader.errors import SubmissionError
from grader.submission.connection.queries import Query
from grader.submission.failures.sentences import NameMissing, ended_by_another
from grader.submission.loading.steps import AskFor, ListNames, RunCell
from grader.wire.requests import Call, Cell, Get, Names, Several

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.sandbox.launcher import RunnerSpec
    from grader.submission.connection.client import Client
    from grader.submission.loading.loading import Loading
    from grader.submission.loading.steps import Step, Steps

T = TypeVar("T")


class Asking:
    """Sends requests, after the loading steps that each of them needs.

    Parameters
    ----------
    client : Client
        Sends requests to the live runner.
    loading : Loading
        Knows what the live runner has loaded.
    spec : RunnerSpec
        The specification of runners, with the limits.
    texts : dict of str to bytes
        The cells that are run are added to it, under their labels.
    notes : list of str
        Notes for the student are added to it.

    Attributes
    ----------
    cells : int
        The number of notebook cells that were run.
    """

    def __init__(
        self,
        client: Client,
        loading: Loading,
        spec: RunnerSpec,
        texts: dict[str, bytes],
        notes: list[str],
    ) -> None:
        self._client = client
        self._runners = client.runners
        self._loading = loading
        self._spec = spec
        self._texts = texts
        self._notes = notes
        self.cells = 0

    def ask(self, query: Query, file: str = "", *, once: bool = False) -> Any:
        """Send a request to a runner that has just loaded a file.

        If the runner was ended by something that an earlier call left behind, such as a thread, the
        request is sent once more to a fresh runner: only the call that did it may cost points.

        Parameters
        ----------
        query : Query
            The request.
        file : str
            The file that was loaded for it; empty if none.
        once : bool
            Whether the request makes sense only in this runner, and must not be repeated.

        Raises
        ------
        SubmissionError
            The submission did something else than answer.
        """
        try:
            return self._client.ask(query)
        except NameMissing as error:
            return self._awake(query, file, error)
        except SubmissionError:
            before = self._client.left_behind
            if once or not before:
                raise
        if file:
            self.load(file)
        try:
            return self._client.ask(query)
        finally:
            note = ended_by_another(query.doing, before)
            if self._runners.alive and note not in self._notes:
                self._notes.append(note)

    def _awake(self, query: Query, file: str, missing: NameMissing) -> Any:
        """Ask for a name once more, after running the ``__main__`` part that may define it."""
        request = query.request
        name = request.name if isinstance(request, Call | Several | Get) else ""
        if missing.unrun and name:
            self._follow(self._loading.wake(file, name))
            try:
                return self._client.ask(query)
            except NameMissing as error:
                missing = error
        raise self._loading.hinted(file, name, missing)

    def load(self, file: str, name: str = "", then: Sequence[Query] = ()) -> None:
        """Load a file in the live runner.

        Parameters
        ----------
        file : str
            Path in the submission.
        name : str
            The name that is needed from it; if it is missing, the reason is raised, if known.
        then : sequence of Query
            The requests that will follow.

        Raises
        ------
        SubmissionError
            Why the file cannot be loaded, the same each time; or why the name is missing.
        """
        if self._loading.lacks(file):
            self._follow(self._loading.load(file, then))
        if name and (steps := self._loading.require(file, name)) is not None:
            self._follow(steps)

    # ------------------------------------------------------------------ notebooks

    def run_cell(self, cell: RunCell) -> Any:
        """Run a cell of a notebook and return its value."""
        self._texts[cell.label] = (cell.text or cell.source).encode("utf-8", "replace")
        self._runners.start()
        self._loading.cells_run(cell.file)
        packed = self._client.packed([cell.source], cell.doing)
        request = Cell(
            cell.file, cell.label, packed.tree, cell.mode, tuple(cell.names), cell.want_value
        )
        self.cells += 1
        return self.ask(packed.query(request, cell.doing, cell.seconds), once=True)

    def names(self, file: str) -> list[str]:
        """Return the names that the cells run for a file have defined."""
        seconds = self._spec.limits.call_seconds
        query = Query(request=Names(file), doing="naming", seconds=seconds)
        names = self.ask(query, once=True)
        return [n for n in names if type(n) is str] if type(names) is list else []

    # ------------------------------------------------------------------ the steps of loading

    def _follow(self, steps: Steps[T]) -> T:
        """Execute the steps that loading yields, and send each result back to it."""
        try:
            step = next(steps)
            while True:
                try:
                    answer = self._done(step)
                except BaseException as error:  # noqa: BLE001  (loading decides about it)
                    step = steps.throw(error)
                else:
                    step = steps.send(answer)
        except StopIteration as end:
            result: T = end.value
            return result

    def _done(self, step: Step) -> Any:
        match step:
            case AskFor(query, then):
                self._runners.start([query, *then])
                return self.ask(query)
            case RunCell():
                return self.run_cell(step)
            case ListNames(file):
                return self.names(file)
            case _:
                assert_never(step)
