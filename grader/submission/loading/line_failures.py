"""Lines of files that failed: the names that are missing because of them, and the sentences.

After a line fails, its file is run statement by statement (`grader.runner.file`). The runner
reports which lines failed and which names are missing because of that.
"""

from __future__ import annotations

__all__ = ["LineFailure", "LineFailures", "missing_name", "since"]

import copy
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.errors import Crashed, OverLimit, SubmissionError
from grader.submission.failures import sentences
from grader.submission.failures.classes import elsewhere
from grader.submission.failures.sentences import NameMissing
from grader.submission.failures.sources import Sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from grader.sandbox.launcher import RunnerSpec
    from grader.wire.replies import FailedLine, Raised

MAX_NOTES = 5
MAX_LINES = 6
FEW = 3
LONGEST_NAME = 60
ENDS = "ends the program."
ENDINGS = ".?!"  # of what Python says: our sentence goes on, or has its own
NOT_RUN = ("hurried", "skipped")
IMPORTS = ("ImportError", "ModuleNotFoundError")
_PACKAGE = re.compile(r"No module named '([\w.]+)'")
# Python's messages about a missing name; the name is the last word in quotes.
_MISSING = {
    "NameError": re.compile(r"name '(\w+)' is not defined"),
    "ImportError": re.compile(r"cannot import name '(\w+)' from"),
    "AttributeError": re.compile(r"module '[\w.]+' has no attribute '(\w+)'"),
}


@dataclass(frozen=True, slots=True)
class LineFailure:
    """One line that failed.

    Attributes
    ----------
    file, line
        The place of the line.
    names : frozenset of str
        The names it should have defined and that are undefined now; ``*`` if that is not known.
    error : SubmissionError
        The error that it raised.
    ended : bool
        Whether the line ended its process, so that it was not run again.
    kept : tuple of str
        Names to which it should have given another value; they keep the one from a line above.
    """

    file: str
    line: int
    names: frozenset[str]
    error: SubmissionError
    ended: bool = False
    kept: tuple[str, ...] = ()

    @property
    def place(self) -> tuple[str, int]:
        """File and line."""
        return self.file, self.line

    @property
    def reason(self) -> str:
        """The failure, as a sentence without its full stop."""
        return self.error.message.rstrip(".")


