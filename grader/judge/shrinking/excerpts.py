"""Cut the failed function's lines out of the sealed text, as they were handed in."""

from __future__ import annotations

__all__ = ["MOST_LINES", "Excerpts"]

import codecs
import textwrap
from typing import TYPE_CHECKING

from grader.errors import SubmissionError
from grader.results import SourceExcerpt

if TYPE_CHECKING:
    from grader.notebooks import Work
    from grader.submission import Session

MOST_LINES = 24
MOST_TEXT = 1 << 18
MOST_READ = 1_000


class Excerpts:
    """Excerpts of one submission's files and notebooks.

    The runner parses the text, since a text can crash a parser. The runner answers with line
    numbers, and the lines are taken from the sealed text.

    Parameters
    ----------
    session : Session
        A session that no check has used.
    work : Work
        The gradable work in the submission.
    """

    def __init__(self, session: Session, work: Work) -> None:
        self._session = session
        self._work = work
        self._known: dict[tuple[str, str], SourceExcerpt | None] = {}

    def of(self, file: str, name: str) -> SourceExcerpt | None:
        """Return the last definition of a name in a file of the course; None if it has none."""
        key = file, name
        if key not in self._known:
            self._known[key] = self._found(file, name)
        return self._known[key]

    def _found(self, file: str, name: str) -> SourceExcerpt | None:
        program = self._work.programs.get(file)
        if program is None:
            content = self._work.placed.get(file, self._work.files.get(file))
            if content is None or not file.endswith(".py"):
                return None
            text = _text(content)
            return self._cut(file, name, text, text)
        cells = [cell for cell in program.cells if name in cell.defines]
        if not cells:
            return None
        return self._cut(program.label(cells[-1]), name, cells[-1].source, cells[-1].text)

    def _cut(self, file: str, name: str, source: str, text: str) -> SourceExcerpt | None:
        if len(source) > MOST_TEXT:
            return None
        try:
            places = self._session.use(
                "", "line_numbers.places_of", (source, [name]), doing="Finding a function"
            )
        except SubmissionError:  # an error of ours ends the search, which is then made again
            return None
        lines = text.split("\n")
        numbers = _numbers(places.get(name) if type(places) is dict else None, len(lines))
        if not numbers:
            return None
        code = textwrap.dedent("\n".join(lines[k - 1] for k in numbers)).expandtabs(4).split("\n")
        return SourceExcerpt(
            file=file,
            function=name,
            numbers=tuple(numbers[:MOST_LINES]),
            code=tuple(line.rstrip() for line in code[:MOST_LINES]),
            more=max(0, len(numbers) - MOST_LINES),
        )


def _numbers(place: object, count: int) -> list[int]:
    """Return the numbers of the lines to show; empty if the runner's answer is not valid."""
    if (
        type(place) is not list
        or len(place) not in (2, 4)
        or any(type(k) is not int for k in place)
    ):
        return []
    first, last, *docstring = place
    if not 1 <= first <= last <= min(count, first + MOST_READ):
        return []
    begin, end = docstring or (0, 0)
    return [k for k in range(first, last + 1) if not begin <= k <= end]


def _text(content: bytes) -> str:
    """Return a file's text with line ends as Python counts lines."""
    text = content.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")
