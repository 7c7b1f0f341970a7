"""Grade hand-ins on a cluster: its workers run the code, this process writes the book."""

from __future__ import annotations

__all__ = ["grade_on_cluster"]

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

from grader.errors import GraderError
from grader.executors.batch import Plan
from grader.executors.cluster import Cluster
from grader.executors.tasks import Task
from grader.judge import GradedExercise
from grader.results import Delivery, ExerciseResult

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from grader.course import Exercise
    from grader.executors.scheduler import SchedulerPlace
    from grader.intake import Entry
    from grader.intake.sealed import Sealed
    from grader.judge import Graded, Judge, Memory
    from grader.results import SubmissionResult


@dataclass(frozen=True, slots=True)
class _StoredEntry:
    """A stored submission, in the form of an entry."""

    sealed: Sealed
    name: str
    delivery: Delivery = field(default_factory=Delivery)
    attempts: tuple[Entry, ...] = ()

    def open(self) -> Sealed:
        """Return the submission; it was opened when it was handed in."""
        return self.sealed


@dataclass(frozen=True, slots=True)
class _OnlyWanted:
    """A memory that has only some exercises graded, and stores no whole submission."""

    memory: Memory
    wanted: frozenset[str]

    def recall(self, exercise: Exercise, sealed: Sealed) -> GradedExercise | None:
        """Return the known result; an empty one for exercises that are not wanted."""
        if exercise.id not in self.wanted:
            return GradedExercise(ExerciseResult(id=exercise.id, checks=()))
        return self.memory.recall(exercise, sealed)

    def keep(self, exercise: Exercise, sealed: Sealed, graded: GradedExercise) -> None:
        """Store an exercise that was just graded."""
        if exercise.id in self.wanted:
            self.memory.keep(exercise, sealed, graded)

    def record(self, attempts: Sequence[Graded], best: int) -> SubmissionResult:
        """Return the result; the caller stores it."""
        return attempts[best].result

    def json_of(self, _result: ExerciseResult) -> None:
        """Return None: nothing is stored."""

    def close(self) -> None:
        """Leave the book open."""


def grade_on_cluster(
    judge: Judge, place: SchedulerPlace, sealed: Sealed, wanted: Collection[str]
) -> dict[str, GradedExercise]:
    """Grade exercises of a submission on a cluster.

    Parameters
    ----------
    judge : Judge
        Of the whole course, with the memory that keeps what takes long.
    place : SchedulerPlace
        The scheduler of the cluster.
    sealed : Sealed
        The submission.
    wanted : collection of str
        The exercises.

    Raises
    ------
    GraderError
        Where the cluster cannot: one sentence.
    """
    memory = _OnlyWanted(judge.memory, frozenset(wanted))
    asking = replace(judge, memory=cast("Any", memory))
    course = judge.course
    plan = Plan(
        course_root=course.root,
        exercises=tuple(one.id for one in course.exercises),
        salt=judge.salt,
        isolation=judge.launcher.level,
    )
    task = Task(entry=cast("Any", _StoredEntry(sealed, sealed.name)), slug="")
    came: list[SubmissionResult] = []
    Cluster(place=place).grade(plan, asking, [task], came.append)
    if not came:
        raise GraderError("The cluster returned no result.")
    [result] = came
    return {
        one.id: GradedExercise(
            one, tuple(text for text in result.free_text if text.exercise == one.id)
        )
        for one in result.exercises
        if one.id in wanted
    }
