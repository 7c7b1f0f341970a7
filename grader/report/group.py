"""The class's page as data: who stands where, and what the class did not understand."""

from __future__ import annotations

__all__ = ["ClassPage", "class_page"]

import statistics
from dataclasses import dataclass

from grader.report.advice import advice_for
from grader.report.class_numbers import (
    CheckTimesView,
    ObstacleView,
    TimesView,
    check_times_views,
    obstacle_views,
    times_views,
)
from grader.report.deliveries import Roll, marks_of, roll_of
from grader.report.figures import Figure, Sheet, draw_histogram
from grader.report.links import href_of, instructors
from grader.report.outcomes import SIGNS, Badge, counts
from grader.report.received import Unread, unread_of
from grader.report.student_page import FreeTextView, free_text_views
from grader.report.text import BLOCK, clean, exact_points, graded_when, line, points
from grader.report.topics import (
    ExerciseLines,
    Topic,
    exercise_lines,
    topics_of,
)
from grader.results import (
    EXCUSED,
    ClassResult,
    CourseInfo,
    ExerciseInfo,
    Outcome,
    Reckoning,
    State,
    SubmissionResult,
    reckon,
    told_of_class,
    total_points,
)
from grader.statistics import class_statistics, was_handed_in

MOST_ERRORS = 50
MOST_NOTES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupCell:
    """A student's points in an exercise; `shade` is a class: little, all, or none of both."""

    text: str
    shade: str
    order: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """An exercise as a column: its number, its title, its points, whether they come on top."""

    number: str
    title: str
    most: str
    bonus: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A student's line. `order` is what the column of totals is sorted by."""

    student: str
    href: str
    instructors: str
    marks: tuple[str, ...]
    cells: tuple[GroupCell, ...]
    total: str
    order: str
    counts: tuple[Badge, ...]
    look_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Something that the instructor must look at: an error of ours."""

    student: str
    href: str
    check: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnWords:
    """A student's answers that wait for a person to grade them."""

    student: str
    href: str
    count: int
    answers: tuple[FreeTextView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stat:
    """One number about the class."""

    value: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassPage:
    """The whole page."""

    title: str
    graded: str
    stats: tuple[Stat, ...]
    errors: tuple[Incident, ...]
    more_errors: int
    unread: tuple[Unread, ...]
    notes: tuple[str, ...]
    told: tuple[str, ...]
    more_told: int
    is_changed: bool
    missing: Roll
    strangers: Roll
    histogram: Figure | None
    topics: tuple[Topic, ...]
    more_topics: int
    columns: tuple[Column, ...]
    most: str
    signs: tuple[Badge, ...]
    rows: tuple[Row, ...]
    exercises: tuple[ExerciseLines, ...]
    obstacles: tuple[ObstacleView, ...]
    more_obstacles: int
    times: tuple[TimesView, ...]
    check_times: tuple[CheckTimesView, ...]
    similar: str
    own_words: tuple[OwnWords, ...]
    course_digest: str


def _name(submission: SubmissionResult) -> str:
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
        return GroupCell(text="–", shade="", order="-0.5")  # nothing was handed in
    if all(check.outcome is Outcome.UNREADABLE for check in found.checks):
        return GroupCell(text="?", shade="", order="-0.4")  # what came cannot be graded
    most = found.max_score or info.max_points
    text = points(found.score)
    if found.withheld:
        text = f"{text}–{points(found.score + found.withheld)}"
    share = found.score / most if most else 1.0
    shade = " t4" if share >= 1 else " t0" if share < 0.25 else ""
    return GroupCell(text=text, shade=shade, order=f"{found.score:g}")


def _row(submission: SubmissionResult, course: CourseInfo) -> Row:
    found = reckon(submission)
    low = float(found.total)
    high = low + min(submission.withheld, float(found.open))
    advice = advice_for(submission, course)
    look_at = ""
    if advice:
        look_at = f"{advice[0].where.partition(' · ')[0]}: {line(advice[0].brief, 90)}"
    unread = submission.state is State.UNREADABLE
    if unread:
        look_at = "no grade: what came cannot be graded"
    return Row(
        student=_name(submission),
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
    )


def _changed(submission: SubmissionResult, found: Reckoning) -> tuple[str, ...]:
    """Return what stands behind a name where the total is not what was graded."""
    marks = [f"graded {exact_points(found.raw)}"] if found.is_changed and not found.excused else []
    if taken := sum(one.taken for one in found.late):
        marks.append(f"\N{MINUS SIGN}{exact_points(taken)} for lateness")
    if any(one.stale or not one.counts for one in submission.adjustments):
        marks.append("look again")
    return tuple(marks)


def _errors(result: ClassResult) -> list[Incident]:
    return [
        Incident(
            student=_name(submission),
            href=href_of(submission.slug),
            check=line(check.id, 200),
            message=clean(check.message, BLOCK),
        )
        for submission in result.submissions
        for exercise in submission.exercises
        for check in exercise.checks
        if check.outcome is Outcome.GRADER_ERROR
    ]


def _own_words(submission: SubmissionResult) -> OwnWords:
    return OwnWords(
        student=_name(submission),
        href=href_of(submission.slug),
        count=len(submission.free_text),
        answers=free_text_views(submission),
    )


def _stats(result: ClassResult, most: float) -> tuple[Stat, ...]:
    scores = _scores(result)
    whole = f" of {points(most)}" if most else " (bonus alone)"
    count = len(result.submissions)
    stats = [Stat(value=str(count), name="submission" if count == 1 else "submissions")]
    if scores:
        stats += [
            Stat(value=points(statistics.median(scores)), name=f"median{whole}"),
            Stat(value=points(statistics.fmean(scores)), name=f"mean{whole}"),
        ]
        full = sum(score >= most for score in scores) if most else 0
        stats.append(Stat(value=str(full), name="with full marks"))
    if result.public_only:
        stats.append(Stat(value="public", name="checks alone: no grades"))
    if result.trial:
        stats.append(Stat(value="trial", name="gives way to the next grading"))
    open_scores = sum(submission.provisional for submission in result.submissions)
    if open_scores:
        stats.append(Stat(value=str(open_scores), name="provisional"))
    unread = len(result.submissions) - len(scores)
    if unread:
        stats.append(Stat(value=str(unread), name="without a grade"))
    late = sum(submission.delivery.late for submission in result.submissions)
    if late:
        stats.append(Stat(value=str(late), name="late"))
    if result.missing:
        stats.append(Stat(value=str(len(result.missing)), name="not handed in"))
    return tuple(stats)


def _scores(result: ClassResult) -> list[float]:
    """Return the scores of all who have one: what cannot be graded is no zero."""
    found = [(one, reckon(one)) for one in result.submissions]
    return [
        float(sums.total)
        for one, sums in found
        if one.state is not State.UNREADABLE and not sums.excused
    ]


def class_page(result: ClassResult, similar: str = "") -> ClassPage:
    """Return the page of a class.

    Parameters
    ----------
    result : ClassResult
        All that was graded. Messages of the grader's errors stand here, not on a student's page.
    similar : str
        The address of the page of similar submissions, where there is one.
    """
    course = result.course
    sheet = Sheet()
    most = total_points(info.max_points for info in course.exercises if not info.bonus)
    errors = _errors(result)
    missing, strangers = roll_of(result)
    numbers = class_statistics(result)
    topics, more_topics = topics_of(result, numbers.misconceptions)
    held_up, more_held_up = obstacle_views(numbers.obstacles, course.exercises)
    by_name = sorted(result.submissions, key=lambda s: line(s.student).casefold())
    scores = _scores(result)
    told = tuple(told_of_class(result.submissions))
    return ClassPage(
        title=line(course.title),
        graded=graded_when([submission.graded_at for submission in result.submissions]),
        stats=_stats(result, most),
        errors=tuple(errors[:MOST_ERRORS]),
        more_errors=max(len(errors) - MOST_ERRORS, 0),
        unread=unread_of(result),
        notes=tuple(clean(note, 400) for note in result.notes[:MOST_NOTES]),
        told=tuple(clean(one, 400) for one in told[:MOST_NOTES]),
        is_changed=any(one.adjustments for one in result.submissions),
        more_told=max(len(told) - MOST_NOTES, 0),
        missing=missing,
        strangers=strangers,
        histogram=draw_histogram(scores, most, sheet.key()) if scores else None,
        topics=topics,
        more_topics=more_topics,
        columns=tuple(
            Column(
                number=line(e.number, 12),
                title=line(e.title),
                most=points(e.max_points),
                bonus=e.bonus,
            )
            for e in course.exercises
        ),
        most=points(most),
        signs=SIGNS,
        rows=tuple(_row(submission, course) for submission in by_name),
        exercises=exercise_lines(result, sheet, numbers.checks),
        obstacles=held_up,
        more_obstacles=more_held_up,
        times=times_views(numbers.times, course.exercises),
        check_times=check_times_views(numbers.check_times, course.exercises),
        similar=similar,
        own_words=tuple(_own_words(submission) for submission in by_name if submission.free_text),
        course_digest=line(course.digest[:12]),
    )
