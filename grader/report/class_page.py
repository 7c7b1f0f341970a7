"""The data of the class's page: grades, and what the class did not understand."""

from __future__ import annotations

__all__ = ["ClassPage", "class_page"]

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.report.class_map import ClassMap, class_map, columns_of
from grader.report.class_numbers import (
    CheckTimesView,
    ObstacleView,
    TimesView,
    check_times_views,
    obstacle_views,
    times_views,
)
from grader.report.class_rows import StudentSheet, name_of, row_of, sheets_of
from grader.report.deliveries import NameList, name_list_of
from grader.report.distributions import Distribution, distributions_of
from grader.report.figures import Figure, draw_histogram
from grader.report.links import href_of
from grader.report.outcomes import SIGNS, Badge
from grader.report.received import Unread, unread_of
from grader.report.student_page import FreeTextView, free_text_views
from grader.report.text import BLOCK, alphabetical, clean, graded_when, line, points
from grader.report.topics import (
    ExerciseLines,
    Topic,
    exercise_lines,
    topics_of,
)
from grader.results import (
    ClassResult,
    ExerciseInfo,
    Outcome,
    Reckoning,
    State,
    SubmissionResult,
    class_warnings,
    reckon,
    total_points,
)
from grader.statistics import class_statistics

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_ERRORS = 50
MOST_NOTES = 30
MOST_OWN_WORDS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """An exercise as a column of the table; `bonus` says that its points come on top."""

    number: str
    title: str
    most: str
    bonus: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A grader error, which the instructor must look at."""

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
    missing: NameList
    strangers: NameList
    histogram: Figure | None
    topics: tuple[Topic, ...]
    more_topics: int
    columns: tuple[Column, ...]
    most: str
    signs: tuple[Badge, ...]
    sheets: tuple[StudentSheet, ...]
    count: int
    map: ClassMap | None
    distributions: tuple[Distribution, ...]
    exercises: tuple[ExerciseLines, ...]
    obstacles: tuple[ObstacleView, ...]
    more_obstacles: int
    times: tuple[TimesView, ...]
    check_times: tuple[CheckTimesView, ...]
    similar: str
    own_words: tuple[OwnWords, ...]
    more_own_words: int
    course_digest: str


def _errors(result: ClassResult) -> list[Incident]:
    return [
        Incident(
            student=name_of(submission),
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
        student=name_of(submission),
        href=href_of(submission.slug),
        count=len(submission.free_text),
        answers=free_text_views(submission),
    )


def _stats(result: ClassResult, most: float, scores: Sequence[float]) -> tuple[Stat, ...]:
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


def _scores(submissions: Sequence[SubmissionResult], reckoned: Sequence[Reckoning]) -> list[float]:
    """Return the scores of graded submissions; one that cannot be graded is not a zero."""
    return [
        float(sums.total)
        for one, sums in zip(submissions, reckoned, strict=True)
        if one.state is not State.UNREADABLE and not sums.excused
    ]


def _column(info: ExerciseInfo) -> Column:
    return Column(
        number=line(info.number, 12),
        title=line(info.title),
        most=points(info.max_points),
        bonus=info.bonus,
    )


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
    most = total_points(info.max_points for info in course.exercises if not info.bonus)
    errors = _errors(result)
    missing, strangers = name_list_of(result)
    numbers = class_statistics(result)
    topics, more_topics = topics_of(result, numbers.misconceptions)
    held_up, more_held_up = obstacle_views(numbers.obstacles, course.exercises)
    by_name = sorted(result.submissions, key=lambda s: alphabetical(s.student))
    reckoned = [reckon(submission) for submission in by_name]
    scores = _scores(by_name, reckoned)
    checks = columns_of(result)
    rows = [row_of(one, sums, course, checks) for one, sums in zip(by_name, reckoned, strict=True)]
    with_words = [submission for submission in by_name if submission.free_text]
    told = tuple(class_warnings(result.submissions))
    return ClassPage(
        title=line(course.title),
        graded=graded_when([submission.graded_at for submission in result.submissions]),
        stats=_stats(result, most, scores),
        errors=tuple(errors[:MOST_ERRORS]),
        more_errors=max(len(errors) - MOST_ERRORS, 0),
        unread=unread_of(result),
        notes=tuple(clean(note, 400) for note in result.notes[:MOST_NOTES]),
        told=tuple(clean(one, 400) for one in told[:MOST_NOTES]),
        is_changed=any(one.adjustments for one in result.submissions),
        more_told=max(len(told) - MOST_NOTES, 0),
        missing=missing,
        strangers=strangers,
        histogram=draw_histogram(scores, most) if scores else None,
        topics=topics,
        more_topics=more_topics,
        columns=tuple(map(_column, course.exercises)),
        most=points(most),
        signs=SIGNS,
        sheets=sheets_of(rows),
        count=len(rows),
        map=class_map([row.outcomes for row in sorted(rows, key=lambda row: -float(row.order))]),
        distributions=distributions_of(by_name, reckoned, course.exercises),
        exercises=exercise_lines(result, numbers.checks),
        obstacles=held_up,
        more_obstacles=more_held_up,
        times=times_views(numbers.times, course.exercises),
        check_times=check_times_views(numbers.check_times, course.exercises),
        similar=similar,
        own_words=tuple(map(_own_words, with_words[:MOST_OWN_WORDS])),
        more_own_words=max(len(with_words) - MOST_OWN_WORDS, 0),
        course_digest=line(course.digest[:12]),
    )
