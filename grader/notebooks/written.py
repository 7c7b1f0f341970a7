"""Files that a notebook writes: the content of a ``%%writefile`` cell counts as submitted."""

from __future__ import annotations

__all__ = ["written_by"]

import posixpath
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.intake.display import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.notebooks.outline import Outline
    from grader.notebooks.read import Notebook

_WRITES = re.compile(r"\s*%%(?:writefile|file)[ \t]+(?P<more>-a[ \t]+)?(?P<name>[^\n]+)\n")


@dataclass(frozen=True, slots=True)
class Written:
    """A file that a cell writes."""

    notebook: str
    cell: int
    content: bytes

    def said(self, path: str) -> str:
        """Return the note on it, if it was taken as a file of the course."""
        where = f"Cell {self.cell} of {quoted(posixpath.basename(self.notebook))}"
        return f"{where} writes {posixpath.basename(path)}: that was taken as {path}."


def written_by(
    read: Mapping[str, Notebook], files: Mapping[str, bytes], outline: Outline
) -> dict[str, Written]:
    """Return the Python files that notebooks write, by their path.

    A file with the name of one of the course's gets that file's path. A submitted file is kept
    instead, unless it is empty or the template.

    Parameters
    ----------
    read : mapping
        The parsed files, by their paths.
    files : mapping
        The submitted files.
    outline : Outline
        The course's files, with their templates.
    """
    places = {posixpath.basename(target.file): target for target in outline.targets}
    found: dict[str, Written] = {}
    for path, notebook in read.items():
        for cell in notebook.code:
            match = _WRITES.match(cell.text)
            name = posixpath.basename(match["name"].strip().strip("\"'")) if match else ""
            if match is None or not name.endswith(".py"):
                continue
            target = places.get(name)
            place = target.file if target else posixpath.join(posixpath.dirname(path), name)
            own = files.get(place, b"").split()
            if own and (target is None or own != target.template.split()):
                continue
            before = found[place].content if match["more"] and place in found else b""
            body = f"{cell.text[match.end() :].rstrip()}\n".encode("utf-8", "replace")
            found[place] = Written(path, cell.number, before + body)
    return found
