"""Many submissions: each a task for one of a few workers, its report written when it is done.

A worker that dies takes nothing with it: what it was grading is graded again, alone, and only if
that kills its worker too are the points withheld, as an error of ours.
"""

from __future__ import annotations

__all__ = ["Grades", "Plan", "Plans", "grade_entries"]

import atexit
import contextlib
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from grader.course import load_course
from grader.errors import GraderError, StorageError, because, is_shortage
from grader.executors.progress_board import Board
from grader.executors.workers import Workers
from grader.intake import Refused, slugs
from grader.judge import FORGETFUL, Graded, Judge
from grader.report import write_student
from grader.results import now
from grader.sandbox.doctor import launcher_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from grader.course import Course
    from grader.intake import Entry
    from grader.intake.sealed import Sealed
    from grader.judge import Memory
    from grader.results import CourseInfo, Received, SubmissionResult
    from grader.sandbox.launcher import Launcher


class Grades(Protocol):
    """What grades submissions, one after the other."""

    @property
    def launcher(self) -> Launcher:
        """How runners are started."""

    @property
    def info(self) -> CourseInfo:
        """What pages need to know of what is graded."""

    @property
    def memory(self) -> Memory:
        """Where results are kept."""

    def grade(self, sealed: Sealed, slug: str = "") -> SubmissionResult:
        """Grade one submission."""

    def refuse(
        self, name: str, slug: str, reason: str, received: tuple[Received, ...] = ()
    ) -> SubmissionResult:
        """Return the result of something that could not be opened."""

    def withhold(self, name: str, slug: str, reason: str) -> SubmissionResult:
        """Return the result of what an error of ours kept from being graded."""


