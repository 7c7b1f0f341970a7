"""A notebook that replaces a file: its cells, and the deadlines of cells that ended a process."""

from __future__ import annotations

__all__ = ["Program", "ProgramCell"]

from dataclasses import dataclass, field
from pathlib import PurePosixPath

PATIENCE = 3  # after so many cells that end their process, only definitions of the others are run


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramCell:
    """One cell of code.

    Attributes
    ----------
    count : int
        The number that Jupyter shows for it after "Restart and run all".
    source : str
        The cell's Python code.
    text : str
        The cell's text as the student wrote it.
    defines : frozenset of str
        The names that it binds.
    """

    count: int
    source: str
    text: str
    defines: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """The cells of a notebook that are run in place of one of the course's files.

    Attributes
    ----------
    notebook : str
        Path in the submission.
    cells : tuple of ProgramCell
        In the notebook's order.
    imports : frozenset of str
        The modules that the cells import.
    ended : dict of int to list of float
        The deadlines of cells that have ended a process, by cell. All exercises and files that use
        the notebook share it, so that such a cell costs time only once.
    """

    notebook: str
    cells: tuple[ProgramCell, ...]
    imports: frozenset[str] = frozenset()
    ended: dict[int, list[float]] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        """The notebook's name in sentences."""
        return PurePosixPath(self.notebook).name

    def label(self, cell: ProgramCell) -> str:
        """Return the label of a cell in a traceback."""
        return f"{self.notebook}, cell {cell.count}"

    def doing(self, cell: ProgramCell) -> str:
        """Return the name of a cell in a sentence."""
        return f"cell {cell.count} of {self.shown}"

    def imports_file(self, file: str) -> bool:
        """Return whether a cell imports one of the course's files."""
        path = PurePosixPath(file).with_suffix("")
        return bool({path.name, ".".join(path.parts)} & self.imports)

    def mode(self, cell: ProgramCell, seconds: float) -> str:
        """Return what to run of a cell: ``all``, its ``definitions``, or nothing (empty)."""
        ended = [deadline for deadline in self.ended.get(cell.count, []) if deadline >= seconds]
        if len(ended) > 1:
            return ""
        return "definitions" if ended or len(self.ended) >= PATIENCE else "all"

    def has_ended(self, cell: ProgramCell, seconds: float) -> None:
        """Remember that a cell has ended its process, or that the process had to be ended."""
        self.ended.setdefault(cell.count, []).append(seconds)
