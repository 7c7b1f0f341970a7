"""What a reckoning needs of the results, which are defined above it and show its sums."""

from __future__ import annotations

__all__ = ["CheckedClaim", "CheckedExercise", "CheckedSubmission", "WrittenAnswer"]

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.results.changes import Adjusted, GradePolicy
    from grader.results.delivery import Delivery
    from grader.results.outcome import Outcome


class CheckedClaim(Protocol):
    """What is needed of a `CheckResult`, which is defined above this module."""

    @property
    def id(self) -> str:
        """Return its id."""

    @property
    def outcome(self) -> Outcome:
        """Return how it ended."""

    @property
    def points(self) -> float:
        """Return the points earned."""

    @property
    def max_points(self) -> float:
        """Return the points possible."""


class CheckedExercise(Protocol):
    """What is needed of an `ExerciseResult`."""

    @property
    def id(self) -> str:
        """Return its id."""

    @property
    def bonus(self) -> bool:
        """Say whether it comes on top."""

    @property
    def checks(self) -> Sequence[CheckedClaim]:
        """Return its checks."""


class WrittenAnswer(Protocol):
    """What is needed of a `FreeText`."""

    @property
    def exercise(self) -> str:
        """Return the id of its exercise."""

    @property
    def key(self) -> str:
        """Return what tells its question apart."""


class CheckedSubmission(Protocol):
    """What is needed of a `SubmissionResult`."""

    @property
    def refused(self) -> str:
        """Return why it could not be graded."""

    @property
    def exercises(self) -> Sequence[CheckedExercise]:
        """Return its exercises."""

    @property
    def free_text(self) -> Sequence[WrittenAnswer]:
        """Return answers for hand grading."""

    @property
    def delivery(self) -> Delivery:
        """Return how it was handed in."""

    @property
    def adjustments(self) -> Sequence[Adjusted]:
        """Return what a person changed."""

    @property
    def policy(self) -> GradePolicy:
        """Return the course's rules."""
