"""Grade many submissions with an executor, and write each report as soon as its result is ready."""

from __future__ import annotations

__all__ = ["Executor", "Plan", "grade_entries"]

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from grader.course import load_course
from grader.executors.local import LocalProcesses
from grader.executors.progress_board import Board
from grader.executors.tasks import Task
from grader.intake import slugs
from grader.judge import FORGETFUL, Judge
from grader.languages.readers import NOBODY, Readers
from grader.sandbox.doctor import launcher_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from grader.course import Course
    from grader.course.reloading import KnownDigests
    from grader.executors.tasks import Grades, Plans
    from grader.intake import Entry
    from grader.judge import Memory
    from grader.results import SubmissionResult


class Executor(Protocol):
    """Grades the submissions of a class."""

    def grade(
        self,
        plan: Plans,
        judge: Grades,
        tasks: Sequence[Task],
        keep: Callable[[SubmissionResult], None],
    ) -> None:
        """Grade every submission and write its report.

        Parameters
        ----------
        plan : Plans
            How to grade, in a form that can be sent to another process.
        judge : Grades
            The judge of this process; the caller closes its launcher.
        tasks : sequence of Task
            One for each submission.
        keep : callable
            Called with each result, in this thread, in no fixed order.

        Raises
        ------
        GraderError
            Grading cannot continue; the results passed to `keep` so far are complete.
        """


class BookEntry(Protocol):
    """The storage of a run's results, in a form that can be sent to another process."""

    def memory(self, course: Course) -> Memory:
        """Open the storage in this process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How to grade a class: all that a worker needs to make its own judge."""

    course_root: Path
    exercises: tuple[str, ...]
    salt: bytes
    isolation: str
    out: Path | None = None
    public_only: bool = False
    board: Path | None = None  # the folder for notes about long-running calls
    book: BookEntry | None = None  # the storage of results, if there is one
    readers: Readers = NOBODY  # in which languages the reports are
    digests: KnownDigests | None = None  # those of the course, where they are known

    def judge(self) -> Judge:
        """Load the course and return a judge for it."""
        course = load_course(self.course_root, self.exercises)
        return self.judge_of(self.digests.given_to(course) if self.digests else course)

    def judge_of(self, course: Course) -> Judge:
        """Return a judge for a course that is loaded already."""
        memory = self.book.memory(course) if self.book else FORGETFUL
        launcher = launcher_of(self.isolation)
        judge = Judge(course, launcher, self.salt, self.public_only, memory=memory)
        return replace(judge, progress=Board(self.board).write) if self.board else judge


def grade_entries(
    plan: Plans,
    entries: Sequence[Entry],
    workers: int | Executor,
    done: Callable[[SubmissionResult], None] = lambda _: None,
    folders: Sequence[str] = (),
    judge: Grades | None = None,
) -> list[SubmissionResult]:
    """Grade every entry, and write each report as soon as its result is ready.

    Parameters
    ----------
    plan : Plans
        The course, the salt and the output folder.
    entries : sequence of Entry
        The submissions.
    workers : int or Executor
        The number of processes, where 1 grades in this process; or another executor.
    done : callable
        Called with each result as it arrives, in no fixed order.
    folders : sequence of str
        The name of each report's folder; derived from the names if not given.
    judge : Grades, optional
        The judge of this process; by default the plan makes one. Its launcher is closed.

    Returns
    -------
    list of SubmissionResult
        In the order of the entries.
    """
    folders = folders or slugs([entry.name for entry in entries])
    tasks = [Task(entry=entry, slug=slug) for entry, slug in zip(entries, folders, strict=True)]
    judge = judge or plan.judge()
    results: dict[str, SubmissionResult] = {}

    def keep(result: SubmissionResult) -> None:
        results[result.slug] = result
        done(result)

    try:
        executor = LocalProcesses(workers) if isinstance(workers, int) else workers
        executor.grade(plan, judge, tasks, keep)
    finally:
        judge.launcher.close()
        judge.memory.close()
    return [results[task.slug] for task in tasks]
