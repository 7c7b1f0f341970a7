"""What may stand for one of the course's files, and which of several does."""

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


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """A file or a notebook, up to one of its cells, for one of the course's files.

    Attributes
    ----------
    path : str
        Where it was handed in.
    target : Target
        The file that it may stand for.
    every : sequence of NotebookCell
        All its cells; of a Python file, its statements.
    end : int
        The first cell that is not run.
    is_named : bool
        Whether it has the file's name.
    is_in_place : bool
        Whether it is the file itself.
    """

    path: str
    target: Target
    every: Sequence[NotebookCell]
    end: int
    is_named: bool = False
    is_in_place: bool = False

    @property
    def cells(self) -> Sequence[NotebookCell]:
        """What is run."""
        return self.every[: self.end]

    @property
    def is_cut(self) -> bool:
        """Whether some code of it is not run."""
        return any(cell.count for cell in self.every[self.end :])

    @cached_property
    def written(self) -> frozenset[str]:
        """The names that are asked for and written; for a file in place, in doubt all."""
        return written_in(self.target, self.cells, borrowed_too=self.is_in_place)

    @cached_property
    def defined(self) -> frozenset[str]:
        """The file's names that are defined in whatever way."""
        return self.target.names & definitions(self.cells, (0, len(self.cells))).keys()

    @property
    def rank(self) -> tuple[int, int, int, int, tuple[int, tuple[int, ...]], int, int]:
        """How well it stands for the file: what is written first, then how it is called."""
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
    """Return the best of some candidates, and those that are as good by all but age and place.

    What is in its place is given up only for what has all that is written in it, and more.
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
    """Say whether a Python file of another name defines enough to be taken for a course's file.

    A helper may happen to define a name that is asked for: half of them, or one that no other file
    of the course has, is no accident.
    """
    target, written = candidate.target, candidate.written
    others = {name for t in outline.targets if t is not target for name in t.names}
    return 2 * len(written) >= len(target.asked) or bool(written - others)


def not_lent(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Leave out what another of some candidates imports, where not all is written in it."""
    return [
        one
        for one in candidates
        if one.is_named
        or one.is_in_place
        or one.written >= one.target.asked
        or not any(_imports(other, one) and not _imports(one, other) for other in candidates)
    ]


def _imports(one: Candidate, other: Candidate) -> bool:
    """Say whether a candidate imports another one, a Python file."""
    modules = {module for cell in one.every for module in cell.imports}
    words = {word for module in modules for word in module.split(".")}
    return one is not other and other.path.endswith(".py") and stem_of(other.path) in words


def stem_of(path: str) -> str:
    """Return the name by which a Python file is imported; that of its folder for a package."""
    own = PurePosixPath(path)
    return own.parent.name if own.stem == "__init__" else own.stem


def shown_names(names: Collection[str], most: int = 3) -> str:
    """Return some names for a sentence."""
    every = sorted(names)
    listed: Iterable[str] = (f"`{name}`" for name in every[:most])
    more = f" and {len(every) - most} more" if len(every) > most else ""
    return ", ".join(listed) + more


def program_of(taken: Candidate, ended: dict[int, list[float]]) -> Program:
    """Return the cells of a notebook that stand for a file, as a session runs them.

    Parameters
    ----------
    taken : Candidate
        The notebook, or what of it is for the file.
    ended : dict
        What is known of cells that have ended their process, by their number; shared and added to.
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
