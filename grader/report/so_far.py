"""Say what is right already, and what has changed since the previous attempt."""

from __future__ import annotations

__all__ = ["SinceGroup", "SinceView", "right_so_far", "since_view"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.report.text import graded_when, line, plural, points
from grader.results import Outcome

if TYPE_CHECKING:
    from grader.report.checks import Claims
    from grader.results import CourseInfo, SubmissionResult

MOST_CLAIMS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class SinceGroup:
    """Checks that have changed in one way: each with its claim and the id of its element."""

    kind: str
    title: str
    claims: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SinceView:
    """The changes since the previous attempt."""

    summary: str
    groups: tuple[SinceGroup, ...]


def right_so_far(result: SubmissionResult, course: CourseInfo) -> str:
    """Return a sentence that says what is right; empty if nothing is."""
    checks = [check for exercise in result.exercises for check in exercise.checks]
    passed = sum(check.outcome is Outcome.PASSED for check in checks)
    if not passed:
        return ""
    numbers = {info.id: line(info.number, 12) for info in course.exercises}
    whole = [
        numbers.get(exercise.id, line(exercise.id))
        for exercise in result.exercises
        if exercise.checks and all(check.outcome is Outcome.PASSED for check in exercise.checks)
    ]
    said = f"{passed} of {plural(len(checks), 'check')} passed."
    if whole:
        one, names = len(whole) == 1, ", ".join(whole)
        said += f" Exercise {names} is complete." if one else f" Exercises {names} are complete."
    return said


def since_view(result: SubmissionResult, claims: Claims) -> SinceView | None:
    """Return the changes since the previous attempt; None if there was none."""
    since = result.since
    if since is None:
        return None
    when = graded_when([since.graded_at])
    when = f" ({when[0].lower()}{when[1:]})" if when else ""
    summary = f"That attempt{when} had {plural(since.score, 'point')}"
    summary += f"; this one has {points(result.score)}."
    groups = []
    for kind, title, ids in (
        ("better", "Better", since.better),
        ("worse", "Worse", since.worse),
        ("new", "New, and not right yet", since.new),
    ):
        known = [claims[one] for one in ids if one in claims]
        shown = [(item.claim, item.anchor) for item in known[:MOST_CLAIMS]]
        if len(known) > MOST_CLAIMS:
            shown.append((f"… and {plural(len(known) - MOST_CLAIMS, 'more check')}", ""))
        if shown:
            groups.append(SinceGroup(kind=kind, title=title, claims=tuple(shown)))
    if not groups:
        summary += " No check has changed."
    return SinceView(summary=summary, groups=tuple(groups))
