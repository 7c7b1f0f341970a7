"""Combine a student's notebook with the instructor's tests into steps to run, cell by cell."""

from __future__ import annotations

__all__ = ["Assembled", "Step", "assemble"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.integrations.nbgrader.marks import Role, covered
from grader.results import FreeText

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from grader.integrations.nbgrader.source import Source, SourceCell
    from grader.notebooks import NotebookCell

LONGEST_ANSWER = 4_000
INSTRUCTORS = (Role.TEST, Role.GIVEN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One cell to run.

    Attributes
    ----------
    label : str
        The cell's place, for tracebacks.
    doing : str
        The beginning of the sentence if it fails.
    python : str
        The code to run.
    text : str
        The text to show; hidden tests are blanked out.
    test : SourceCell or None
        The cell of the assignment, if the step is a test.
    """

    label: str
    doing: str
    python: str
    text: str
    test: SourceCell | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assembled:
    """The steps to run, the answers for hand grading, and notes for the student."""

    steps: tuple[Step, ...]
    answers: tuple[FreeText, ...]
    notes: tuple[str, ...]


def assemble(source: Source, cells: Sequence[NotebookCell]) -> Assembled:
    """Replace the instructor's cells in a student's notebook by the original ones.

    As in nbgrader, a cell is identified by its grade_id; of two with one id, the last counts. Tests
    and read-only cells are the instructor's. If they were deleted, they are put back after the
    known cell that precedes them in the assignment.

    Parameters
    ----------
    source : Source
        The assignment's notebook.
    cells : sequence of NotebookCell
        The submitted cells.
    """
    known, notes = _known(source, cells)
    after = _deleted(source, set(known.values()))
    notes += [
        f"The cell `{cell.mark.grade_id}` was missing and has been put back."
        for group in after.values()
        for cell in group
    ]
    steps = [_instructors(source, cell) for cell in after.get("", ())]
    for cell in cells:
        grade_id = known.get(cell.number, "")
        origin = source.by_id.get(grade_id)
        if origin is not None and origin.mark.role in INSTRUCTORS:
            if cell.text.strip() not in (origin.released.strip(), origin.cell.text.strip()):
                notes.append(f"The cell `{grade_id}` had been changed: the original was used.")
            steps.append(_instructors(source, origin))
        else:
            steps.append(_students(source, cell))
        if grade_id:
            steps += [_instructors(source, put_back) for put_back in after.get(grade_id, ())]
    return Assembled(
        steps=tuple(step for step in steps if step.python.strip() or step.test),
        answers=tuple(_answers(source, cells, known)),
        notes=tuple(f"{source.file}: {note}" for note in notes),
    )


def _known(source: Source, cells: Sequence[NotebookCell]) -> tuple[dict[int, str], list[str]]:
    """Return the grade_ids of cells by cell number, and notes about duplicates."""
    last: dict[str, int] = {}
    notes = []
    for cell in cells:
        grade_id = cell.nbgrader.get("grade_id")
        if not isinstance(grade_id, str) or grade_id not in source.by_id:
            continue
        if grade_id in last:
            note = f"There is more than one cell `{grade_id}`: the last one counts."
            notes += [] if note in notes else [note]
        last[grade_id] = cell.number
    return {number: grade_id for grade_id, number in last.items()}, notes


def _deleted(source: Source, there: set[str]) -> dict[str, list[SourceCell]]:
    """Return the instructor's missing cells, by the id of the cell they follow ("": none)."""
    after: dict[str, list[SourceCell]] = {}
    before = ""
    for cell in source.cells:
        if cell.mark.grade_id in there:
            before = cell.mark.grade_id
        elif cell.mark.role in INSTRUCTORS:
            after.setdefault(before, []).append(cell)
    return after


def _instructors(source: Source, cell: SourceCell) -> Step:
    return Step(
        label=f"{source.file}, the cell {cell.mark.grade_id}",
        doing=f"the cell `{cell.mark.grade_id}`",
        python=cell.cell.source,
        text=covered(cell.cell.text),
        test=cell if cell.mark.role is Role.TEST else None,
    )


def _students(source: Source, cell: NotebookCell) -> Step:
    return Step(
        label=f"{source.file}, cell {cell.number}",
        doing=f"cell {cell.number} of {source.file}",
        python=cell.source,
        text=cell.text,
    )


def _answers(
    source: Source, cells: Sequence[NotebookCell], known: Mapping[int, str]
) -> Iterator[FreeText]:
    """Yield the answers for hand grading, except those in unchanged cells."""
    numbers = {grade_id: number for number, grade_id in known.items()}
    for cell in source.by_hand:
        number = numbers.get(cell.mark.grade_id)
        if number is None:
            continue
        if cell.mark.role is Role.TASK:
            answer = "\n\n".join(_below(cells, number))
        else:
            [answer] = (c.text for c in cells if c.number == number)
            if answer.strip() == cell.released.strip():
                continue
        if answer.strip():
            points = f"{cell.mark.points:g} point{'' if cell.mark.points == 1 else 's'}"
            question = f"{source.file}: {cell.mark.grade_id} ({points})"
            cut = "" if len(answer) <= LONGEST_ANSWER else f" … (cut: {len(answer):,} characters)"
            yield FreeText(question=question, answer=answer[:LONGEST_ANSWER] + cut)


def _below(cells: Sequence[NotebookCell], number: int) -> Iterator[str]:
    """Yield the texts of the cells below a task, up to the next cell with a grade_id."""
    for cell in cells:
        if cell.number > number:
            if cell.nbgrader.get("grade_id"):
                return
            yield cell.text