class Plans(Protocol):
    """How a class is graded, small and safe to send to another process."""

    @property
    def out(self) -> Path | None:
        """The folder of the reports; None where none are written."""

    def judge(self) -> Grades:
        """Make what grades it."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """One submission to be graded, and the folder name of its report."""

    entry: Entry
    slug: str


def grade_entries(
    plan: Plans,
    entries: Sequence[Entry],
    workers: int,
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
    workers : int
        How many processes; 1 grades in this one.
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
    tasks = [_Task(entry=entry, slug=slug) for entry, slug in zip(entries, folders, strict=True)]
    judge = judge or plan.judge()
    results: dict[str, SubmissionResult] = {}

    def keep(result: SubmissionResult) -> None:
        results[result.slug] = result
        done(result)

    try:
        if workers == 1 or len(tasks) == 1:
            for task in tasks:
                keep(_grade(judge, plan, task))
        else:
            _grade_in_pool(plan, judge, tasks, min(workers, len(tasks)), keep)
    finally:
        judge.launcher.close()
    return [results[task.slug] for task in tasks]


def _grade(judge: Grades, plan: Plans, task: _Task) -> SubmissionResult:
    """Open, grade and report one submission."""
    try:
        entries = task.entry.attempts or (task.entry,)
        attempts = [_grade_one(judge, entry, task.slug) for entry in entries]
        result = judge.memory.record(*_best(attempts))
    except StorageError:
        raise
    except GraderError as error:
        result = _withheld(judge, task, str(error))
    except OSError as error:
        result = _withheld(judge, task, f"It could not be graded: {because(error)}.")
    except Exception as error:  # noqa: BLE001  (whatever is wrong with us stops no class)
        result = _withheld(judge, task, _ours(error))
    return _reported(judge, plan, task, result)


def _ours(error: Exception) -> str:
    return f"The grader itself failed ({type(error).__name__}: {error})."


def _reported(
    judge: Grades, plan: Plans, task: _Task, result: SubmissionResult
) -> SubmissionResult:
    """Write a submission's report, and return its result.

    Raises
    ------
    GraderError
        Where the machine has no room for reports: those of the others could not be written either.
    """
    if plan.out is None:
        return result
    try:
        write_student(result, judge.info, plan.out)
    except OSError as error:
        said = f"The report of {result.student} could not be written: {because(error)}."
        if is_shortage(error):
            raise GraderError(f"{said} The reports that were finished are whole.") from error
    except Exception as error:  # noqa: BLE001  (what cannot be shown is ours)
        said = _ours(error)
    else:
        return result
    result = _withheld(judge, task, said)
    with contextlib.suppress(Exception):
        write_student(result, judge.info, plan.out)
    return result


def _grade_one(judge: Grades, entry: Entry, slug: str) -> Graded:
    """Open and grade one attempt."""
    opened = entry.open()
    if isinstance(opened, Refused):
        result = judge.refuse(opened.name, slug, opened.reason, opened.received)
    else:
        result = judge.grade(opened, slug)
    result = replace(result, delivery=entry.delivery, graded_at=now())
    return Graded(None if isinstance(opened, Refused) else opened, result)


def _best(attempts: list[Graded]) -> tuple[list[Graded], int]:
    """Say which attempt has, or may still have, most points; of equal ones the latest."""

    def worth(number: int) -> tuple[float, float]:
        result = attempts[number].result
        return result.score + result.withheld, result.score

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


def _withheld(judge: Grades, task: _Task, reason: str) -> SubmissionResult:
    """Return the result of what an error of ours kept from being graded: its points stay open."""
    result = judge.withhold(task.entry.name, task.slug, reason)
    return replace(result, delivery=task.entry.delivery, graded_at=now())


# ---------------------------------------------------------------------------- worker processes

_worker: tuple[Grades, Plans] | None = None


def _begin(plan: Plans) -> Callable[[], None]:
    """Make the judge of a worker, and return what ends at once what it has started."""
    global _worker  # noqa: PLW0603  (a worker process has one judge, made when it starts)
    _worker = plan.judge(), plan
    atexit.register(_worker[0].launcher.close)
    return _worker[0].launcher.give_up


def _work(task: _Task) -> SubmissionResult:
    if _worker is None:
        raise GraderError("A worker was asked to grade before it had a judge.")
    return _grade(*_worker, task)


def _pool(plan: Plans, workers: int) -> Workers[_Task, SubmissionResult]:
    return Workers(workers, _begin, (plan,))


def _grade_in_pool(
    plan: Plans,
    judge: Grades,
    tasks: Iterable[_Task],
    workers: int,
    keep: Callable[[SubmissionResult], None],
) -> None:
    """Keep the workers busy; after a death, grade what was under way alone.

    A task is taken from those that wait when it has been handed over, and not before; a result that
    had come when the workers died is kept.
    """
    waiting = list(tasks)[::-1]
    while waiting:
        under_way: dict[Future[SubmissionResult], _Task] = {}
        try:
            with _pool(plan, workers) as pool:
                while waiting or under_way:
                    while waiting and len(under_way) < 2 * workers:
                        under_way[pool.submit(_work, waiting[-1])] = waiting[-1]
                        waiting.pop()
                    finished, _ = wait(under_way, return_when=FIRST_COMPLETED)
                    for future in finished:
                        keep(_result_of(future, plan, judge, under_way[future]))
                        del under_way[future]
        except (BrokenProcessPool, OSError):
            if waiting and not under_way:  # nothing can be handed over: at least this one is tried
                under_way[Future()] = waiting.pop()
            for future, task in under_way.items():
                if future.done() and not future.exception():
                    keep(future.result())
                else:
                    keep(_grade_alone(plan, judge, task))


def _result_of(
    future: Future[SubmissionResult], plan: Plans, judge: Grades, task: _Task
) -> SubmissionResult:
    """Return a worker's result, or that of a task whose result could not be sent.

    Raises
    ------
    BrokenProcessPool
        Where a worker has died.
    GraderError
        Where there is no going on.
    """
    try:
        return future.result()
    except (BrokenProcessPool, GraderError):
        raise
    except Exception as error:  # noqa: BLE001  (whatever is wrong with us stops no class)
        return _reported(judge, plan, task, _withheld(judge, task, _ours(error)))


def _grade_alone(plan: Plans, judge: Grades, task: _Task) -> SubmissionResult:
    try:
        with _pool(plan, 1) as pool:
            return _result_of(pool.submit(_work, task), plan, judge, task)
    except BrokenProcessPool:
        reason = "The process that graded this submission was ended twice, by the machine or by us."
    except OSError as error:
        reason = f"No process could be started to grade this submission: {because(error)}."
    return _reported(judge, plan, task, _withheld(judge, task, reason))
