"""The data of a student's page; the template only lays them out."""

from __future__ import annotations

__all__ = [
    "ExerciseView",
    "FileView",
    "FreeTextView",
    "Score",
    "StudentPage",
    "free_text_views",
    "student_page",
]

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from grader.report.advice import Advice, advice_for, by_file
from grader.report.changes_view import TotalView, total_view
from grader.report.checks import Block, Claims, blocks_of, item_of
from grader.report.deliveries import sentences_of
from grader.report.figures import Share, Sheet, draw_shares
from grader.report.outcomes import Badge, counts
from grader.report.received import ReceivedView, received_views
from grader.report.so_far import SinceView, right_so_far, since_view
from grader.report.text import (
    FREE_TEXT,
    anchor,
    clean,
    exact_points,
    graded_when,
    line,
    out_of,
    plural,
    points,
    unique,
)
from grader.report.trying import ExampleView, SourceView, example_view, source_view
from grader.results import (
    ChangeKind,
    CheckResult,
    CourseInfo,
    ExerciseInfo,
    ExerciseResult,
    Outcome,
    SubmissionResult,
    reckon,
    total_points,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from grader.results.final import ExercisePoints

MOST_ADVICE = 4
MOST_NOTES = 20
MOST_FREE_TEXT = 40
LEAST_FOLDED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Points earned, and the most that a rerun can give."""

    text: str
    most: str
    out_of: str
    has_most: bool
    provisional: str
    bar: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceView:
    """A piece of advice, the id of the element that shows it, and how to try it again."""

    advice: Advice
    target: str
    example: ExampleView | None = None
    source: SourceView | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotYet:
    """An exercise without any hand-in: its name, its points, its files."""

    name: str
    worth: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockRun:
    """A run of consecutive checks that passed, or that did not; `folded` is its summary."""

    folded: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileView:
    """One file of an exercise with its checks."""

    folder: str
    name: str
    points: str
    runs: tuple[BlockRun, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExerciseView:
    """One exercise."""

    anchor: str
    number: str
    title: str
    score: Score
    counts: tuple[Badge, ...]
    notes: tuple[str, ...]
    files: tuple[FileView, ...]
    complete: bool
    bonus: bool
    counts_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeTextView:
    """A question that a person grades, and the answer as it was written."""

    question: str
    answer: str
    graded: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentPage:
    """The whole page."""

    course: str
    student: str
    delivery: tuple[str, ...]
    refused: str
    received: tuple[ReceivedView, ...]
    score: Score
    counts: tuple[Badge, ...]
    complete: bool
    right: str
    since: SinceView | None
    advice: tuple[AdviceView, ...]
    not_yet: tuple[NotYet, ...]
    notes: tuple[str, ...]
    total: TotalView | None
    by_hand: bool
    exercises: tuple[ExerciseView, ...]
    free_text: tuple[FreeTextView, ...]
    wanted: tuple[str, ...]
    landscapes: tuple[Markup, ...]
    grader_version: str
    isolation: str
    digest: str
    graded: str


def score_view(earned: float, most: float, withheld: float, *, bonus: float = 0.0) -> Score:
    """Return a score with its bar; points withheld by a grader error make it a range."""
    sentence = ""
    text = points(earned)
    if withheld > 0:
        text = f"{points(earned)}–{points(earned + withheld)}"
        open_points = f"{plural(withheld, 'point')} {'is' if withheld == 1 else 'are'} kept open"
        sentence = (
            f"This score is provisional: {open_points}, because something went wrong on our side."
            " A rerun will settle it; it can only go up."
        )
    shares = (
        Share(size=earned, css="earned"),
        Share(size=withheld, css="withheld"),
        Share(size=max(most - earned - withheld, 0.0), css="rest"),
    )
    bar = draw_shares(shares)
    return Score(
        text=text,
        most=points(most),
        out_of=out_of(most, bonus),
        has_most=most > 0,
        provisional=sentence,
        bar=bar,
    )


def _file_view(file: str, checks: list[CheckResult], claims: Claims, sheet: Sheet) -> FileView:
    folder, _, name = line(file, 160).rpartition("/")
    most = total_points(check.max_points for check in checks)
    return FileView(
        folder=f"{folder}/" if folder else "",
        name=name or "Answers",
        points=f"{points(total_points(check.points for check in checks))} {out_of(most)}"
        if most
        else "no points",
        runs=_runs(blocks_of(checks, claims, sheet)),
    )


def _runs(blocks: Sequence[Block]) -> tuple[BlockRun, ...]:
    """Group the blocks into runs, so that passed checks can be folded."""
    runs = []
    for passed, those in itertools.groupby(blocks, key=lambda block: block.passed):
        run = tuple(those)
        folded = ""
        if passed and len(run) >= LEAST_FOLDED:
            every = len(run) == len(blocks)
            folded = f"{'All ' if every else ''}{len(run)} checks passed"
        runs.append(BlockRun(folded=folded, blocks=run))
    return tuple(runs)


def _exercise_view(
    exercise: ExerciseResult,
    info: ExerciseInfo | None,
    sums: ExercisePoints,
    *,
    name: str,
    claims: Claims,
    sheet: Sheet,
) -> ExerciseView:
    title = line(info.title) if info else line(exercise.id)
    withheld = min(exercise.withheld, float(sums.open))
    score = score_view(float(sums.points), float(sums.most), withheld)
    if sums.open and all(check.outcome is Outcome.UNREADABLE for check in exercise.checks):
        score = replace(score, text="–")
    return ExerciseView(
        anchor=name,
        number=line(info.number, 12) if info else "",
        title=title,
        score=score,
        counts=counts(exercise.checks),
        notes=_notes(exercise.notes),
        files=tuple(
            _file_view(file, checks, claims, sheet) for file, checks in by_file(exercise).items()
        ),
        complete=exercise.score >= exercise.max_score,
        bonus=exercise.bonus,
        counts_not=sums.why_not,
    )


def _notes(notes: tuple[str, ...]) -> tuple[str, ...]:
    shown = [clean(note) for note in notes[:MOST_NOTES]]
    if len(notes) > MOST_NOTES:
        shown.append(f"… and {plural(len(notes) - MOST_NOTES, 'more note')}.")
    return tuple(shown)


def free_text_views(result: SubmissionResult) -> tuple[FreeTextView, ...]:
    """Return the free-text answers of a submission."""
    worth = {(one.exercise, one.question): one.points for one in result.policy.by_hand}
    given = {
        (one.exercise, one.question): one
        for one in result.adjustments
        if one.kind is ChangeKind.ANSWER and one.counts
    }
    views = []
    for one in result.free_text[:MOST_FREE_TEXT]:
        key = (one.exercise, one.key)
        graded = ""
        if key in given:
            graded = clean(given[key].reason)
            if worth.get(key):
                points_given = exact_points(given[key].points)
                graded = f"{points_given} of {exact_points(worth[key])} points. {graded}"
        elif worth.get(key):
            graded = f"Not graded yet: up to {exact_points(worth[key])} points."
        answer = clean(one.answer, FREE_TEXT)
        views.append(FreeTextView(question=clean(one.question), answer=answer, graded=graded))
    return tuple(views)


def _advice_views(
    result: SubmissionResult, course: CourseInfo, claims: Claims
) -> tuple[AdviceView, ...]:
    """Return the advice; the first piece with its small input and its source."""
    checks = {check.id: check for exercise in result.exercises for check in exercise.checks}
    views = [
        AdviceView(advice=advice, target=claims[advice.check].anchor)
        for advice in advice_for(result, course)[:MOST_ADVICE]
    ]
    if views:
        first = checks[views[0].advice.check]
        views[0] = replace(views[0], example=example_view(first), source=source_view(first))
    return tuple(views)


def _not_yet(result: SubmissionResult, course: CourseInfo) -> tuple[NotYet, ...]:
    """Return the exercises without anything to check."""
    checked = {
        one.id
        for one in result.exercises
        if any(check.outcome is not Outcome.SKIPPED for check in one.checks)
    }
    return tuple(
        NotYet(
            name=f"Exercise {line(info.number, 12)}: {line(info.title)}",
            worth=plural(info.max_points, "point"),
            files=tuple(line(file, 160) for file in info.files),
        )
        for info in course.exercises
        if info.id not in checked
    )


def student_page(result: SubmissionResult, course: CourseInfo) -> StudentPage:
    """Return the page of one submission.

    Parameters
    ----------
    result : SubmissionResult
        What came of it. Its seeds are the instructor's and are not taken over.
    course : CourseInfo
        Titles and landscapes.
    """
    sheet = Sheet(course.backgrounds)
    checks = [check for exercise in result.exercises for check in exercise.checks]
    taken: set[str] = set()
    claims = {check.id: item_of(check, taken) for check in checks}
    infos = {info.id: info for info in course.exercises}
    found = reckon(result)
    exercises = tuple(
        _exercise_view(
            exercise,
            infos.get(exercise.id),
            sums,
            name=unique(anchor("exercise", exercise.id), taken),
            claims=claims,
            sheet=sheet,
        )
        for exercise, sums in zip(result.exercises, found.exercises, strict=True)
    )
    possible = total_points(i.max_points for i in course.exercises if not i.bonus)
    most = float(found.most) or possible
    withheld = min(result.withheld, float(found.open))
    bonus = total_points(exercise.max_score for exercise in result.exercises)
    return StudentPage(
        course=line(course.title),
        student=line(result.student) or "A submission without a name",
        delivery=sentences_of(result.delivery, costs=any(one.taken for one in found.late)),
        refused="" if found.by_hand else clean(result.refused, 1_000),
        score=score_view(float(found.total), most, withheld, bonus=bonus),
        total=total_view(result, course, found),
        by_hand=bool(result.policy.by_hand),
        received=received_views(result),
        counts=counts(checks),
        complete=bool(checks) and all(check.outcome is Outcome.PASSED for check in checks),
        right=right_so_far(result, course),
        since=since_view(result, claims),
        advice=_advice_views(result, course, claims),
        not_yet=_not_yet(result, course),
        notes=_notes(result.notes),
        exercises=exercises,
        free_text=free_text_views(result),
        wanted=tuple(file for info in course.exercises for file in info.files),
        landscapes=sheet.landscapes,
        grader_version=line(result.grader_version, 40),
        isolation=line(result.isolation, 80),
        digest=line(result.digest[:12]),
        graded=graded_when([result.graded_at]),
    )
