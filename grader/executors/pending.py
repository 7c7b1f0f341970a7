"""The state of a submission while workers grade its exercises."""

from __future__ import annotations

__all__ = ["OpenedAttempt", "Pending", "RemoteJob"]

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from grader.executors.tasks import as_delivered, best_of
from grader.judge import Graded, GradedExercise, Judge, PreparedSubmission

if TYPE_CHECKING:
    from grader.course import Exercise
    from grader.executors.tasks import Task
    from grader.intake import Entry


@dataclass(slots=True)
class OpenedAttempt:
    """An attempt and the exercises graded so far; or its result, if it could not be opened."""

    entry: Entry
    found: PreparedSubmission | None = None
    graded: dict[str, GradedExercise] = field(default_factory=dict)
    refused: Graded | None = None

    def whole(self, judge: Judge, slug: str) -> Graded:
        """Assemble the attempt's result from its exercises."""
        if self.refused is not None or self.found is None:
            assert self.refused is not None  # noqa: S101  (one of the two is always set)
            return self.refused
        graded = [self.graded[exercise.id] for exercise in judge.course.exercises]
        result = judge.assemble(self.found, graded, slug)
        return as_delivered(self.entry, self.found.sealed, result)


@dataclass(slots=True)
class Pending:
    """A submission whose exercises are not all graded.

    Attributes
    ----------
    left : int
        The number of exercises that are not graded yet.
    problem : str
        The error that kept it from being graded, as a sentence; empty without an error.
    """

    task: Task
    attempts: list[OpenedAttempt] = field(default_factory=list)
    left: int = 0
    problem: str = ""

    def counting(self, judge: Judge) -> Graded:
        """Record all attempts, and return the one that counts; every exercise must be graded."""
        attempts, best = best_of([one.whole(judge, self.task.slug) for one in self.attempts])
        return Graded(attempts[best].sealed, judge.memory.record(attempts, best))


@dataclass(slots=True, eq=False)
class RemoteJob:
    """One exercise of an attempt, as a job for a worker.

    Attributes
    ----------
    future : distributed.Future
        Set while the job is under way.
    deaths : int
        The number of workers that died while they graded it.
    lost : int
        How often the job was lost for another reason.
    """

    pending: Pending
    attempt: OpenedAttempt
    exercise: Exercise
    payload: bytes
    future: Any = None
    deaths: int = 0
    lost: int = 0

    def withheld(self, judge: Judge, reason: str) -> GradedExercise:
        """Return a result for this exercise that withholds its points because of a grader error."""
        task = self.pending.task
        results = judge.withhold(task.entry.name, task.slug, reason).exercises
        return GradedExercise(next(one for one in results if one.id == self.exercise.id))
