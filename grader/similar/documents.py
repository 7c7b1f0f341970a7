"""What is compared: the code of each submission, file by file, and what everybody was given."""

from __future__ import annotations

__all__ = ["Document", "SourceText", "document_of", "given_texts", "solution_texts"]

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from grader.intake import Entry
    from grader.intake.sealed import Sealed
    from grader.notebooks import Work

MOST_FILES = 200
# A fence is open to the end of the text where nobody closes it.
_FENCED = re.compile(r"^[ ]{0,3}```[^\n]*\n(.*?)(?:^[ ]{0,3}```|\Z)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceText:
    """One file of a submission.

    Attributes
    ----------
    file : str
        Its path; for a notebook that stands for a file of the course, the path of this.
    shown : str
        What it is called for people: with the notebook's name, where it is one.
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
        As it was handed in.
    digest : str
        Of the sealed copy, by which its report is found.
    people : frozenset of str
        Who handed it in, as far as a platform says so, and else its name: two that share one are
        no pair.
    """

    name: str
    digest: str
    sources: tuple[SourceText, ...]
    people: frozenset[str] = frozenset()


def document_of(
    entry: Entry, sealed: Sealed, work: Work, left_out: Collection[str] = ()
) -> Document:
    """Return what of a submission is compared.

    Parameters
    ----------
    entry : Entry
        Whose it is.
    sealed : Sealed
        Its sealed copy.
    work : Work
        What was found in it: a notebook stands for the files of the course that are in it.
    left_out : collection of str
        Files that are not compared, such as those of exercises that are not asked for.
    """
    placed = set(work.placed.values())  # it lies under the name that it was handed in by, too
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
    """Return all code that students are given: templates, notebooks, and code in statements."""
    found = []
    for path in sorted(assignments.rglob("*")):
        if path.suffix not in {".py", ".ipynb", ".md"} or not path.is_file():
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
    """Return the course's own solutions: right answers to the same task come to be like them.

    Parameters
    ----------
    root : Path
        The folder that holds ``solutions``.
    files : iterable of str
        The course's files.
    """
    paths = [root / "solutions" / file for file in files if file.endswith(".py")]
    return [p.read_text(encoding="utf-8", errors="replace") for p in paths if p.is_file()]


def _cells(notebook: Mapping[str, object]) -> list[str]:
    """Return what stands in a notebook of the course's own: its code, and code in its texts."""
    found: list[str] = []
    cells = notebook.get("cells")
    for cell in cells if isinstance(cells, list) else []:
        source = cell.get("source", "")
        text = source if isinstance(source, str) else "".join(source)
        found += [text] if cell.get("cell_type") == "code" else _FENCED.findall(text)
    return found
