"""The files and notebooks that may be graded as a file of the course, and how to choose one."""

from __future__ import annotations

__all__ = [
    "Candidate",
    "best_of",
    "is_enough",
    "not_lent",
    "program_of",
    "shown_names",
    "stem_of",
]

from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from grader.intake.lateness import lateness
from grader.notebooks.fitting import definitions, written_in
from grader.submission.loading.programs import Program, ProgramCell

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from grader.notebooks.outline import Outline, Target
    from grader.notebooks.read import NotebookCell

MOST_NAMES = 3


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A file or a notebook, up to one of its cells, that may be graded as a file of the course.

    Attributes
    ----------
    path : str
        The path under which it was submitted.
    target : Target
        The course's file.
    every : sequence of NotebookCell
        All its cells; of a Python file, its statements.
    end : int
        The first cell that is not run.
    is_named : bool
        Whether it is named after the course's file.
    is_in_place : bool
        Whether it is the course's file itself.
    """

    path: str
    target: Target
    every: Sequence[NotebookCell]
    end: int
    is_named: bool = False
    is_in_place: bool = False

    @property
    def cells(self) -> Sequence[NotebookCell]:
        """The cells that are run."""
        return self.every[: self.end]

    @property
    def is_cut(self) -> bool:
        """Whether some of its code is not run."""
        return any(cell.count for cell in self.every[self.end :])

    @cached_property
    def written(self) -> frozenset[str]:
        """The wanted names that the student has written; if in doubt, all for a file in place."""
        return written_in(self.target, self.cells, borrowed_too=self.is_in_place)

    @cached_property
    def defined(self) -> frozenset[str]:
        """The file's names that are defined in any way."""
        return self.target.names & definitions(self.cells, (0, len(self.cells))).keys()

    @property
    def rank(self) -> tuple[int, int, int, int, tuple[int, tuple[int, ...]], int, int]:
        """Sort key: how much of the file is written, then how well the name fits."""
        path, home = PurePosixPath(self.path), PurePosixPath(self.target.file)
        return (
            len(self.written),
            int(self.is_named),
            len(self.defined),
            int(path.stem == home.stem),
            lateness(path.stem),
            int(path.parent == home.parent),
            int(path.suffix == ".py"),
        )


def best_of(candidates: Sequence[Candidate]) -> tuple[Candidate, list[Candidate]]:
    """Return the best of some candidates, and those that are worse only by age or place.

    A file in its place is replaced only by one in which all of its names are written, and more.
    """
    place = next((one for one in candidates if one.is_in_place), None)
    if place is not None:
        better = [one for one in candidates if one.written > place.written]
        if not better:
            return place, []
        candidates = better
    best = max(candidates, key=lambda one: one.rank)
    equal = [one for one in candidates if one is not best and one.rank[:4] == best.rank[:4]]
    return best, equal


def is_enough(candidate: Candidate, outline: Outline) -> bool:
    """Say whether a Python file with another name defines enough to be taken for a course's file.

    A helper may define one of the names by chance. Half of the names, or one that no other file of
    the course has, cannot be chance.
    """
    target, written = candidate.target, candidate.written
    others = {name for t in outline.targets if t is not target for name in t.names}
    return 2 * len(written) >= len(target.asked) or bool(written - others)


def not_lent(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Leave out candidates that another one imports, unless they have all that is asked for."""
    return [
        one
        for one in candidates
        if one.is_named
        or one.is_in_place
        or one.written >= one.target.asked
        or not any(_imports(other, one) and not _imports(one, other) for other in candidates)
    ]


def _imports(one: Candidate, other: Candidate) -> bool:
    """Say whether a candidate imports another one, which is a Python file."""
    modules = {module for cell in one.every for module in cell.imports}
    words = {word for module in modules for word in module.split(".")}
    return one is not other and other.path.endswith(".py") and stem_of(other.path) in words


def stem_of(path: str) -> str:
    """Return the name by which a Python file is imported; for a package, that of its folder."""
    own = PurePosixPath(path)
    return own.parent.name if own.stem == "__init__" else own.stem


def shown_names(names: Collection[str]) -> str:
    """Return some names, joined for a sentence."""
    every = sorted(names)
    listed: Iterable[str] = (f"`{name}`" for name in every[:MOST_NAMES])
    more = f" and {len(every) - MOST_NAMES} more" if len(every) > MOST_NAMES else ""
    return ", ".join(listed) + more


def program_of(taken: Candidate, ended: dict[int, list[float]]) -> Program:
    """Return the cells of a notebook that are run in place of a file.

    Parameters
    ----------
    taken : Candidate
        The notebook, or the part of it for this file.
    ended : dict
        The deadlines of cells that have ended their process, by cell number; it is shared, and
        entries are added to it.
    """
    cells = [cell for cell in taken.cells if cell.count]
    return Program(
        notebook=taken.path,
        cells=tuple(
            ProgramCell(
                count=cell.count,
                source=cell.source,
                text=cell.text,
                defines=frozenset(cell.defines),
            )
            for cell in cells
        ),
        imports=frozenset(module for cell in cells for module in cell.imports),
        ended=ended,
    )