class LineFailures:
    """The failed lines in the files of one session.

    Parameters
    ----------
    spec : RunnerSpec
        The files, for the source lines of tracebacks, and the limits.
    level : str
        The level of isolation, for sentences about limits.
    notes : list of str
        Notes for the student are added to it.
    """

    def __init__(self, spec: RunnerSpec, level: str, notes: list[str]) -> None:
        self._spec = spec
        self._sources = Sources(spec.files, {})
        self._level = level
        self._notes = notes
        self._failures: dict[tuple[str, int], LineFailure] = {}
        self._told = 0

    def take(self, failed: Sequence[FailedLine], stopped: SubmissionError | None) -> None:
        """Add the failures that a runner reports.

        Parameters
        ----------
        failed : sequence of FailedLine
            The runner's report, not trusted; an entry that is no line of the submission is skipped.
        stopped : SubmissionError, optional
            How the last process ended: the error for lines that have not been run since.
        """
        new: list[LineFailure] = []
        shell: list[tuple[str, int, str]] = []
        for entry in failed:
            file, line, what = entry.file, entry.line, entry.raised
            if not self.is_line(file, line):
                continue
            if what.kind == "left_out":
                shell.append((file, line, sentences.plain(what.message)))
                continue
            known = self._failures.get((file, line))
            names = frozenset(entry.names)
            if known is not None:
                self._failures[known.place] = replace(known, names=known.names | names)
                continue
            error = self._error(what, file, line, stopped)
            kept = tuple(filter(_is_name, entry.kept))[:FEW]
            failure = LineFailure(file, line, names, error, what.kind in NOT_RUN, kept)
            self._failures[failure.place] = failure
            new.append(failure)
        self._tell(new)
        self._tell_shell(shell)

    def is_line(self, file: str, line: int) -> bool:
        """Return whether a line exists: its number comes from the runner, and will be shown."""
        texts = self._spec.files
        return file in texts and 1 <= line <= len(texts[file].splitlines())

    def add(self, failure: LineFailure) -> None:
        """Add a line that has ended its process."""
        self._failures[failure.place] = failure
        self._tell([failure])

    def require(self, file: str, name: str) -> None:
        """Raise an error if a name is missing because a line of its file failed.

        Raises
        ------
        SubmissionError
        """
        failure = self._of(name, file)
        if failure is not None and failure.file == file:
            raise since(f"`{name}` is not defined", self._root(failure))

    def hinted(self, file: str, name: str, error: NameMissing) -> SubmissionError:
        """Return the error for a name that a file does not define, with the probable reason.

        The reason is a class that contains the name, or a failed line: the line may have defined
        the name in a way that its syntax does not show.
        """
        text = self._spec.files.get(file, b"").decode("utf-8-sig", "replace")
        missing = error.message.startswith(f"`{name}` is not defined")
        if missing and (hint := elsewhere(name, [text])):
            return NameMissing(error.message, hint=hint)
        own = [failure for failure in self._failures.values() if failure.file == file]
        ended = [failure for failure in own if failure.ended]
        if ended:
            return _joined(error.message.rstrip("."), "and", ended[0])
        odd = [failure for failure in own if getattr(failure.error, "exception", "") not in IMPORTS]
        if not odd:
            return error
        return NameMissing(error.message, hint=f"{odd[0].reason}: was it to be defined there?")

    def explained(self, error: SubmissionError) -> SubmissionError:
        """Return an error of a call; if a name is missing, add the failed line as the reason."""
        name = missing_name(error)
        file = error.frames[-1].file if error.frames else ""
        failure = self._of(name, file) if name else None
        if failure is None or not isinstance(error, Crashed):
            return error
        why = since(f"`{name}` is not defined", self._root(failure))
        hint = f"{why.message} {why.hint}".strip()
        told = copy.copy(error)
        told.hint = hint
        return told

    # ------------------------------------------------------------------ which line is the reason

    def _of(self, name: str, file: str, but: LineFailure | None = None) -> LineFailure | None:
        """Return the failed line that should have defined a name, first in `file`, then in all."""
        if not self._failures:  # as usual: this is asked before each call
            return None
        failures = [failure for failure in self._failures.values() if failure is not but]
        failures.sort(key=lambda failure: failure.file != file)
        for wanted in (name, "*"):
            for failure in failures:
                if wanted in failure.names and (wanted == name or failure.file == file):
                    return failure
        return None

    def _cause(self, failure: LineFailure) -> LineFailure | None:
        """Return the failed line that made another one fail."""
        name = missing_name(failure.error)
        return self._of(name, failure.file, but=failure) if name else None

    def _root(self, failure: LineFailure) -> LineFailure:
        seen = {failure.place}
        while (cause := self._cause(failure)) is not None and cause.place not in seen:
            seen.add(cause.place)
            failure = cause
        return failure

    # ------------------------------------------------------------------ sentences

    def _error(
        self, what: Raised, file: str, line: int, stopped: SubmissionError | None
    ) -> SubmissionError:
        where = f"line {line} of {file}"
        if what.kind in NOT_RUN and stopped is not None:
            reason = stopped.message[:1].lower() + stopped.message[1:].rstrip(".")
            message = f"From line {line} of {file} on, nothing was computed, since {reason}."
            if isinstance(stopped, OverLimit):
                return OverLimit(message, limit=stopped.limit, hint=stopped.hint)
            return Crashed(message, hint=stopped.hint)
        error = sentences.raised(what, where, self._spec, self._sources, self._level)
        said = sentences.plain(what.message)
        package = _PACKAGE.search(said) if what.type == "ModuleNotFoundError" else None
        message = error.message
        if package is not None:
            message = (
                f"Line {line} of {file} imports `{package[1]}`, which is neither installed where "
                "this is graded nor in what was handed in."
            )
        elif what.type in ("SyntaxError", "IndentationError", "TabError", "ConflictError"):
            said = said.rstrip(ENDINGS)
            last = error.frames[-1] if error.frames else None
            if last is not None and last.file != file:
                other = f"{last.file}, whose line {last.line} is not Python"
                message = f"Line {line} of {file} imports {other}: {said}."
            elif what.frames and what.frames[-1].file == file:  # not a text that it has generated
                message = f"Line {line} of {file} is not Python: {said}."
        elif message == f"L{where[1:]} ended the program.":
            message = f"Line {line} of {file} ends the program."
        error.message = message
        return error

    def _tell(self, failures: Iterable[LineFailure]) -> None:
        needing: dict[tuple[str, int], list[LineFailure]] = {}
        for failure in failures:
            needing.setdefault(self._root(failure).place, []).append(failure)
        for place, group in needing.items():
            root = self._failures[place]
            ends = root.error.message.endswith(ENDS)
            note = (
                f"{root.reason}: of the lines below it, only those were run that define missing "
                "names."
                if ends
                else f"{root.reason}: what does not need that line was graded all the same."
            )
            for name in root.kept:
                note += f" `{name}` is what a line above made it."
            others = sorted(failure.place for failure in group if failure.place != place)
            for file in dict.fromkeys(file for file, _ in others):
                note += _needing(file, [line for own, line in others if own == file], root)
            self._note(note)

    def _tell_shell(self, left_out: list[tuple[str, int, str]]) -> None:
        if left_out:
            file, line, text = left_out[0]
            more = f" and {len(left_out) - 1} more" if len(left_out) > 1 else ""
            self._note(
                f"`{text[:60]}` (line {line} of {file}){more} was left out: no other programs are "
                "run here, and nothing is installed."
            )

    def _note(self, note: str) -> None:
        if self._told < MAX_NOTES and note not in self._notes:
            self._told += 1
            self._notes.append(note)


def _is_name(text: str) -> bool:
    return text.isidentifier() and len(text) <= LONGEST_NAME


def _needing(file: str, lines: list[int], root: LineFailure) -> str:
    """Return the sentence on lines of a file that need another one."""
    more = f" and {len(lines) - MAX_LINES} more" if len(lines) > MAX_LINES else ""
    listed = ", ".join(map(str, lines[:MAX_LINES])) + more
    where = "" if file == root.file else f" of {file}"
    if len(lines) == 1:
        return f" Line {listed}{where} needs it."
    return f" Lines {listed}{where} need it."


def missing_name(error: SubmissionError) -> str:
    """Return the missing name that an error is about; empty if it is about something else."""
    if not isinstance(error, Crashed) or error.exception not in _MISSING:
        return ""
    found = _MISSING[error.exception].search(error.message)
    return found[1] if found else ""


def since(what: str, failure: LineFailure) -> SubmissionError:
    """Return the error for something that is missing because a line failed."""
    return _joined(what, "since", failure)


def _joined(what: str, word: str, failure: LineFailure) -> SubmissionError:
    reason = failure.reason[:1].lower() + failure.reason[1:]
    message = f"{what}, {word} {reason}."
    if isinstance(failure.error, OverLimit):
        return OverLimit(
            message, limit=failure.error.limit, hint=failure.error.hint, frames=failure.error.frames
        )
    exception = failure.error.exception if isinstance(failure.error, Crashed) else ""
    return Crashed(
        message, exception=exception, hint=failure.error.hint, frames=failure.error.frames
    )
