"""Many submissions: who grades them is asked, each report is written when it is done."""

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
from grader.sandbox.doctor import launcher_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from grader.course import Course
    from grader.executors.tasks import Grades, Plans
    from grader.intake import Entry
    from grader.judge import Memory
    from grader.results import SubmissionResult


class Executor(Protocol):
    """Does the grading of a class."""

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
            How it is done, for another process.
        judge : Grades
            What grades in this process; the caller closes its launcher.
        tasks : sequence of Task
            One for each submission.
        keep : callable
            Called with each result, in this thread, in no fixed order.

        Raises
        ------
        GraderError
            Where there is no going on: what was kept is whole.
        """


class BookEntry(Protocol):
    """Where the results of a run are kept, small and safe to send to another process."""

    def memory(self, course: Course) -> Memory:
        """Open it in this process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a class is graded: everything that a worker needs to make its own judge."""

    course_root: Path
    exercises: tuple[str, ...]
    salt: bytes
    isolation: str
    out: Path | None = None
    public_only: bool = False
    board: Path | None = None  # a folder, for what takes long to be noted in
    book: BookEntry | None = None  # where results are kept, if anywhere

    def judge(self) -> Judge:
        """Load the course and return a judge of it."""
        return self.judge_of(load_course(self.course_root, self.exercises))

    def judge_of(self, course: Course) -> Judge:
        """Return a judge of the course, which has been loaded."""
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
    """Grade every entry and write each report as soon as it is there.

    Parameters
    ----------
    plan : Plans
        The course, the salt and the output folder.
    entries : sequence of Entry
        What was handed in.
    workers : int or Executor
        How many processes, or who else does the work; 1 grades in this one.
    done : callable
        Called with each result as it comes, in no fixed order.
    folders : sequence of str
        The name of the folder of each report; made from the names, if not given.
    judge : Grades, optional
        What grades in this process, made by the plan if not given; its launcher is closed.

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
