"""Grade on worker processes of this machine; each has a judge and grades one submission at a time.

If a worker dies, the submissions under way are graded again, one at a time. If one of them kills
its worker again, its points are withheld as a grader error.
"""

from __future__ import annotations

__all__ = ["LocalProcesses"]

import atexit
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.errors import GraderError, os_error_sentence
from grader.executors.tasks import grade_task, our_failure, reported, withheld
from grader.executors.workers import Workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from grader.executors.tasks import Grades, Plans, Task
    from grader.results import SubmissionResult


@dataclass(frozen=True, slots=True)
class LocalProcesses:
    """An executor with worker processes on this machine.

    Attributes
    ----------
    count : int
        The number of processes; 1 grades in this process.
    """

    count: int = 1

    def grade(
        self,
        plan: Plans,
        judge: Grades,
        tasks: Sequence[Task],
        keep: Callable[[SubmissionResult], None],
    ) -> None:
        """Grade every submission and write its report: see `grader.executors.batch.Executor`."""
        if self.count == 1 or len(tasks) == 1:
            for task in tasks:
                keep(grade_task(judge, plan, task))
        else:
            _grade_in_pool(plan, judge, tasks, min(self.count, len(tasks)), keep)


_worker: tuple[Grades, Plans] | None = None


def _begin(plan: Plans) -> Callable[[], None]:
    """Make the judge of a worker, and return the function that ends its runners at once."""
    global _worker  # noqa: PLW0603  (a worker process has one judge, made when it starts)
    _worker = plan.judge(), plan
    atexit.register(_worker[0].launcher.close)
    return _worker[0].launcher.give_up


def _work(task: Task) -> SubmissionResult:
    if _worker is None:
        raise GraderError("A worker was asked to grade before it had a judge.")
    return grade_task(*_worker, task)


def _pool(plan: Plans, workers: int) -> Workers[Task, SubmissionResult]:
    return Workers(workers, _begin, (plan,))


def _grade_in_pool(
    plan: Plans,
    judge: Grades,
    tasks: Iterable[Task],
    workers: int,
    keep: Callable[[SubmissionResult], None],
) -> None:
    """Keep the workers busy; if one dies, grade the submissions under way one at a time.

    A task leaves the waiting list only once a worker has accepted it; results that arrived before
    the death are kept.
    """
    waiting = list(tasks)[::-1]
    while waiting:
        under_way: dict[Future[SubmissionResult], Task] = {}
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
            if waiting and not under_way:  # no worker accepts a task: try at least this one
                under_way[Future()] = waiting.pop()
            for future, task in under_way.items():
                if future.done() and not future.exception():
                    keep(future.result())
                else:
                    keep(_grade_alone(plan, judge, task))


def _result_of(
    future: Future[SubmissionResult], plan: Plans, judge: Grades, task: Task
) -> SubmissionResult:
    """Return a worker's result, or a withheld one if the result could not be transferred.

    Raises
    ------
    BrokenProcessPool
        A worker has died.
    GraderError
        Grading cannot continue.
    """
    try:
        return future.result()
    except (BrokenProcessPool, GraderError):
        raise
    except Exception as error:  # noqa: BLE001  (an error of ours must not stop the class)
        return reported(judge, plan, task, withheld(judge, task, our_failure(error)))


def _grade_alone(plan: Plans, judge: Grades, task: Task) -> SubmissionResult:
    try:
        with _pool(plan, 1) as pool:
            return _result_of(pool.submit(_work, task), plan, judge, task)
    except BrokenProcessPool:
        reason = "The process that graded this submission was ended twice, by the machine or by us."
    except OSError as error:
        reason = (
            f"No process could be started to grade this submission: {os_error_sentence(error)}."
        )
    return reported(judge, plan, task, withheld(judge, task, reason))
