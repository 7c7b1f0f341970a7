"""Load Python files, data and notebooks of a submission into the live runner, step by step."""

from __future__ import annotations

__all__ = ["Loading"]

from typing import TYPE_CHECKING

from grader.errors import Failed, SubmissionError
from grader.submission.connection.queries import Query
from grader.submission.loading.ending_lines import EndingLines
from grader.submission.loading.line_failures import LineFailures
from grader.submission.loading.notebook_cells import Notebooks
from grader.submission.loading.steps import AskFor
from grader.wire.replies import report_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.sandbox.launcher import RunnerSpec
    from grader.submission.connection.client import Client
    from grader.submission.failures.sentences import NameMissing
    from grader.submission.loading.ending_lines import Ended
    from grader.submission.loading.programs import Program
    from grader.submission.loading.steps import Steps


class Loading:
    """Yields the steps that load a file; each runner loads a file once.

    Parameters
    ----------
    client : Client
        The client, for the live runner and the end of the last one.
    spec : RunnerSpec
        The files, the stubs and the limits.
    notes : list of str
        Notes for the student are added to it.
    programs, problems, ended : mapping
        As for `Session`.
    """

    def __init__(
        self,
        client: Client,
        spec: RunnerSpec,
        notes: list[str],
        programs: Mapping[str, Program],
        problems: Mapping[str, str],
        ended: dict[tuple[str, int], Ended],
    ) -> None:
        self._runners = client.runners
        self._spec = spec
        self._notes = notes
        self._failures = LineFailures(spec, client.runners.level, notes)
        self._endings = EndingLines(client, self._failures, spec.limits, ended)
        self._notebooks = Notebooks(client.runners, programs, spec.limits, notes, self._has)
        self._loaded: set[tuple[int, str]] = set()  # number of the runner, file
        self._in_cells: dict[str, int] = {}  # file, number of the runner
        self._broken: dict[str, SubmissionError] = {f: Failed(p) for f, p in problems.items()}

    def cells_run(self, file: str) -> None:
        """Remember that cells in the live runner have defined the names of a file."""
        self._in_cells[file] = self._runners.number

    def explained(self, file: str, error: SubmissionError) -> SubmissionError:
        """Return an error of a call; if a failed cell or line is the reason, add it."""
        known = self._notebooks.explained(file, error)
        return known if known is not error else self._failures.explained(error)

    def lacks(self, file: str) -> bool:
        """Return whether a file has to be loaded.

        Raises
        ------
        SubmissionError
            The file cannot be loaded, with the same error each time; or a cell's names were lost
            with a runner.
        """
        if file in self._broken:
            raise self._broken[file]
        return not self._has(file)

    def load(self, file: str, then: Sequence[Query] = ()) -> Steps[None]:
        """Load a file that the live runner lacks, with the notebooks that it needs.

        Parameters
        ----------
        file : str
            Path in the submission.
        then : sequence of Query
            The requests that will follow.

        Raises
        ------
        SubmissionError
            The file cannot be loaded.
        """
        try:
            if file in self._notebooks.programs:
                yield from self._notebooks.load(file)
            elif file not in self._spec.files:
                raise Failed(f"The file {file} is missing from what was handed in.")
            yield from self._ask_for(file, then)
        except SubmissionError as error:
            self._broken[file] = error
            raise

    def require(self, file: str, name: str) -> Steps[None] | None:
        """Raise an error if a name of a loaded file is missing because something in it failed.

        If finding out takes more steps, as for a notebook, return these; they raise the error.

        Raises
        ------
        SubmissionError
            The failure.
        """
        if file in self._notebooks.programs:
            return self._notebooks.require(file, name)
        self._failures.require(file, name)
        return None

    def wake(self, file: str, name: str) -> Steps[None]:
        """Run the part under ``if __name__ == "__main__":`` that defines a name.

        Raises
        ------
        SubmissionError
            If the file cannot be loaded, as in `load`; if the part does not define the name.
        """
        yield from self._ask_for(file, wake=name)
        self._failures.require(file, name)

    def hinted(self, file: str, name: str, error: NameMissing) -> SubmissionError:
        """Return the error for a name that a file does not define, with the probable reason."""
        return self._failures.hinted(file, name, error)

    def _has(self, file: str) -> bool:
        if self._runners.alive and (self._runners.number, file) in self._loaded:
            return True
        if file in self._notebooks.programs or file not in self._in_cells:
            return False
        if not self._runners.alive or self._runners.number != self._in_cells[file]:
            raise Failed("The process in which the cells had been run has ended.")
        return True

    def _ask_for(self, file: str, then: Sequence[Query] = (), *, wake: str = "") -> Steps[None]:
        """Load a file, in as many processes as necessary."""
        doing = f"{'importing' if file.endswith('.py') else 'reading'} {file}"
        while True:
            if file not in self._notebooks.programs:
                yield from self._notebooks.load_for(file, self._spec.files)
            request, callbacks = self._endings.request(file, wake)
            seconds = self._spec.limits.import_seconds
            query = Query(request=request, doing=doing, seconds=seconds, callbacks=callbacks)
            try:
                answer = yield AskFor(query, then)
            except SubmissionError as error:
                if not file.endswith(".py") or not self._endings.is_left(file, error):
                    raise
            else:
                break
        self._loaded.add((self._runners.number, file))
        report = report_of(answer)
        self._failures.take(report.failed, self._endings.stopped)
        if report.stubs:
            self._note_stubs(report.stubs)

    def _note_stubs(self, stubs: Sequence[str]) -> None:
        folder = self._spec.stubs
        known = {path.relative_to(folder).as_posix() for path in folder.rglob("*.py")}
        for stub in sorted(known.intersection(stubs)):
            note = f"{stub} is not in what was handed in: the empty stub was imported instead."
            if note not in self._notes:
                self._notes.append(note)
