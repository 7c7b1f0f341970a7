"""An assignment's notebooks and cells as the instructor wrote them, with their points."""

from __future__ import annotations

__all__ = ["Assignment", "Source", "SourceCell", "source_of"]

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from grader.errors import CourseError
from grader.integrations.nbgrader.marks import CellMark, Role, mark_of, released
from grader.results import CheckInfo, CourseInfo, ExerciseInfo

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from grader.notebooks import NotebookCell


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCell:
    """A cell of the assignment with metadata of nbgrader.

    Attributes
    ----------
    cell : NotebookCell
        The cell, with its solution and its hidden tests.
    mark : CellMark
        Its role, id and points.
    released : str
        The text that students got.
    """

    cell: NotebookCell
    mark: CellMark
    released: str

    @property
    def claim(self) -> str:
        """The name of the test: its first comment, or else its id."""
        for line in self.released.splitlines():
            said = line.strip().strip("\"'").strip()
            if said.startswith("#") and said.strip("# "):
                said = said.strip("# ")
            elif line.strip()[:3] not in ('"""', "'''"):
                break
            if said:
                return f"`{self.mark.grade_id}`: {said[:200]}"
        return f"The tests in `{self.mark.grade_id}` pass."


@dataclass(frozen=True)
class Source:
    """One notebook of an assignment."""

    name: str
    cells: tuple[SourceCell, ...]

    @property
    def file(self) -> str:
        """The notebook's file."""
        return f"{self.name}.ipynb"

    @cached_property
    def by_id(self) -> dict[str, SourceCell]:
        """The cells by their ids, in their order."""
        return {cell.mark.grade_id: cell for cell in self.cells}

    @property
    def tests(self) -> tuple[SourceCell, ...]:
        """The test cells."""
        return tuple(cell for cell in self.cells if cell.mark.role is Role.TEST)

    @property
    def by_hand(self) -> tuple[SourceCell, ...]:
        """The cells that are graded by hand."""
        return tuple(c for c in self.cells if c.mark.role in (Role.ANSWER, Role.TASK))

    def check_id(self, cell: SourceCell) -> str:
        """Return the id of a test in results."""
        return f"{self.name}.{cell.mark.grade_id}"


@dataclass(frozen=True)
class Assignment:
    """All notebooks of one assignment.

    Attributes
    ----------
    name : str
        The name of its folder.
    notebooks : tuple of Source
        The notebooks with marked cells.
    digest : str
        SHA-256 of all files.
    beside : mapping of str to bytes
        Files beside the notebooks; they replace a student's files of the same names.
    """

    name: str
    notebooks: tuple[Source, ...]
    digest: str
    beside: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def files(self) -> tuple[str, ...]:
        """The notebooks' files."""
        return tuple(notebook.file for notebook in self.notebooks)

    @property
    def max_score(self) -> float:
        """The points of all tests and hand-graded cells, as nbgrader counts them."""
        return sum(cell.mark.points for notebook in self.notebooks for cell in notebook.cells)

    @cached_property
    def info(self) -> CourseInfo:
        """The data for report pages: a notebook becomes an exercise, a test becomes a check."""
        exercises = tuple(
            ExerciseInfo(
                id=notebook.name,
                number=str(place),
                title=notebook.name.replace("_", " "),
                files=(notebook.file,),
                max_points=sum(cell.mark.points for cell in notebook.tests),
                checks=tuple(
                    CheckInfo(
                        id=notebook.check_id(cell), claim=cell.claim, max_points=cell.mark.points
                    )
                    for cell in notebook.tests
                ),
            )
            for place, notebook in enumerate(self.notebooks, 1)
        )
        return CourseInfo(title=self.name, digest=self.digest, exercises=exercises)


def source_of(name: str, cells: Iterable[NotebookCell]) -> Source:
    """Return a notebook of an assignment.

    Raises
    ------
    CourseError
        The notebook is not consistent; one sentence for its author.
    """
    found: dict[str, SourceCell] = {}
    for cell in cells:
        where = f"{name}.ipynb, cell {cell.number}"
        code = cell.kind == "code"
        mark = mark_of(cell.nbgrader, code=code, where=where)
        solves = mark is not None and mark.role in (Role.SOLUTION, Role.ANSWER)
        if "BEGIN SOLUTION" in cell.text and not solves:
            raise CourseError(f"{where}: a solution stands in a cell that is not to be filled in.")
        if "BEGIN HIDDEN TESTS" in cell.text and (mark is None or mark.role is not Role.TEST):
            raise CourseError(f"{where}: hidden tests stand in a cell that is not of tests.")
        if mark is None:
            continue
        if mark.grade_id in found:
            other = found[mark.grade_id].cell.number
            raise CourseError(
                f"{where}: it has the grade_id {mark.grade_id} of cell {other}; give it another."
            )
        text = released(cell.text, mark, code=code, where=where)
        found[mark.grade_id] = SourceCell(cell=cell, mark=mark, released=text)
    return Source(name=name, cells=tuple(found.values()))
