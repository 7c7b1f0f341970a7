"""What a heading, or a comment above code, tells about the course's files and exercises."""

from __future__ import annotations

__all__ = ["Meaning", "meaning_of", "words_of"]

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.notebooks.outline import Target
    from grader.notebooks.read import NotebookCell

MOST_WORDS = 6
# Words with which a course numbers its exercises. "Part" and "step" number a notebook's sections.
_EXERCISE = re.compile(
    r"\b(?P<word>exercise|exercice|exo|task|problem|assignment|aufgabe|übung|ex|ü)"
    r"\W{0,2}(?P<number>\d{1,2}|[a-z])(?![^\W_]|\.\d)"
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """The meaning of a heading.

    Attributes
    ----------
    targets : sequence of Target
        The files.
    by_file : bool
        Whether it contains the name of a file with its ending, or metadata name the file.
    word : str
        If it has a number: the word before it, such as "exercise".
    """

    targets: Sequence[Target]
    by_file: bool = False
    word: str = ""


def meaning_of(cell: NotebookCell, targets: Sequence[Target]) -> Meaning | None:
    """Return the meaning of a cell's metadata or of its headings.

    Comments can be about anything: one counts only if it is little more than a name or a number.
    """
    if cell.file:
        named = [target for target in targets if cell.file in (target.file, target.stem)]
        return Meaning(named, by_file=True) if named else None
    for heading in cell.headings:
        is_comment = cell.kind == "code"
        if is_comment and len(words_of(heading)) > MOST_WORDS:
            continue
        meaning = _of_heading(heading, targets, is_comment=is_comment)
        if meaning:
            return meaning
        if is_comment and not cell.line:  # later comments are about the cell's own code
            return None
    return None


def _of_heading(heading: str, targets: Sequence[Target], *, is_comment: bool) -> Meaning | None:
    if named := [target for target in targets if _has_file_name(heading, target.stem)]:
        return Meaning(named, by_file=True)
    if named := [target for target in targets if _has_stem(heading, target.stem)]:
        return Meaning(named)
    if titled := [target for target in targets if _has_title(heading, target.title)]:
        return Meaning(titled)
    found = _EXERCISE.search(heading.casefold())
    if found is None or (is_comment and found.start()):
        return None
    number = found["number"].lstrip("0") or "0"
    numbered = [target for target in targets if target.number.casefold() == number]
    return Meaning(numbered, word=found["word"]) if numbered else None


def _has_file_name(heading: str, stem: str) -> bool:
    return bool(re.search(rf"(?<![\w.]){re.escape(stem)}\.(?:py|ipynb)\b", heading, re.IGNORECASE))


def _has_stem(heading: str, stem: str) -> bool:
    """Say whether a heading has a file's name without its ending, which may be a function's."""
    wanted, words = words_of(stem), words_of(heading)
    if len(wanted) == 1:
        return words == wanted and "`" not in heading
    return _within(wanted, words)


def _has_title(heading: str, title: str) -> bool:
    """Say whether a heading has an exercise's title; a title of one word must be all of it."""
    wanted, words = words_of(title), words_of(heading)
    return words == wanted if len(wanted) == 1 else _within(wanted, words)


def _within(wanted: list[str], words: list[str]) -> bool:
    starts = range(len(words) - len(wanted) + 1)
    return any(words[at : at + len(wanted)] == wanted for at in starts)


def words_of(text: str) -> list[str]:
    """Return the words of a name or a title in lower case."""
    return re.findall(r"[^\W_]+", text.casefold())
