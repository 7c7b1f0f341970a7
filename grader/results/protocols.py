"""Protocols for the parts of a result that `final` reads; the results import `final`."""

from __future__ import annotations

__all__ = ["CheckedClaim", "CheckedExercise", "CheckedSubmission", "WrittenAnswer"]

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.results.changes import Adjusted, GradePolicy
    from grader.results.delivery import Delivery
    from grader.results.outcome import Outcome


class CheckedClaim(Protocol):
    """The part of a `CheckResult` that `final` reads."""

    @property
    def id(self) -> str:
        """Return its id."""

    @property
    def outcome(self) -> Outcome:
        """Return its outcome."""

    @property
    def points(self) -> float:
        """Return the points earned."""

    @property
    def max_points(self) -> float:
        """Return the points possible."""


class CheckedExercise(Protocol):
    """The part of an `ExerciseResult` that `final` reads."""

    @property
    def id(self) -> str:
        """Return its id."""

    @property
    def bonus(self) -> bool:
        """Return whether it is a bonus exercise."""

    @property
    def checks(self) -> Sequence[CheckedClaim]:
        """Return its checks."""


class WrittenAnswer(Protocol):
    """The part of a `FreeText` that `final` reads."""

    @property
    def exercise(self) -> str:
        """Return the id of its exercise."""

    @property
    def key(self) -> str:
        """Return the key of its question, unique in its exercise."""


class CheckedSubmission(Protocol):
    """The part of a `SubmissionResult` that `final` reads."""

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
        """Return the changes by hand."""

    @property
    def policy(self) -> GradePolicy:
        """Return the course's rules."""
