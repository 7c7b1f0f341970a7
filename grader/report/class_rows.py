"""The rows of the class's table, in sheets of a hundred: a browser lays out one at a time."""

from __future__ import annotations

__all__ = ["GroupCell", "Row", "StudentSheet", "name_of", "row_of", "sheets_of"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.report.advice import advice_for
from grader.report.class_map import letters_of
from grader.report.deliveries import marks_of
from grader.report.links import href_of, instructors
from grader.report.outcomes import Badge, counts
from grader.report.text import exact_points, line, points
from grader.results import (
    EXCUSED,
    CourseInfo,
    ExerciseInfo,
    Outcome,
    Reckoning,
    State,
    SubmissionResult,
)
from grader.statistics import was_handed_in

if TYPE_CHECKING:
    from collections.abc import Sequence

SHEET = 100
"""Rows in a sheet: a browser lays out and sorts this many at once; class.js has the same number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCell:
    """A student's points in an exercise; `shade` is a CSS class for few or all points, or empty."""

    text: str
    shade: str
    order: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A student's row of the table.

    Attributes
    ----------
    order : str
        What the column of totals is sorted by.
    outcomes : str
        What came of each check of the class, a letter each: `grader.report.class_map`.
    """

    student: str
    href: str
    instructors: str
    marks: tuple[str, ...]
    cells: tuple[GroupCell, ...]
    total: str
    order: str
    counts: tuple[Badge, ...]
    look_at: str
    outcomes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentSheet:
    """A sheet of rows, and its title: "Students 101 to 200: Bauer to Costa"."""

    title: str
    rows: tuple[Row, ...]


def name_of(submission: SubmissionResult) -> str:
    """Return the name of a student on the page."""
    return line(submission.student) or line(submission.slug) or "without a name"


def _cell(submission: SubmissionResult, info: ExerciseInfo, reckoned: Reckoning) -> GroupCell:
    found = next((e for e in submission.exercises if e.id == info.id), None)
    sums = next((e for e in reckoned.exercises if e.exercise == info.id), None)
    if found is None or sums is None:
        return GroupCell(text="–", shade="", order="-1")
    if sums.why_not == EXCUSED:
        return GroupCell(text="exc.", shade="", order="-0.6")
    if (sums.points, sums.most) != (sums.raw, sums.raw_most):
        earned, most = float(sums.points), float(sums.most)
        shade = " t4" if earned >= most else " t0" if earned < most / 4 else ""
        return GroupCell(text=f"{points(earned)}*", shade=shade, order=f"{earned:g}")
    if not any(map(was_handed_in, found.checks)):
        return GroupCell(text="–", shade="", order="-0.5")  # nothing was handed in for the exercise
    if all(check.outcome is Outcome.UNREADABLE for check in found.checks):
        return GroupCell(text="?", shade="", order="-0.4")  # the files that came cannot be graded
    most = found.max_score or info.max_points
    text = points(found.score)
    if found.withheld:
        text = f"{text}–{points(found.score + found.withheld)}"
    share = found.score / most if most else 1.0
    shade = " t4" if share >= 1 else " t0" if share < 0.25 else ""
    return GroupCell(text=text, shade=shade, order=f"{found.score:g}")


def row_of(
    submission: SubmissionResult, found: Reckoning, course: CourseInfo, columns: Sequence[str]
) -> Row:
    """Return a student's row.

    Parameters
    ----------
    submission : SubmissionResult
        What came of it.
    found : Reckoning
        What it comes to.
    course : CourseInfo
        Numbers and titles of the exercises.
    columns : sequence of str
        The checks of the class, by id: what came of them is a letter each.
    """
    low = float(found.total)
    high = low + min(submission.withheld, float(found.open))
    advice = advice_for(submission, course)
    look_at = ""
    if advice:
        look_at = f"{advice[0].where.partition(' · ')[0]}: {line(advice[0].brief, 90)}"
    elif submission.state is State.EMPTY:
        look_at = "nothing was handed in"
    unread = submission.state is State.UNREADABLE
    if unread:
        look_at = "no grade: what came cannot be graded"
    return Row(
        student=name_of(submission),
        href=href_of(submission.slug),
        instructors=instructors(submission.slug),
        marks=(*marks_of(submission.delivery), *_changed(submission, found)),
        cells=tuple(_cell(submission, info, found) for info in course.exercises),
        total="excused"
        if found.excused
        else "?"
        if unread
        else f"{points(low)}–{points(high)}"
        if high > low
        else points(low),
        order="-1" if unread or found.excused else f"{low:g}",
        counts=counts(c for e in submission.exercises for c in e.checks),
        look_at=look_at,
        outcomes=letters_of(submission, columns),
    )


def _changed(submission: SubmissionResult, found: Reckoning) -> tuple[str, ...]:
    """Return the remark behind a name if the total differs from the graded points."""
    marks = [f"graded {exact_points(found.raw)}"] if found.is_changed and not found.excused else []
    if taken := sum(one.taken for one in found.late):
        marks.append(f"\N{MINUS SIGN}{exact_points(taken)} for lateness")
    if any(one.stale or not one.counts for one in submission.adjustments):
        marks.append("look again")
    return tuple(marks)


def sheets_of(rows: Sequence[Row]) -> tuple[StudentSheet, ...]:
    """Return the lines in sheets of a hundred."""
    parts = [rows[at : at + SHEET] for at in range(0, len(rows), SHEET)]
    return tuple(
        StudentSheet(
            title=f"Students {at * SHEET + 1:,} to {at * SHEET + len(part):,}:"
            f" {part[0].student} to {part[-1].student}",
            rows=tuple(part),
        )
        for at, part in enumerate(parts)
    )
