"""Run a notebook with its tests in a runner, cell by cell, and grade each test.

A test runs in the process of the code that it tests. So the state of libraries is restored before
each test, and after each passed test a cell runs that must fail, with an unguessable word: it
detects code that keeps tests from failing. Code that reads the test and answers in its place is
not detected.
"""

from __future__ import annotations

__all__ = ["CellVerdict", "TestRun"]

import secrets
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.errors import Crashed, Failed, OverLimit, SubmissionError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.integrations.nbgrader.assemble import Step
    from grader.submission import Session

FORGED = (
    "A test that has to fail did not: something in this notebook changes how tests are run, so "
    "none of its tests counts."
)


@dataclass(frozen=True, slots=True)
class CellVerdict:
    """The verdict on a test: the share of its points, and the reason for missing ones."""

    share: float
    error: SubmissionError | None = None
    printed: str = ""
    note: str = ""
    seconds: float = 0.0


class TestRun:
    """Runs one notebook once.

    Parameters
    ----------
    session : Session
        The session to run it in; its caller closes it.
    file : str
        The notebook's name.
    seconds : float
        The deadline of each cell.
    """

    __test__ = False  # pytest: this is no test

    def __init__(self, session: Session, file: str, seconds: float) -> None:
        self._session = session
        self._file = file
        self._seconds = seconds
        self._done: list[Step] = []
        self._deadly: set[int] = set()  # indices in `_done` of steps that have ended a runner
        self._generation = -1
        self._forged = False

    def run(self, steps: Sequence[Step]) -> dict[str, CellVerdict]:
        """Run all cells in their order and return the verdicts by grade_id."""
        verdicts: dict[str, CellVerdict] = {}
        for step in steps:
            if step.test is None:
                self._run_plain(step)
            else:
                verdicts[step.test.mark.grade_id] = self._run_test(step)
        if self._forged:
            return {name: CellVerdict(0.0, Crashed(FORGED)) for name in verdicts}
        return verdicts

    def _run_plain(self, step: Step) -> None:
        """Run a cell that is not a test; if it fails, the tests show the cost."""
        try:
            self._ready()
            self._cell(step)
        except SubmissionError as error:
            first = error.message.splitlines()[0][:200] if error.message else ""
            note = f"{first} What it was to define is missing in the cells below."
            if note not in self._session.notes:
                self._session.notes.append(note)

    def _run_test(self, step: Step) -> CellVerdict:
        assert step.test is not None  # noqa: S101  (for the type checker)
        points = step.test.mark.points
        share, note, failure = 0.0, "", None
        self._session.take_printed()
        started = time.perf_counter()
        try:
            self._ready()
            self._session.use(self._file, "libraries.put_back", [], doing="preparing a test")
            # A value before a semicolon is not displayed, and so gives no partial credit.
            shown = not step.text.rstrip().endswith(";")
            share, note = share_of(self._cell(step, want_value=shown), points)
            self._must_fail(step)
        except SubmissionError as error:
            share, failure = 0.0, _unmet(error)
        seconds = round(time.perf_counter() - started, 4)
        return CellVerdict(share, failure, self._session.take_printed(), note, seconds)

    def _ready(self) -> None:
        """Make sure that the runner has run all steps so far, except those that end a runner."""
        while self._generation != self._session.generation:
            self._generation = self._session.generation
            self._session.cell(self._file, "", label=f"{self._file}, before its first cell")
            self._session.use(self._file, "libraries.keep", [], doing="starting")
            for place, step in enumerate(self._done):
                if place in self._deadly:
                    continue
                try:
                    self._session.cell(
                        self._file,
                        step.python,
                        label=step.label,
                        text=step.text,
                        seconds=self._seconds,
                        want_value=False,
                    )
                except SubmissionError:
                    if self._generation != self._session.generation:
                        self._deadly.add(place)
                        break

    def _cell(self, step: Step, *, want_value: bool = False) -> Any:
        self._done.append(step)
        try:
            return self._session.cell(
                self._file,
                step.python,
                label=step.label,
                text=step.text,
                doing=step.doing,
                seconds=self._seconds,
                want_value=want_value,
            )
        except SubmissionError:
            if self._generation != self._session.generation:
                self._deadly.add(len(self._done) - 1)
            raise

    def _must_fail(self, step: Step) -> None:
        """Run a cell that must fail, and record a forgery if it does not."""
        word = secrets.token_hex(8)
        source = f"assert len({word!r}) == {secrets.randbelow(9)}, {word!r}"
        try:
            self._session.cell(self._file, source, label=step.label, seconds=self._seconds)
        except OverLimit:
            raise
        except SubmissionError as error:
            if "AssertionError" in error.message and word in error.message:
                return
        self._forged = True


def _unmet(error: SubmissionError) -> SubmissionError:
    """Return a failed assertion as a failed test instead of a crash."""
    if not isinstance(error, Crashed) or error.exception != "AssertionError":
        return error
    said = error.message.partition("AssertionError")[2].strip(" :.")
    message = f"The test does not hold: {said}" if said else "The test does not hold."
    return Failed(message, hint=error.hint, frames=error.frames)


def share_of(value: Any, points: float) -> tuple[float, str]:
    """Return the share of the points that a test's last value gives, and a note.

    As in nbgrader, a number gives that many points, and any other value gives all of them. A number
    outside the range is replaced by the nearest limit, and NaN by 0.
    """
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value.item()
    if isinstance(value, np.generic):
        value = value.item()
    if type(value) not in (int, float) or not points:
        return 1.0, ""
    if not value >= 0:
        return 0.0, f"The test gave {value} points, which is taken for 0."
    if value > points:
        return 1.0, f"The test gave {value} points, which is more than it is worth."
    return float(value) / points, ""
