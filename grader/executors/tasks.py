"""Open, grade and report one submission of a class: the steps that all executors share.

Whatever goes wrong becomes a result that withholds the points and says why.
"""

from __future__ import annotations

__all__ = [
    "Grades",
    "Plans",
    "Task",
    "as_delivered",
    "best_of",
    "explained",
    "grade_task",
    "our_failure",
    "refused",
    "reported",
    "withheld",
]

import contextlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from grader.errors import GraderError, StorageError, is_shortage, os_error_sentence
from grader.executors.feedback_notebooks import feedback_notebooks
from grader.intake import Refused
from grader.judge import Graded, Judge
from grader.languages import speaking
from grader.report import keys_of, write_student
from grader.results import now, reckon

if TYPE_CHECKING:
    from decimal import Decimal
    from pathlib import Path

    from grader.intake import Entry
    from grader.intake.sealed import Sealed
    from grader.judge import Memory
    from grader.languages.readers import Readers
    from grader.results import CourseInfo, Received, SubmissionResult
    from grader.sandbox.launcher import Launcher


class Grades(Protocol):
    """The part of a judge that executors use: it grades one submission after the other."""

    @property
    def launcher(self) -> Launcher:
        """The launcher that starts runners."""

    @property
    def info(self) -> CourseInfo:
        """The course's data for report pages."""

    @property
    def memory(self) -> Memory:
        """The storage of results."""

    def grade(self, sealed: Sealed, slug: str = "") -> SubmissionResult:
        """Grade one submission."""

    def refuse(
        self, name: str, slug: str, reason: str, received: tuple[Received, ...] = ()
    ) -> SubmissionResult:
        """Return the result of a submission that could not be opened."""

    def withhold(self, name: str, slug: str, reason: str) -> SubmissionResult:
        """Return a result that withholds all points because of a grader error."""


class Plans(Protocol):
    """How to grade a class, in a form that can be sent to another process."""

    @property
    def out(self) -> Path | None:
        """The folder for reports; None if no reports are written."""

    @property
    def readers(self) -> Readers:
        """In which languages the reports are."""

    def judge(self) -> Grades:
        """Make the judge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One submission to be graded, and the folder name of its report."""

    entry: Entry
    slug: str

    @property
    def attempts(self) -> tuple[Entry, ...]:
        """The attempts to grade: all of them, the latest last, or only the one that counts."""
        return self.entry.attempts or (self.entry,)


def grade_task(judge: Grades, plan: Plans, task: Task) -> SubmissionResult:
    """Open, grade and report one submission."""
    try:
        attempts, best = best_of([_grade_one(judge, entry, task.slug) for entry in task.attempts])
        result = judge.memory.record(attempts, best)
        sealed = attempts[best].sealed
    except StorageError:
        raise
    except Exception as error:  # noqa: BLE001  (an error of ours must not stop the class)
        result, sealed = withheld(judge, task, explained(error)), None
    return reported(judge, plan, task, result, sealed)


def explained(error: Exception) -> str:
    """Return why a submission could not be graded, as a sentence for a person."""
    if isinstance(error, GraderError):
        return str(error)
    if isinstance(error, OSError):
        return f"It could not be graded: {os_error_sentence(error)}."
    return our_failure(error)


def our_failure(error: Exception) -> str:
    """Return the sentence for an unexpected error of the grader."""
    return f"The grader itself failed ({type(error).__name__}: {error})."


def reported(
    judge: Grades,
    plan: Plans,
    task: Task,
    result: SubmissionResult,
    sealed: Sealed | None = None,
) -> SubmissionResult:
    """Write a submission's report, with its notebooks if `sealed` is given; return its result.

    Raises
    ------
    GraderError
        The disk is full, or the like: no other report could be written either.
    """
    if plan.out is None:
        return result
    with speaking(plan.readers.of(keys_of(result))):
        result, notebooks = _with_notebooks(judge, result, sealed)
    try:
        write_student(
            result, judge.info, plan.out, notebooks, plan.readers, json_of=judge.memory.json_of
        )
    except OSError as error:
        said = f"The report of {result.student} could not be written: {os_error_sentence(error)}."
        if is_shortage(error):
            raise GraderError(f"{said} The reports that were finished are whole.") from error
    except Exception as error:  # noqa: BLE001  (a failure to write a page is ours)
        said = our_failure(error)
    else:
        return result
    result = withheld(judge, task, said)
    with contextlib.suppress(Exception):
        write_student(result, judge.info, plan.out, readers=plan.readers)
    return result


def _with_notebooks(
    judge: Grades, result: SubmissionResult, sealed: Sealed | None
) -> tuple[SubmissionResult, dict[str, bytes]]:
    """Return the notebooks with feedback; if that fails, add a note to the result."""
    if sealed is None or not isinstance(judge, Judge):
        return result, {}
    try:
        return result, feedback_notebooks(judge, sealed, result)
    except Exception as error:  # noqa: BLE001  (a report without notebooks is still a report)
        note = f"Your notebook does not come back with feedback in it. {explained(error)}"
        return replace(result, notes=(*result.notes, note)), {}


def _grade_one(judge: Grades, entry: Entry, slug: str) -> Graded:
    """Open and grade one attempt."""
    opened = entry.open()
    if isinstance(opened, Refused):
        return refused(judge, entry, slug, opened)
    return as_delivered(entry, opened, judge.grade(opened, slug))


def refused(judge: Grades, entry: Entry, slug: str, opened: Refused) -> Graded:
    """Return the graded attempt for a submission that could not be opened."""
    result = judge.refuse(opened.name, slug, opened.reason, opened.received)
    return as_delivered(entry, None, result)


def as_delivered(entry: Entry, sealed: Sealed | None, result: SubmissionResult) -> Graded:
    """Return a graded attempt with the platform's delivery data and the present time."""
    return Graded(sealed, replace(result, delivery=entry.delivery, graded_at=now()))


def best_of(attempts: list[Graded]) -> tuple[list[Graded], int]:
    """Return the attempts and the index of the best: most points possible, ties to the latest."""

    def worth(number: int) -> tuple[Decimal, Decimal]:
        found = reckon(attempts[number].result)  # with lateness: an earlier one may be worth more
        return found.at_most, found.total

    best = max(reversed(range(len(attempts))), key=worth)
    if len(attempts) > 1:
        chosen = attempts[best].result
        note = (
            f"All {len(attempts)} attempts were graded; this is the best of them, attempt "
            f"{chosen.delivery.attempt}."
        )
        attempts[best] = replace(
            attempts[best], result=replace(chosen, notes=(*chosen.notes, note))
        )
    return attempts, best


def withheld(judge: Grades, task: Task, reason: str) -> SubmissionResult:
    """Return and store a result that withholds all points because of a grader error.

    Raises
    ------
    StorageError
        The result cannot be stored.
    """
    result = judge.withhold(task.entry.name, task.slug, reason)
    result = replace(result, delivery=task.entry.delivery, graded_at=now())
    try:
        return judge.memory.record([Graded(None, result)], 0)
    except StorageError:
        raise
    except Exception:  # noqa: BLE001  (the same error may keep this result from being stored)
        return result
