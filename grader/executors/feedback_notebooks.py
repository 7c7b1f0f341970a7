"""Make the notebooks that students get back: their own, with feedback below the cells."""

from __future__ import annotations

__all__ = ["feedback_notebooks"]

import posixpath
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from grader.report.annotated import HandedInCell, annotated
from grader.report.text import graded_when, points
from grader.results import for_student, total_points

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from grader.intake.sealed import Sealed
    from grader.judge import Judge
    from grader.notebooks import NotebookCell
    from grader.results import CheckResult, SubmissionResult
    from grader.submission.loading.programs import Program

ENDING = ".ipynb"
NAMED = re.compile(r"`([A-Za-z_]\w*)")
UNSAFE = re.compile(r"[^\w .()+-]")
LONGEST_NAME = 60
WHERE = (
    "This is your notebook with the grader's feedback below each cell that was judged. The cells "
    "are as you handed them in, without their outputs: run them again. The whole report, with "
    "figures, is the page that came with it."
)


def feedback_notebooks(judge: Judge, sealed: Sealed, result: SubmissionResult) -> dict[str, bytes]:
    """Return the graded notebooks with feedback, by their file names in the student's folder.

    Parameters
    ----------
    judge : Judge
        The judge that graded the submission; it knows which cells replace which file.
    sealed : Sealed
        The submission.
    result : SubmissionResult
        Its result; a notebook shows only what the student may see.

    Raises
    ------
    GraderError
        A notebook cannot be read again.
    """
    if not any(path.lower().endswith(ENDING) for path in sealed.files):
        return {}
    work = judge.prepare(sealed).work
    placed: dict[str, dict[int, list[CheckResult]]] = {}
    for exercise in for_student(result).exercises:
        for check in exercise.checks:
            program = work.programs.get(check.file)
            if program is not None and program.cells and program.notebook in sealed.files:
                judged = placed.setdefault(program.notebook, defaultdict(list))
                judged[_cell_of(check, program)].append(check)
    made: dict[str, bytes] = {}
    for path, judged in placed.items():
        cells = judge.notebook(sealed.files[path]).cells
        text = annotated(list(_with_checks(cells, judged)), [*_summary(judged, result), WHERE])
        made[_name(path, made)] = text.encode()
    return made


def _cell_of(check: CheckResult, program: Program) -> int:
    """Return the number of the cell that defines what a check is about, else of the last cell."""
    for name in NAMED.findall(check.claim):
        for cell in reversed(program.cells):
            if name in cell.defines:
                return cell.count
    return program.cells[-1].count


def _with_checks(
    cells: Sequence[NotebookCell], judged: Mapping[int, Sequence[CheckResult]]
) -> Iterator[HandedInCell]:
    for cell in cells:
        metadata: dict[str, Any] = {}
        if cell.file:
            metadata["grader"] = {"file": cell.file}
        if cell.nbgrader:
            metadata["nbgrader"] = dict(cell.nbgrader)
        yield HandedInCell(
            kind=cell.kind,
            text=cell.text,
            metadata=metadata,
            checks=tuple(judged.get(cell.count, ())) if cell.count else (),
        )


def _summary(judged: Mapping[int, Sequence[CheckResult]], result: SubmissionResult) -> list[str]:
    checks = [check for some in judged.values() for check in some]
    got = total_points(check.points for check in checks)
    most = total_points(check.max_points for check in checks)
    said = f"{points(got)} of {points(most)} points for what is in this notebook."
    when = graded_when([result.graded_at])
    return [said, f"{when}."] if when else [said]


def _name(path: str, taken: Mapping[str, bytes]) -> str:
    """Return a safe file name that is not taken yet."""
    stem = UNSAFE.sub("_", posixpath.basename(path)[: -len(ENDING)]).strip(" .")
    stem = stem[:LONGEST_NAME].strip(" .") or "notebook"
    there = {name.casefold() for name in taken}
    number, name = 1, f"{stem}{ENDING}"
    while name.casefold() in there:
        number += 1
        name = f"{stem}-{number}{ENDING}"
    return name
