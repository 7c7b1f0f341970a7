"""Lines of files that have failed: what that costs, and the sentences that say so.

A file is run statement by statement from where one fails (`grader.runner.file`): the runner says
which lines have failed and which names are missing by that.
"""

from __future__ import annotations

__all__ = ["Losses", "missing_name", "since"]

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from grader.errors import Crashed, Failed, OverLimit, SubmissionError
from grader.submission import sentences
from grader.submission.files import Sources

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grader.sandbox.launcher import Order
    from grader.submission.sentences import Missing

MAX_LOSSES = 100
MAX_NOTES = 5
MAX_LINES = 6
FEW = 3
LONGEST_NAME = 60
SPARED = "what does not need that line was graded all the same"
ENDS = "ends the program."
BELOW = "of what stands below it, only that was run which defines missing names"
IMPORTS = ("ImportError", "ModuleNotFoundError")
_PACKAGE = re.compile(r"No module named '([\w.]+)'")
# What Python says where a name is missing; the name is the last word in quotes.
_MISSING = {
    "NameError": re.compile(r"name '(\w+)' is not defined"),
    "ImportError": re.compile(r"cannot import name '(\w+)' from"),
    "AttributeError": re.compile(r"module '[\w.]+' has no attribute '(\w+)'"),
}


@dataclass(frozen=True, slots=True)
class Loss:
    """One line that failed.

    Attributes
    ----------
    file, line
        Where it stands.
    names : frozenset of str
        What it was to define and nothing else has; ``*`` where that cannot be known.
    error : SubmissionError
        What it raised.
    ended : bool
        Whether its process ended with it, so that it was not run again.
    kept : tuple of str
        Names that it was to give another value, and that have the one of a line above.
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
        """What happened, as a sentence without its end."""
        return self.error.message.rstrip(".")


class Losses:
    """What has failed in the files of one session.

    Parameters
    ----------
    order : Order
        The files, for the lines of tracebacks, and the limits.
    level : str
        Of isolation, for sentences about limits.
    notes : list of str
        Gets what the student is to know.
    """

    def __init__(self, order: Order, level: str, notes: list[str]) -> None:
        self._order = order
        self._sources = Sources(order.files, {})
        self._level = level
        self._notes = notes
        self._losses: dict[tuple[str, int], Loss] = {}
        self._told = 0

    def take(self, raw: object, stopped: SubmissionError | None) -> None:
        """Take in what a runner says has failed.

        Parameters
        ----------
        raw : object
            The runner's word; what is of no known form is passed over.
        stopped : SubmissionError, optional
            How the last process ended: the error for lines that are not run since then.
        """
        found = [entry for entry in raw if type(entry) is dict] if type(raw) is list else []
        new: list[Loss] = []
        shell: list[tuple[str, int, str]] = []
        for entry in found[:MAX_LOSSES]:
            file, line, kind = entry.get("file"), entry.get("line"), entry.get("kind")
            if type(file) is not str or type(line) is not int or not self.is_line(file, line):
                continue
            if kind == "left_out":
                shell.append((file, line, sentences.plain(entry.get("message"))))
                continue
            known = self._losses.get((file, line))
            names = frozenset(n for n in _listed(entry.get("names")) if type(n) is str)
            if known is not None:
                self._losses[known.place] = replace(known, names=known.names | names)
                continue
            error = self._error(entry, file, line, stopped)
            kept = tuple(n for n in _listed(entry.get("kept")) if _is_name(n))[:FEW]
            loss = Loss(file, line, names, error, kind in ("hurried", "skipped"), kept)
            self._losses[loss.place] = loss
            new.append(loss)
        self._tell(new)
        self._tell_shell(shell)

    def is_line(self, file: str, line: int) -> bool:
        """Say whether there is such a line: its number is the runner's word, and will be shown."""
        texts = self._order.files
        return file in texts and 1 <= line <= len(texts[file].splitlines())

    def add(self, loss: Loss) -> None:
        """Take in a line that has ended its process."""
        self._losses[loss.place] = loss
        self._tell([loss])

    def require(self, file: str, name: str) -> None:
        """Raise where a name is missing because a line of its file has failed.

        Raises
        ------
        SubmissionError
        """
        loss = self._of(name, file)
        if loss is not None and loss.file == file:
            raise since(f"`{name}` is not defined", self._root(loss))

    def hinted(self, file: str, error: Missing) -> SubmissionError:
        """Return the error for a name that a file does not define, with a line of it that failed.

        Which names a line was to define is not seen where it does so by other means.
        """
        own = [loss for loss in self._losses.values() if loss.file == file]
        ended = [loss for loss in own if loss.ended]
        if ended:
            return _joined(error.message.rstrip("."), "and", ended[0])
        odd = [loss for loss in own if getattr(loss.error, "exception", "") not in IMPORTS]
        if not odd:
            return error
        return Failed(error.message, hint=f"{odd[0].reason}: was it to be defined there?")

    def explained(self, error: SubmissionError) -> SubmissionError:
        """Return an error of a call, with the line that is the reason where a name is missing."""
        name = missing_name(error)
        file = error.frames[-1].file if error.frames else ""
        loss = self._of(name, file) if name else None
        if loss is None or not isinstance(error, Crashed):
            return error
        why = since(f"`{name}` is not defined", self._root(loss))
        hint = f"{why.message} {why.hint}".strip()
        return Crashed(error.message, exception=error.exception, hint=hint, frames=error.frames)

    # ------------------------------------------------------------------ which line is the reason

    def _of(self, name: str, file: str, but: Loss | None = None) -> Loss | None:
        """Return the line that was to define a name: in a file, or else wherever it is."""
        losses = [loss for loss in self._losses.values() if loss is not but]
        losses.sort(key=lambda loss: loss.file != file)
        for wanted in (name, "*"):
            for loss in losses:
                if wanted in loss.names and (wanted == name or loss.file == file):
                    return loss
        return None

    def _cause(self, loss: Loss) -> Loss | None:
        """Return the line without whose loss another one would not have failed."""
        name = missing_name(loss.error)
        return self._of(name, loss.file, but=loss) if name else None

    def _root(self, loss: Loss) -> Loss:
        seen = {loss.place}
        while (cause := self._cause(loss)) is not None and cause.place not in seen:
            seen.add(cause.place)
            loss = cause
        return loss

    # ------------------------------------------------------------------ sentences

    def _error(
        self, entry: dict[str, Any], file: str, line: int, stopped: SubmissionError | None
    ) -> SubmissionError:
        where = f"line {line} of {file}"
        if entry.get("kind") in ("hurried", "skipped") and stopped is not None:
            reason = stopped.message[:1].lower() + stopped.message[1:].rstrip(".")
            message = f"From line {line} of {file} on, nothing was computed, since {reason}."
            if isinstance(stopped, OverLimit):
                return OverLimit(message, limit=stopped.limit, hint=stopped.hint)
            return Crashed(message, hint=stopped.hint)
        error = sentences.raised(entry, where, self._order, self._sources, self._level)
        said = sentences.plain(entry.get("message"))
        kind = entry.get("type")
        package = _PACKAGE.search(said) if kind == "ModuleNotFoundError" else None
        message = error.message
        if package is not None:
            message = (
                f"Line {line} of {file} imports `{package[1]}`, which is neither installed where "
                "this is graded nor in what was handed in."
            )
        elif kind in ("SyntaxError", "IndentationError", "TabError", "ConflictError"):
            last = error.frames[-1] if error.frames else None
            if last is not None and last.file != file:
                other = f"{last.file}, whose line {last.line} is not Python"
                message = f"Line {line} of {file} imports {other}: {said}."
            elif _is_of(file, entry):
                message = f"Line {line} of {file} is not Python: {said}."
        elif message == f"L{where[1:]} ended the program.":
            message = f"Line {line} of {file} {ENDS}"
        error.message = message
        return error

    def _tell(self, losses: Iterable[Loss]) -> None:
        needing: dict[tuple[str, int], list[Loss]] = {}
        for loss in losses:
            needing.setdefault(self._root(loss).place, []).append(loss)
        for place, group in needing.items():
            root = self._losses[place]
            ends = root.error.message.endswith(ENDS)
            note = f"{root.reason}: {BELOW if ends else SPARED}."
            for name in root.kept:
                note += f" `{name}` is what a line above made it."
            others = sorted(loss.place for loss in group if loss.place != place)
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


