"""Run the cells of notebooks one by one; a failure costs only what needs the failed cell."""

from __future__ import annotations

__all__ = ["Notebooks"]

import contextlib
import re
import time
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from grader.errors import Crashed, OverLimit, SubmissionError
from grader.submission.failures.classes import elsewhere
from grader.submission.failures.sentences import NameMissing
from grader.submission.loading.steps import ListNames, RunCell

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from grader.sandbox.launcher import Limits
    from grader.submission.connection.runners import Runners
    from grader.submission.loading.programs import Program, ProgramCell
    from grader.submission.loading.steps import Steps

MAX_NOTES = 5
BUDGETS = frozenset(["exercise_wall_seconds", "exercise_cpu_seconds", "restarts"])
APART = (
    "Put what computes for long into a cell of its own: what the other cells define is graded all "
    "the same."
)
RUN_ALL = '"Restart and run all" in Jupyter shows what happens when cells run in their order.'
_UNDEFINED = re.compile(r"name '(\w+)' is not defined")


@dataclass(frozen=True, slots=True)
class _Failure:
    cell: ProgramCell
    error: SubmissionError

    @property
    def undefined(self) -> str:
        """The name that was needed and not defined; empty for another kind of failure."""
        return _undefined(self.error)


class _Ended(Exception):
    """A cell has ended its process: all cells have to run again, that one in another mode."""


