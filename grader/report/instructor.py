"""The instructor's page about one submission: everything that its author may not see."""

from __future__ import annotations

__all__ = ["InstructorPage", "instructor_page"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.report.checks import Grid, frames_of, grid_of
from grader.report.figures import Figure, Sheet
from grader.report.links import href_of
from grader.report.mosaic import MosaicView, mosaic_view
from grader.report.outcomes import Badge, badge
from grader.report.text import (
    BLOCK,
    PRINTED,
    anchor,
    clean,
    exact_points,
    graded_when,
    line,
    out_of,
    points,
    unique,
    words,
)
from grader.results import (
    CheckResult,
    CourseInfo,
    Evidence,
    ExerciseInfo,
    ExerciseResult,
    Outcome,
    SourceLine,
    State,
    SubmissionResult,
    joined,
    reckon,
    total_points,
)
from grader.util.wording import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_MOSAICS = 8
MOST_NOTES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class InstructorOnly:
    """The data of a check that only the instructor sees."""

    where: str
    claim: str
    badge: Badge
    message: str
    expected: str
    got: str
    hint: str
    traceback: tuple[SourceLine, ...]
    printed: str
    figures: tuple[Figure, ...]
    grids: tuple[Grid, ...]
    mosaics: tuple[MosaicView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCheck:
    """A check that did not pass, with the mistakes that were recognised."""

    anchor: str
    href: str
    where: str
    claim: str
    badge: Badge
    mistakes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """The seed of an exercise's inputs, and the resources that grading used."""

    exercise: str
    points: str
    seed: str
    usage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InstructorPage:
    """The whole page."""

    course: str
    student: str
    href: str
    total: str
    out_of: str
    kept: tuple[InstructorOnly, ...]
    open_checks: tuple[OpenCheck, ...]
    notes: tuple[str, ...]
    seeds: tuple[Seed, ...]
    digest: str
    isolation: str
    grader_version: str
    graded: str
    course_digest: str


def instructor_page(result: SubmissionResult, course: CourseInfo) -> InstructorPage:
    """Return the page about one submission.

    Parameters
    ----------
    result : SubmissionResult
        All that came of it.
    course : CourseInfo
        Titles.
    """
    sheet = Sheet(course.backgrounds)
    infos = {info.id: info for info in course.exercises}
    found = reckon(result)
    total = exact_points(found.total)
    if result.state is State.UNREADABLE:
        total = "No grade"
    elif found.excused:
        total = "Excused"
    elif found.open and result.provisional:
        total = f"{total}–{exact_points(found.at_most)}"
    if found.is_changed:
        total = f"{total} (graded {exact_points(found.raw)})"
    return InstructorPage(
        course=line(course.title),
        student=line(result.student) or "A submission without a name",
        href=href_of(result.slug),
        total=total,
        out_of=out_of(float(found.most), total_points(e.max_score for e in result.exercises)),
        kept=tuple(
            _kept(check, infos.get(exercise.id), sheet)
            for exercise in result.exercises
            for check in exercise.checks
            if _has_more(check)
        ),
        open_checks=_open_checks(result, infos),
        notes=tuple(
            clean(note)
            for exercise in result.exercises
            for note in exercise.notes_for_instructor[:MOST_NOTES]
        ),
        seeds=tuple(_seed(exercise, infos.get(exercise.id)) for exercise in result.exercises),
        digest=line(result.digest, 80) or "nothing was opened",
        isolation=line(result.isolation, 120),
        grader_version=line(result.grader_version, 40),
        graded=graded_when([result.graded_at]),
        course_digest=line(result.course_digest, 80),
    )


def _open_checks(
    result: SubmissionResult, infos: Mapping[str, ExerciseInfo]
) -> tuple[OpenCheck, ...]:
    """Return the checks that did not pass; the class's page links to them.

    Their anchors are those of the student's page, but where two ids differ in signs alone.
    """
    taken: set[str] = set()
    page = href_of(result.slug)
    found = []
    for exercise in result.exercises:
        info = infos.get(exercise.id)
        place = f"Exercise {line(info.number, 12)} · " if info else ""
        for check in exercise.checks:
            if check.outcome is Outcome.PASSED and not check.diagnoses:
                continue
            name = unique(anchor("check", check.id), taken)
            found.append(
                OpenCheck(
                    anchor=name,
                    href=f"../{page}#{name}" if page else "",
                    where=f"{place}{line(check.file)}",
                    claim=clean(check.claim or check.id),
                    badge=badge(check),
                    mistakes=tuple(dict.fromkeys(words(d.name) for d in check.diagnoses)),
                )
            )
    return tuple(found)


def _has_more(check: CheckResult) -> bool:
    """Return whether a check has data that its author does not see."""
    secret = check.confidential and (
        check.printed.strip() or check.outcome is not Outcome.PASSED or check.evidence != Evidence()
    )
    ours = check.outcome is Outcome.GRADER_ERROR
    return bool(secret or ours or check.for_instructor != Evidence())


def _kept(check: CheckResult, info: ExerciseInfo | None, sheet: Sheet) -> InstructorOnly:
    kept = check.confidential
    shown = joined(check.evidence, check.for_instructor) if kept else check.for_instructor
    place = f"Exercise {line(info.number, 12)} · " if info else ""
    return InstructorOnly(
        where=f"{place}{line(check.file)}",
        claim=clean(check.claim or check.id),
        badge=badge(check),
        message=clean(check.message, BLOCK),
        expected=clean(check.expected, BLOCK) if kept else "",
        got=clean(check.got, BLOCK) if kept else "",
        hint=clean(check.hint, BLOCK) if kept else "",
        traceback=frames_of(check.traceback) if kept else (),
        printed=clean(check.printed.strip(), PRINTED) if kept else "",
        figures=sheet.draw(shown, mosaics=False),
        grids=tuple(map(grid_of, shown.tables)),
        mosaics=tuple(map(mosaic_view, shown.mosaics[:MOST_MOSAICS])),
    )


def _seed(exercise: ExerciseResult, info: ExerciseInfo | None) -> Seed:
    title = f"{line(info.number, 12)} {line(info.title)}" if info else line(exercise.id)
    return Seed(
        exercise=title,
        points=f"{points(exercise.score)} {out_of(exercise.max_score)}",
        seed=str(exercise.seed),
        usage=_usage(exercise),
    )


def _usage(exercise: ExerciseResult) -> str:
    usage = exercise.usage
    facts = [f"{usage.wall_seconds:.2f} s elapsed"]
    if usage.cpu_seconds is not None:
        facts.append(f"{usage.cpu_seconds:.2f} s of processor time")
    if usage.peak_memory_mib is not None:
        facts.append(f"up to {usage.peak_memory_mib:.0f} MiB in memory")
    facts.append(counted(usage.calls, "call"))
    if usage.restarts:
        facts.append(counted(usage.restarts, "restart"))
    if usage.load_average is not None:
        facts.append(f"load {usage.load_average:.1f}")
    return ", ".join(facts)