def _is_of(file: str, entry: dict[str, Any]) -> bool:
    """Say whether it is the text of a file that is no Python, and not one that it makes itself."""
    frames = _listed(entry.get("frames"))
    return bool(frames) and type(frames[-1]) is list and frames[-1][:1] == [file]


def _is_name(value: object) -> bool:
    return type(value) is str and value.isidentifier() and len(value) <= LONGEST_NAME


def _needing(file: str, lines: list[int], root: Loss) -> str:
    """Return the sentence on lines of a file that need another one."""
    more = f" and {len(lines) - MAX_LINES} more" if len(lines) > MAX_LINES else ""
    listed = ", ".join(map(str, lines[:MAX_LINES])) + more
    word, needs = ("Line", "needs") if len(lines) == 1 else ("Lines", "need")
    where = "" if file == root.file else f" of {file}"
    return f" {word} {listed}{where} {needs} it."


def missing_name(error: SubmissionError) -> str:
    """Return the name whose lack an error is about; empty where it is about something else."""
    if not isinstance(error, Crashed) or error.exception not in _MISSING:
        return ""
    found = _MISSING[error.exception].search(error.message)
    return found[1] if found else ""


def since(what: str, loss: Loss) -> SubmissionError:
    """Return the error for something that is missing because of a line that failed."""
    return _joined(what, "since", loss)


def _joined(what: str, word: str, loss: Loss) -> SubmissionError:
    reason = loss.reason[:1].lower() + loss.reason[1:]
    message = f"{what}, {word} {reason}."
    if isinstance(loss.error, OverLimit):
        return OverLimit(
            message, limit=loss.error.limit, hint=loss.error.hint, frames=loss.error.frames
        )
    exception = loss.error.exception if isinstance(loss.error, Crashed) else ""
    return Crashed(message, exception=exception, hint=loss.error.hint, frames=loss.error.frames)


def _listed(value: object) -> list[Any]:
    return value if type(value) is list else []
