"""What grading again changes: for whom, by how much, and in which checks."""

from __future__ import annotations

__all__ = ["CheckChange", "GradeChange", "Regraded"]

from collections import Counter
from dataclasses import dataclass

from grader.results.points import total_points


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckChange:
    """One check of one submission whose verdict or points are others than before.

    `before` and `after` are outcomes, empty where there was, or is, no such check.
    """

    id: str
    before: str
    after: str
    points_before: float
    points_after: float
    message: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeChange:
    """One submission whose verdicts are others than before; the grade may be the same."""

    student: str
    before: float
    after: float
    checks: tuple[CheckChange, ...]
    provisional: bool = False

    @property
    def gain(self) -> float:
        """Points more than before; negative where they are fewer."""
        return total_points([self.after, -self.before])


@dataclass(frozen=True, slots=True, kw_only=True)
class Regraded:
    """What grading a class again comes to.

    Attributes
    ----------
    total : int
        How many submissions are in the book.
    run : int
        For how many of them something was run again.
    exercises : tuple of str
        The exercises that had to be.
    changes : tuple of GradeChange
        Those of whom a verdict changes, the largest change of the grade first.
    unread : tuple of str
        Those who handed in what could not be opened: their results stay as they are.
    notes : tuple of str
        What the instructor has to look at, a sentence each.
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
        """Those whose grade changes."""
        return tuple(one for one in self.changes if one.gain)

    @property
    def by_check(self) -> list[tuple[str, int, int, int]]:
        """For each check how many win points by it, lose points, and have another verdict only."""
        up, down, other = Counter[str](), Counter[str](), Counter[str]()
        for change in self.changes:
            for check in change.checks:
                gain = check.points_after - check.points_before
                (up if gain > 0 else down if gain < 0 else other)[check.id] += 1
        ids = sorted({*up, *down, *other}, key=lambda one: (-up[one] - down[one], one))
        return [(one, up[one], down[one], other[one]) for one in ids]

    def sentence(self) -> str:
        """Return what changes, in one sentence."""
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
