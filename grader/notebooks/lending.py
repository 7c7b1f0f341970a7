"""Names that one of the course's files lacks and a helper of the student's defines.

Whoever writes each function into a file of its own, and imports them nowhere, has written them all
the same: the import is added below the file's last line, and told.
"""

from __future__ import annotations

__all__ = ["Loan", "loans_for"]

from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from grader.intake.display import quoted
from grader.notebooks.candidates import shown_names, stem_of
from grader.notebooks.fitting import definitions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from grader.notebooks.candidates import Candidate
    from grader.notebooks.read import Notebook, NotebookCell

MOST_LOANS = 20


@dataclass(frozen=True, slots=True)
class Loan:
    """Names that a file of the course gets from a helper.

    Attributes
    ----------
    file : str
        The course's file.
    path : str
        The helper.
    module : str
        The name under which the file can import it.
    names : frozenset of str
    """

    file: str
    path: str
    module: str
    names: frozenset[str]

    @property
    def line(self) -> bytes:
        """The import."""
        return f"from {self.module} import {', '.join(sorted(self.names))}\n".encode()

    @property
    def said(self) -> str:
        """The note."""
        return (
            f"{self.file} does not define {shown_names(self.names)}: what {quoted(self.path)} "
            "defines was graded. Import it there."
        )


def loans_for(
    graded: Collection[Candidate], sources: Iterable[str], read: Mapping[str, Notebook]
) -> list[Loan]:
    """Return what helpers lend to the files that are graded.

    A name is lent if exactly one of those files lacks it, and exactly one helper writes it.

    Parameters
    ----------
    graded : collection of Candidate
        What is graded, each as a file of the course.
    sources : iterable of str
        The paths of all files and notebooks that are not in the place of a course's file.
    read : mapping
        All of them, parsed.
    """
    used = {one.path for one in graded}
    helpers = [path for path in sources if path not in used and path.endswith(".py")]
    files = [one for one in graded if one.path.endswith(".py")]
    lacking = {one.target.file: (one, _lacking(one, helpers, read)) for one in files}
    givers: dict[str, list[str]] = {}
    for path in helpers:
        for name in _written(read[path]):
            givers.setdefault(name, []).append(path)
    loans: dict[tuple[str, str], set[str]] = {}
    for file, (one, names) in lacking.items():
        for name in names:
            takers = [other for other, (_, its) in lacking.items() if name in its]
            own = [path for path in givers.get(name, ()) if path != one.path]
            if len(takers) == len(own) == 1 and _module(own[0], file):
                loans.setdefault((file, own[0]), set()).add(name)
    made = [
        Loan(file, path, _module(path, file), frozenset(names))
        for (file, path), names in loans.items()
    ]
    return made[:MOST_LOANS]


def _lacking(one: Candidate, helpers: Collection[str], read: Mapping[str, Notebook]) -> set[str]:
    """Return the names asked for that a file neither defines nor imports."""
    return set(one.target.asked - one.defined - _borrowed(one.cells, helpers, read, set()))


def _borrowed(
    cells: Iterable[NotebookCell],
    helpers: Collection[str],
    read: Mapping[str, Notebook],
    seen: set[str],
) -> set[str]:
    """Return the names that cells import, with all that a ``*`` brings from a helper."""
    cells = list(cells)
    found = {name for cell in cells for name in cell.borrows}
    stars = {m.removesuffix(".*") for cell in cells for m in cell.imports if m.endswith(".*")}
    for path in helpers:
        if path not in seen and any(star.split(".")[-1] == stem_of(path) for star in stars):
            seen.add(path)
            inner = read[path].cells
            found |= {name for cell in inner for name in cell.defines}
            found |= _borrowed(inner, helpers, read, seen)
    return found


def _written(read: Notebook) -> set[str]:
    """Return the names that a helper writes."""
    found = definitions(read.cells, (0, len(read.cells)))
    return {name for name, its in found.items() if its[-1].shape is None or its[-1].shape.written}


def _module(path: str, file: str) -> str:
    """Return the name under which a file finds a helper; empty if there is none."""
    own, home = PurePosixPath(path), PurePosixPath(file).parent
    parts = own.with_suffix("").parts
    if parts[-1] in ("__init__", "__main__"):
        return ""
    if own.parent == home:
        parts = parts[-1:]
    return ".".join(parts) if all(part.isidentifier() for part in parts) else ""
