"""Match the submitted notebooks with the notebooks of the assignment."""

from __future__ import annotations

__all__ = ["Match", "match"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.intake.display import quoted
from grader.integrations.nbgrader.marks import Role
from grader.integrations.nbgrader.restoring import restored

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from grader.integrations.nbgrader.source import Assignment, Source
    from grader.notebooks import Notebook, NotebookCell


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A submitted notebook that is matched with a notebook of the assignment.

    Attributes
    ----------
    path : str
        Its path in the submission.
    cells : tuple of NotebookCell
        Its cells; lost grade_ids are restored.
    notes : tuple of str
        Sentences for the student.
    problem : str
        Why it cannot be graded, as the end of a sentence that begins with its name; usually empty.
    """

    path: str
    cells: tuple[NotebookCell, ...] = ()
    notes: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A notebook that may match one of the assignment's; the highest rank wins."""

    path: str
    cells: tuple[NotebookCell, ...]
    notes: tuple[str, ...]
    known: int
    written: int
    is_named: bool
    has_ids: bool

    def is_likely(self, source: Source) -> bool:
        """Return whether name, ids or most of the content match the assignment's notebook."""
        return self.is_named or self.has_ids or 2 * self.known > len(source.cells)

    @property
    def rank(self) -> tuple[bool, int, bool, int]:
        """Sort key: something is known, something is written, the name, the amount of both."""
        return (self.known > 0, min(self.written, 1), self.is_named, self.known + self.written)


def match(assignment: Assignment, read: Mapping[str, Notebook]) -> dict[str, Match]:
    """Match the notebooks of an assignment: by the grade_ids of their cells, by name, by content.

    Parameters
    ----------
    assignment : Assignment
        The notebooks with their tests.
    read : mapping
        The submitted notebooks, by path.

    Returns
    -------
    dict of str to Match
        By the notebook's name in the assignment; notebooks without a match are left out.
    """
    found: dict[str, Match] = {}
    used: set[str] = set()
    for source in assignment.notebooks:
        candidates = [
            _candidate(source, path, notebook)
            for path, notebook in read.items()
            if path not in used and not notebook.problem
        ]
        others = {other.file for other in assignment.notebooks if other is not source}
        candidates = [one for one in candidates if one.is_named or one.path not in others]
        likely = [one for one in candidates if one.is_likely(source)]
        if likely:
            best = max(likely, key=lambda one: one.rank)
            used.add(best.path)
            found[source.name] = _match(source, best, [one for one in likely if one is not best])
        elif source.file in read:
            found[source.name] = Match(path=source.file, problem=read[source.file].problem)
    return found


def _candidate(source: Source, path: str, notebook: Notebook) -> _Candidate:
    cells, told = restored(source, notebook.cells)
    ids = {cell.nbgrader.get("grade_id") for cell in cells}
    return _Candidate(
        path=path,
        cells=cells,
        notes=(*(f"{source.file} {note}." for note in notebook.notes), *told),
        known=len(ids & source.by_id.keys()),
        written=_written(source, cells),
        is_named=path == source.file,
        has_ids=any(cell.nbgrader.get("grade_id") in source.by_id for cell in notebook.cells),
    )


def _written(source: Source, cells: Sequence[NotebookCell]) -> int:
    """Return the number of answer and solution cells in which the student wrote something."""
    count = 0
    for cell in cells:
        grade_id = cell.nbgrader.get("grade_id")
        origin = source.by_id.get(grade_id) if isinstance(grade_id, str) else None
        if origin is not None and origin.mark.role in (Role.SOLUTION, Role.ANSWER):
            count += cell.text.strip() != origin.released.strip()
    return count


def _match(source: Source, best: _Candidate, others: Sequence[_Candidate]) -> Match:
    if not best.known:
        return Match(
            path=best.path,
            problem="has lost what nbgrader writes into its cells, and none of them was known by "
            "what it holds: copy your answers into the notebook that was given out",
        )
    notes = list(best.notes)
    if not best.is_named:
        notes.insert(0, f"{quoted(best.path)} was graded as {source.file}: it has its cells.")
    left = [one for one in others if one.known and one.cells != best.cells]
    notes += [
        f"{quoted(one.path)} has the cells of {source.file}, too, and was not graded: hand in one "
        "of the two."
        for one in left[:3]
    ]
    return Match(path=best.path, cells=best.cells, notes=tuple(notes))
