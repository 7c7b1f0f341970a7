"""The judge's access to earlier results, and its storage of new ones."""

from __future__ import annotations

__all__ = ["FORGETFUL", "Graded", "GradedExercise", "Memory"]

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from grader.results import ExerciseResult, FreeText  # noqa: TC001  (read back by its types)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.course import Exercise
    from grader.intake.sealed import Sealed
    from grader.results import SubmissionResult


@dataclass(frozen=True, slots=True)
class GradedExercise:
    """The graded exercise of one submission: its result, and the answers to grade by hand."""

    result: ExerciseResult
    free_text: tuple[FreeText, ...] = ()

    @property
    def answers(self) -> tuple[FreeText, ...]:
        """The answers, with the exercise that they belong to."""
        return tuple(replace(one, exercise=self.result.id) for one in self.free_text)


@dataclass(frozen=True, slots=True)
class Graded:
    """One graded attempt: its files (None if they could not be opened) and its result."""

    sealed: Sealed | None
    result: SubmissionResult


class Memory(Protocol):
    """Knows exercises that have been graded already; a gradebook is one."""

    def recall(self, exercise: Exercise, sealed: Sealed) -> GradedExercise | None:
        """Return the result that grading would give, if it is known; else None."""

    def keep(self, exercise: Exercise, sealed: Sealed, graded: GradedExercise) -> None:
        """Store an exercise that was just graded."""

    def record(self, attempts: Sequence[Graded], best: int) -> SubmissionResult:
        """Store a whole submission, before its report is written.

        Parameters
        ----------
        attempts : sequence of Graded
            All graded attempts, the latest last; usually one.
        best : int
            The index of the one that counts.

        Returns
        -------
        SubmissionResult
            The one that counts, with the corrections that a person made by hand.
        """

    def json_of(self, result: ExerciseResult) -> bytes | memoryview | None:
        """Return an exercise's result as JSON if the last `record` has made it; else None."""

    def close(self) -> None:
        """Close the storage: nothing more is graded."""


class _Forgetful:
    """Knows nothing, and stores nothing."""

    def recall(self, _exercise: Exercise, _sealed: Sealed) -> None:
        return None

    def keep(self, _exercise: Exercise, _sealed: Sealed, _graded: GradedExercise) -> None:
        return None

    def record(self, attempts: Sequence[Graded], best: int) -> SubmissionResult:
        return attempts[best].result

    def json_of(self, _result: ExerciseResult) -> None:
        return None

    def close(self) -> None:
        return None


FORGETFUL: Memory = _Forgetful()
