"""What of a submission the live runner has loaded: Python files, data, and notebooks."""

from __future__ import annotations

__all__ = ["Loading"]

from typing import TYPE_CHECKING, Any

from grader.errors import Failed, SubmissionError
from grader.submission.losses import Losses
from grader.submission.notebooks import Notebooks
from grader.submission.patience import Patience
from grader.submission.questions import Question
from grader.wire.replies import report_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from grader.sandbox.launcher import Order
    from grader.submission.patience import Ended
    from grader.submission.programs import Program
    from grader.submission.runners import Runners
    from grader.submission.sentences import Missing
    from grader.submission.session import Session


class Loading:
    """Loads a file when something of it is asked for, once in each runner.

    Parameters
    ----------
    session : Session
        Runs cells, and gets the notes.
    runners : Runners
        The runners of the session.
    order : Order
        The files, the stubs and the limits.
    programs, problems, ended : mapping
        As for `Session`.
    """

    def __init__(
        self,
        session: Session,
        runners: Runners,
        order: Order,
        programs: Mapping[str, Program],
        problems: Mapping[str, str],
        ended: dict[tuple[str, int], Ended],
    ) -> None:
        self._runners = runners
        self._order = order
        self._notes = session.notes
        self._losses = Losses(order, runners.level, session.notes)
        self._patience = Patience(runners, self._losses, order.limits, ended)
        self._notebooks = Notebooks(session, programs, order.limits)
        self._loaded: set[tuple[int, str]] = set()  # number of the runner, file
        self._in_cells: dict[str, int] = {}  # file, number of the runner
        self._broken: dict[str, SubmissionError] = {f: Failed(p) for f, p in problems.items()}

    def cells_run(self, file: str) -> None:
        """Remember that the names of a file are those that cells leave in the live runner."""
        self._in_cells[file] = self._runners.number

    def explained(self, file: str, error: SubmissionError) -> SubmissionError:
        """Return an error of a call, with the reason where a failed cell or line is the reason."""
        known = self._notebooks.explained(file, error)
        return known if known is not error else self._losses.explained(error)

    def load(
        self,
        file: str,
        ask: Callable[[Question], Any],
        name: str = "",
        then: Sequence[Question] = (),
    ) -> None:
        """Load a file, where it is not, and with it the notebooks that it needs.

        Parameters
        ----------
        file : str
            Path in the submission.
        ask : callable
            Asks the runner.
        name : str
            What is wanted of it: where a notebook lacks it, this raises for what reason.
        then : sequence of Question
            What will be asked next.

        Raises
        ------
        SubmissionError
            Why it cannot be loaded, the same each time.
        """
        if file in self._broken:
            raise self._broken[file]
        if not self._has(file):
            try:
                self._load(file, ask, then)
            except SubmissionError as error:
                self._broken[file] = error
                raise
        if not name:
            return
        if file in self._notebooks.programs:
            self._notebooks.require(file, name)
        else:
            self._losses.require(file, name)

    def _has(self, file: str) -> bool:
        if self._runners.alive and (self._runners.number, file) in self._loaded:
            return True
        if file in self._notebooks.programs or file not in self._in_cells:
            return False
        if not self._runners.alive or self._runners.number != self._in_cells[file]:
            raise Failed("The process in which the cells had been run has ended.")
        return True

    def _load(self, file: str, ask: Callable[[Question], Any], then: Sequence[Question]) -> None:
        if file in self._notebooks.programs:
            self._notebooks.load(file, self._has)
        elif file not in self._order.files:
            raise Failed(f"The file {file} is missing from what was handed in.")
        self._ask_for(file, ask, then)

    def _ask_for(
        self,
        file: str,
        ask: Callable[[Question], Any],
        then: Sequence[Question] = (),
        wake: str = "",
    ) -> None:
        """Have a file loaded, in as many processes as it takes."""
        doing = f"{'importing' if file.endswith('.py') else 'reading'} {file}"
        while True:
            if file not in self._notebooks.programs:
                self._notebooks.load_for(file, self._order.files, self._has)
            request, callbacks = self._patience.request(file, wake)
            question = Question(
                request=request,
                doing=doing,
                seconds=self._order.limits.import_seconds,
                callbacks=callbacks,
            )
            self._runners.start([question, *then])
            try:
                answer = ask(question)
            except SubmissionError as error:
                if not file.endswith(".py") or not self._patience.is_left(file, error):
                    raise
            else:
                break
        self._loaded.add((self._runners.number, file))
        report = report_of(answer)
        self._losses.take(report.failed, self._patience.stopped)
        if report.stubs:
            self._note_stubs(report.stubs)

    def wake(self, file: str, name: str, ask: Callable[[Question], Any]) -> None:
        """Run what of a file sleeps, as below ``if __name__ == "__main__":``, and defines a name.

        Raises
        ------
        SubmissionError
            Where it cannot be loaded, as `load`; where it does not define it after all.
        """
        self._ask_for(file, ask, wake=name)
        self._losses.require(file, name)

    def hinted(self, file: str, error: Missing) -> SubmissionError:
        """Return the error for a name that a file does not define, with what may be the reason."""
        return self._losses.hinted(file, error)

    def _note_stubs(self, stubs: Sequence[str]) -> None:
        folder = self._order.stubs
        known = {path.relative_to(folder).as_posix() for path in folder.rglob("*.py")}
        for stub in sorted(known.intersection(stubs)):
            note = f"{stub} is not in what was handed in: the empty stub was imported instead."
            if note not in self._notes:
                self._notes.append(note)
