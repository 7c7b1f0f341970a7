"""The changes that a regrade makes: for whom, by how much, and in which checks."""

from __future__ import annotations

__all__ = ["CheckChange", "GradeChange", "Regraded"]

from collections import Counter
from dataclasses import dataclass

from grader.results.points import total_points


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckChange:
    """One check of one submission whose verdict or points have changed.

    `before` and `after` are outcomes, empty if the check did not or does not exist.
    """

    id: str
    before: str
    after: str
    points_before: float
    points_after: float
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeChange:
    """One submission whose verdicts have changed; the grade may be the same."""

    student: str
    before: float
    after: float
    checks: tuple[CheckChange, ...]
    provisional: bool = False

    @property
    def gain(self) -> float:
        """The change in points; negative if there are fewer."""
        return total_points([self.after, -self.before])


@dataclass(frozen=True, slots=True, kw_only=True)
class Regraded:
    """The result of grading a class again.

    Attributes
    ----------
    total : int
        How many submissions the gradebook has.
    run : int
        For how many of them some code was run again.
    exercises : tuple of str
        The exercises that were graded again.
    changes : tuple of GradeChange
        Submissions with a changed verdict, the largest change of the grade first.
    unread : tuple of str
        Submissions that could not be opened: their results stay as they are.
    notes : tuple of str
        Sentences for the instructor about things to look at.
    applied : bool
        Whether the new results count now.
    """

    total: int
    run: int
    exercises: tuple[str, ...] = ()
    changes: tuple[GradeChange, ...] = ()
    unread: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    applied: bool = False

    @property
    def grades(self) -> tuple[GradeChange, ...]:
        """Submissions whose grade changes."""
        return tuple(one for one in self.changes if one.gain)

    @property
    def by_check(self) -> list[tuple[str, int, int, int]]:
        """For each check: how many gain points, lose points, or change only the verdict."""
        up, down, other = Counter[str](), Counter[str](), Counter[str]()
        for change in self.changes:
            for check in change.checks:
                gain = check.points_after - check.points_before
                (up if gain > 0 else down if gain < 0 else other)[check.id] += 1
        ids = sorted({*up, *down, *other}, key=lambda one: (-up[one] - down[one], one))
        return [(one, up[one], down[one], other[one]) for one in ids]

    def sentence(self) -> str:
        """Return a summary of the changes, in one sentence."""
        if not self.run:
            return f"Nothing has changed for any of the {self.total} submissions."
        changed = self.grades
        what = "grades changed" if self.applied else "grades change"
        if not changed:
            return f"None of the {self.total} {what}; {self.run} were run again."
        gains = [one.gain for one in changed]
        largest = max(changed, key=lambda one: abs(one.gain))
        up, down = sum(gain > 0 for gain in gains), sum(gain < 0 for gain in gains)
        return (
            f"{len(changed)} of {self.total} {what}: {up} up, {down} down; the largest: "
            f"{largest.student} {largest.before:g} → {largest.after:g}."
        )
