"""The texts to compare: each submission's code by file, and the code given to everybody."""

from __future__ import annotations

__all__ = ["Document", "SourceText", "document_of", "given_texts", "solution_texts"]

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.languages.translations import is_edition

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from grader.intake import Entry
    from grader.intake.sealed import Sealed
    from grader.notebooks import Work

MOST_FILES = 200
# An unclosed fence extends to the end of the text.
_FENCED = re.compile(r"^[ ]{0,3}```[^\n]*\n(.*?)(?:^[ ]{0,3}```|\Z)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceText:
    """One file of a submission.

    Attributes
    ----------
    file : str
        Its path; for a notebook, the path of the course file that it replaces.
    shown : str
        Its name for people; for a notebook, with the notebook's name.
    text : str
        Its code.
    """

    file: str
    shown: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The code of one submission.

    Attributes
    ----------
    name : str
        The submission's name.
    digest : str
        The digest of the sealed copy, by which its report is found.
    people : frozenset of str
        Ids and addresses of the people who handed it in, if the platform gives them, else the
        submission's name. Two documents that share one are not compared.
    """

    name: str
    digest: str
    sources: tuple[SourceText, ...]
    people: frozenset[str] = frozenset()


def document_of(
    entry: Entry, sealed: Sealed, work: Work, left_out: Collection[str] = ()
) -> Document:
    """Return the texts of a submission to compare.

    Parameters
    ----------
    entry : Entry
        The submission's entry, for its people.
    sealed : Sealed
        Its sealed copy.
    work : Work
        The gradable work found in it: a notebook replaces the course's files that it contains.
    left_out : collection of str
        Files that are not compared, such as those of exercises that are not graded.
    """
    placed = set(work.placed.values())  # such a file is also there under its submitted name
    texts = {
        path: content.decode("utf-8", "replace")
        for path, content in work.laid_out.items()
        if path.lower().endswith(".py") and (path in work.placed or content not in placed)
    }
    shown = {path: path for path in texts}
    for path, program in work.programs.items():
        texts[path] = "\n".join(cell.text for cell in program.cells)
        shown[path] = f"{path} (in {program.notebook})"
    delivery = entry.delivery
    people = {value for one in delivery.people for value in (one.id, one.email) if value}
    return Document(
        name=entry.name,
        digest=sealed.digest,
        sources=tuple(
            SourceText(file=path, shown=shown[path], text=text)
            for path, text in sorted(texts.items())[:MOST_FILES]
            if text.strip() and path not in left_out
        ),
        people=frozenset(people or {delivery.id or entry.name.casefold()}),
    )


def given_texts(assignments: Path) -> list[str]:
    """Return all code that students are given: templates, notebooks, and code in statements.

    Editions in other languages have the same code.
    """
    found = []
    for path in sorted(assignments.rglob("*")):
        if path.suffix not in {".py", ".ipynb", ".md"} or not path.is_file() or is_edition(path):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        if path.suffix == ".py":
            found.append(text)
        elif path.suffix == ".md":
            found += _FENCED.findall(text)
        else:
            found += _cells(json.loads(text))
    return found


def solution_texts(root: Path, files: Iterable[str]) -> list[str]:
    """Return the course's solutions: right answers to one task resemble them.

    Parameters
    ----------
    root : Path
        The folder that contains ``solutions``.
    files : iterable of str
        Paths of the course's files.
    """
    paths = [root / "solutions" / file for file in files if file.endswith(".py")]
    return [p.read_text(encoding="utf-8", errors="replace") for p in paths if p.is_file()]


def _cells(notebook: Mapping[str, object]) -> list[str]:
    """Return the code of a course's notebook: its code cells, and fenced code in its texts."""
    found: list[str] = []
    cells = notebook.get("cells")
    for cell in cells if isinstance(cells, list) else []:
        source = cell.get("source", "")
        text = source if isinstance(source, str) else "".join(source)
        found += [text] if cell.get("cell_type") == "code" else _FENCED.findall(text)
    return found
