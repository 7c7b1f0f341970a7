"""What a judge remembers of earlier gradings, and where what it finds is kept."""

from __future__ import annotations

__all__ = ["FORGETFUL", "Graded", "GradedExercise", "Memory"]

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from grader.results import ExerciseResult, FreeText  # noqa: TC001  (read back by its types)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.course import Exercise
    from grader.intake.sealed import Sealed
    from grader.results import SubmissionResult


@dataclass(frozen=True, slots=True)
class GradedExercise:
    """One exercise of one submission: what came of it, and the answers for hand grading."""

    result: ExerciseResult
    free_text: tuple[FreeText, ...] = ()


@dataclass(frozen=True, slots=True)
class Graded:
    """One attempt of somebody: its files, None where they could not be opened, and its result."""

    sealed: Sealed | None
    result: SubmissionResult


class Memory(Protocol):
    """Knows the exercises of submissions that have been graded, such as a gradebook."""

    def recall(self, exercise: Exercise, sealed: Sealed) -> GradedExercise | None:
        """Return what grading would come to, where that is known; else None."""

    def keep(self, exercise: Exercise, sealed: Sealed, graded: GradedExercise) -> None:
        """Take in what was just graded."""

    def record(self, attempts: Sequence[Graded], best: int) -> SubmissionResult:
        """Take in a whole submission, before its report is written.

        Parameters
        ----------
        attempts : sequence of Graded
            All attempts that were graded, the latest last; mostly one.
        best : int
            Which of them counts.

        Returns
        -------
        SubmissionResult
            The one that counts, with what a person has changed by hand.
        """


class _Forgetful:
    """Knows nothing, and keeps nothing."""

    def recall(self, _exercise: Exercise, _sealed: Sealed) -> None:
        return None

    def keep(self, _exercise: Exercise, _sealed: Sealed, _graded: GradedExercise) -> None:
        return None

    def record(self, attempts: Sequence[Graded], best: int) -> SubmissionResult:
        return attempts[best].result


FORGETFUL: Memory = _Forgetful()
