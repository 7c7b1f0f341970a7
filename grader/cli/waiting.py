"""Show long calls: continuously on a terminal, and rarely in a pipe."""

from __future__ import annotations

__all__ = ["PlainLines", "Status", "line_of"]

import contextvars
import threading
from typing import TYPE_CHECKING, Self

from rich.text import Text

from grader.cli.terminal import one_line
from grader.languages import N_, current, say, speaking

if TYPE_CHECKING:
    from types import TracebackType

    from rich.console import Console

    from grader.executors.progress_board import Board, Note

EVERY_SECONDS = 60.0


def line_of(note: Note, *, with_student: bool = True) -> str:
    """Return a note as a line: ``Ada: train, 0:31 of at most 10:00, 5 of 15 epochs``."""
    doing = note.doing
    now, most = _clock(note.seconds), _clock(doing.limit_seconds)
    words = say(f"{one_line(doing.call, 40)}, {now} of at most {most}")
    if doing.of:
        words += f", {say(f'{doing.done:,} of {doing.of:,} epochs')}"
    return f"{one_line(note.student, 28)}: {words}" if with_student else words


def _clock(seconds: float) -> str:
    return f"{int(seconds) // 60}:{int(seconds) % 60:02}"


class Status:
    """A text that is computed anew each time it is drawn.

    Parameters
    ----------
    board : Board
        What takes long.
    with_student : bool
        Whether it is said of whom.
    """

    def __init__(self, board: Board, *, with_student: bool = True) -> None:
        self._board = board
        self._with_student = with_student
        self._language = current()  # it is drawn by a thread of its own
        self.title = say(N_("grading"))

    def __rich__(self) -> Text:
        """Return the present text."""
        notes = self._board.read()
        text = Text(self.title)
        with speaking(self._language):
            for note in notes:
                text.append(f" · {line_of(note, with_student=self._with_student)}", style="dim")
        return text


class PlainLines:
    """Prints a line for each long call from time to time, from a thread, while it is open."""

    def __init__(self, out: Console, board: Board, every_seconds: float = EVERY_SECONDS) -> None:
        self._out = out
        self._board = board
        self._every = every_seconds
        self._over = threading.Event()
        spoken = contextvars.copy_context()  # with the language
        self._thread = threading.Thread(target=spoken.run, args=(self._run,), daemon=True)

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End."""
        self._over.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._over.wait(self._every):
            for note in self._board.read():
                self._out.print(line_of(note))
