"""A submission some of whose exercises are being graded elsewhere."""

from __future__ import annotations

__all__ = ["OpenedAttempt", "Pending", "RemoteJob"]

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from grader.executors.tasks import as_delivered, best_of
from grader.judge import Graded, GradedExercise, Judge, Prepared

if TYPE_CHECKING:
    from grader.course import Exercise
    from grader.executors.tasks import Task
    from grader.intake import Entry


@dataclass(slots=True)
class OpenedAttempt:
    """An attempt of a submission: what of it is graded so far, or the result of one unopened."""

    entry: Entry
    found: Prepared | None = None
    graded: dict[str, GradedExercise] = field(default_factory=dict)
    refused: Graded | None = None

    def whole(self, judge: Judge, slug: str) -> Graded:
        """Put its exercises together."""
        if self.refused is not None or self.found is None:
            assert self.refused is not None  # noqa: S101  (one of the two is always there)
            return self.refused
        graded = [self.graded[exercise.id] for exercise in judge.course.exercises]
        result = judge.assemble(self.found, graded, slug)
        return as_delivered(self.entry, self.found.sealed, result)


@dataclass(slots=True)
class Pending:
    """A submission on its way.

    Attributes
    ----------
    left : int
        How many exercises are still to come.
    problem : str
        What kept it from being graded, in a sentence; empty where nothing did.
    """

    task: Task
    attempts: list[OpenedAttempt] = field(default_factory=list)
    left: int = 0
    problem: str = ""

    def counting(self, judge: Judge) -> Graded:
        """Return the attempt that counts, when all have come."""
        attempts, best = best_of([one.whole(judge, self.task.slug) for one in self.attempts])
        return Graded(attempts[best].sealed, judge.memory.record(attempts, best))


@dataclass(slots=True, eq=False)
class RemoteJob:
    """An exercise of an attempt, to be graded by a worker.

    Attributes
    ----------
    future : distributed.Future
        While it is under way.
    deaths : int
        How many workers have died while they graded it.
    lost : int
        How often it got lost otherwise.
    """

    pending: Pending
    attempt: OpenedAttempt
    exercise: Exercise
    parcel: bytes
    future: Any = None
    deaths: int = 0
    lost: int = 0

    def withheld(self, judge: Judge, reason: str) -> GradedExercise:
        """Return the result of this exercise where an error of ours kept it from being graded."""
        task = self.pending.task
        results = judge.withhold(task.entry.name, task.slug, reason).exercises
        return GradedExercise(next(one for one in results if one.id == self.exercise.id))