class Notebooks:
    """The notebooks of one session.

    Parameters
    ----------
    runners : Runners
        The runners, to see whether the runner that ran a cell is still alive.
    programs : mapping
        The notebooks, by the course's file that each replaces.
    limits : Limits
        A cell has the deadline of an import, and all cells together half of the exercise's time.
    notes : list of str
        Notes for the student are added to it.
    has : callable
        Returns whether the live runner has loaded a file, or the notebook that replaces it.
    """

    def __init__(
        self,
        runners: Runners,
        programs: Mapping[str, Program],
        limits: Limits,
        notes: list[str],
        has: Callable[[str], bool],
    ) -> None:
        self._runners = runners
        self._limits = limits
        self._notes = notes
        self._has = has
        self.programs = programs
        self._failures: dict[str, list[_Failure]] = {}
        self._names: dict[str, Collection[str]] = {}
        self._under_way: set[str] = set()
        self._seconds = 0.0

    def load(self, file: str) -> Steps[None]:
        """Run the notebook of a file in the live runner, or in as many runners as necessary.

        Parameters
        ----------
        file : str
            A file of the course that is replaced by a notebook.

        Raises
        ------
        SubmissionError
            If the exercise's budget is used up.
        """
        self._under_way.add(file)
        imported = [other for other in self.programs if self.programs[file].imports_file(other)]
        while True:
            try:
                yield from self._load_all(imported)
                yield from self._pass(file)
            except _Ended:
                continue
            break
        self._under_way.discard(file)
        self._names[file] = yield ListNames(file)
        self._tell(file)

    def load_for(self, file: str, files: Mapping[str, bytes]) -> Steps[None]:
        """Run the notebooks that a Python file may import, since Python could not find them.

        The notebooks are those whose names occur in the text of a submitted Python file's imports.
        """
        if not file.endswith(".py"):
            return
        for other in self.programs:
            stem = re.escape(PurePosixPath(other).stem.encode())
            imports = re.compile(
                rb"(?m)^[^\r\n#]*\bimport\b[^\r\n]*\b%b\b|\b%b\s+import\b" % (stem, stem)
            )
            if any(imports.search(text) for name, text in files.items() if name.endswith(".py")):
                yield from self._load_all([other])

    def _load_all(self, files: Iterable[str]) -> Steps[None]:
        for file in files:
            if file not in self._under_way and not self._has(file):
                yield from self.load(file)

    def require(self, file: str, name: str) -> Steps[None]:
        """Raise an error if a name is not defined, with the reason.

        Raises
        ------
        SubmissionError
        """
        with contextlib.suppress(_Ended):
            if name not in self._names[file] and (yield from self._awake(file, name)):
                self._names[file] = yield ListNames(file)
        if name in self._names[file]:
            return
        shown = self.programs[file].shown
        failed = [f for f in self._failures[file] if name in f.cell.defines]
        if not failed:
            inside = elsewhere(name, [cell.source for cell in self.programs[file].cells])
            raise NameMissing(
                f"`{name}` is not defined in any cell of {shown}.",
                hint=inside or "Keep the names of the template exactly as they are.",
            )
        raise _since(f"`{name}` is not defined", failed[-1].error)

    def explained(self, file: str, error: SubmissionError) -> SubmissionError:
        """Return an error of a call; if a failed cell left a name undefined, add that reason."""
        undefined = _undefined(error)
        failures = self._failures.get(file, [])
        failed = [f for f in failures if undefined in f.cell.defines]
        if not undefined or not failed:
            return error
        why = _since(f"`{undefined}` is not defined", failed[-1].error)
        hint = f"{why.message} {why.hint}".strip()
        return Crashed(error.message, exception="NameError", hint=hint, frames=error.frames)

    # ------------------------------------------------------------------ one pass over the cells

    def _pass(self, file: str) -> Steps[None]:
        program = self.programs[file]
        self._failures[file] = failures = []
        for cell in program.cells:
            mode = self._mode(program, cell)
            if not mode:
                continue
            error = yield from self._try(file, cell, mode)
            if error is not None:
                failures.append(_Failure(cell, error))
        if failures:
            yield from self._rescue(file)

    def _mode(self, program: Program, cell: ProgramCell) -> str:
        mode = program.mode(cell, self._limits.import_seconds)
        used_up = self._seconds > self._limits.exercise_wall_seconds / 2
        return "definitions" if mode and used_up else mode

    def _try(
        self, file: str, cell: ProgramCell, mode: str, names: Collection[str] = ()
    ) -> Steps[SubmissionError | None]:
        """Run a cell and return its error, if any."""
        program, seconds = self.programs[file], self._limits.import_seconds
        started = time.monotonic()
        try:
            yield RunCell(
                file=file,
                source=cell.source,
                label=program.label(cell),
                text=cell.text,
                doing=program.doing(cell),
                seconds=seconds,
                mode=mode,
                names=names,
            )
        except OverLimit as error:
            if error.limit in BUDGETS:
                raise
            failed: SubmissionError = error
            if error.limit.startswith("call_"):
                failed = OverLimit(error.message, limit="import_seconds", hint=APART)
        except SubmissionError as error:
            failed = error
        else:
            return None
        finally:
            self._seconds += time.monotonic() - started
        if self._runners.alive:
            return failed
        program.has_ended(cell, seconds)
        self._note(_left_out(program, cell, failed))
        raise _Ended

    def _rescue(self, file: str) -> Steps[None]:
        """Run the statements below a failed line; rerun cells that used a name before its cell."""
        program, failures = self.programs[file], self._failures[file]
        for failure in failures:
            yield from self._try(file, failure.cell, "rescue", failure.cell.defines)
        for failure in list(failures):
            definers = [c for c in program.cells if failure.undefined in c.defines]
            if not definers:
                continue
            yield from self._awake(file, failure.undefined)
            later = (c.defines for c in program.cells if c.count > failure.cell.count)
            names = frozenset[str]().union(*later)
            error = yield from self._try(file, failure.cell, "rest", names)
            failures.remove(failure)
            if error is not None:
                failures.append(_Failure(failure.cell, error))
            elif definers[-1].count > failure.cell.count:
                self._note(
                    f"{_capital(program.doing(failure.cell))} uses `{failure.undefined}`, which is "
                    f"only defined below it, in cell {definers[-1].count}: it was run again after "
                    f"that. {RUN_ALL}"
                )

    def _awake(self, file: str, name: str) -> Steps[bool]:
        """Run the main parts that may define a name; return whether there was one to run."""
        program, failed = self.programs[file], {f.cell.count for f in self._failures[file]}
        cells = [
            cell
            for cell in program.cells
            if name in cell.defines and "__main__" in cell.source and cell.count not in failed
            if program.mode(cell, self._limits.import_seconds) == "all"
        ]
        for cell in cells:
            yield from self._try(file, cell, "main")
        return bool(cells)

    def _tell(self, file: str) -> None:
        for failure in self._failures[file]:
            line = _line(failure.error)
            self._note(
                f"{failure.error.message.rstrip('.')}{line}: what does not need that cell was "
                "graded all the same."
            )

    def _note(self, note: str) -> None:
        told = sum("cell " in known.lower() for known in self._notes)
        if note not in self._notes and told < MAX_NOTES:
            self._notes.append(note)


def _undefined(error: SubmissionError) -> str:
    if not isinstance(error, Crashed) or error.exception != "NameError":
        return ""
    found = _UNDEFINED.search(error.message)
    return found[1] if found else ""


def _since(what: str, error: SubmissionError) -> SubmissionError:
    """Return the error for something that is missing because a cell failed."""
    reason = error.message[:1].lower() + error.message[1:]
    message = f"{what}, since {reason.rstrip('.')}{_line(error)}."
    if isinstance(error, OverLimit):
        return OverLimit(message, limit=error.limit, hint=error.hint)
    exception = error.exception if isinstance(error, Crashed) else ""
    return Crashed(message, exception=exception, hint=error.hint, frames=error.frames)


def _line(error: SubmissionError) -> str:
    """Return the line of its cell where an error was raised, unless the message tells it."""
    lines = [frame.line for frame in error.frames if frame.function == "<module>" and frame.line]
    return f" (line {lines[-1]})" if lines and f"line {lines[-1]}" not in error.message else ""


def _left_out(program: Program, cell: ProgramCell, error: SubmissionError) -> str:
    if len(program.ended.get(cell.count, [])) > 1:
        return f"{error.message.rstrip('.')} again and was left out. {APART}"
    return f"{error.message.rstrip('.')}: only what it defines was taken. {APART}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
