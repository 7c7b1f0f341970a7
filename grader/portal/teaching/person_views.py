"""The data of staff's pages on one student."""

from __future__ import annotations

__all__ = [
    "KINDS",
    "ChangeLine",
    "HandedFile",
    "StaffCheck",
    "change_line",
    "check_lines",
    "exercise_lines",
    "file_views",
]

from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.languages import N_
from grader.portal.identity import Permission
from grader.portal.limits_of_attempts import when_in_words
from grader.portal.teaching.rule_forms import duration
from grader.report.outcomes import badge
from grader.report.text import clean, exact_points, line, points
from grader.results import ChangeKind, Visibility, reckon
from grader.statistics.handed_in import was_handed_in
from grader.util.wording import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.course import Course
    from grader.report.outcomes import Badge
    from grader.results import Adjusted, SubmissionResult

MOST_FILES, MOST_BYTES, MOST_LETTERS = 60, 400_000, 60_000
# What can be changed by a form, and what somebody has to be allowed for it.
KINDS = {
    ChangeKind.POINTS: ("Points", Permission.ADJUST),
    ChangeKind.BONUS: ("Bonus on top of the whole", Permission.ADJUST),
    ChangeKind.EXCUSED: ("Excused", Permission.ADJUST),
    ChangeKind.EXTENSION: (N_("Extension"), Permission.EXTEND),
    ChangeKind.HANDED_IN: ("Handed in at another time", Permission.ADJUST),
    ChangeKind.COMMENT: ("Comment", Permission.WORK_GRADE),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """A change by hand, as texts."""

    number: int
    what: str
    about: str
    reason: str
    author: str
    when: str
    notes: tuple[str, ...]
    stale: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnExercise:
    """The state of an exercise of one student."""

    number: str
    title: str
    graded: str
    counts: str
    most: str
    deadline: str
    notes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffCheck:
    """A check, in full."""

    id: str
    exercise: str
    claim: str
    badge: Badge
    points: str
    hidden: bool
    said: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedFile:
    """A file that was handed in."""

    name: str
    size: str
    text: str
    note: str


def change_line(one: Adjusted, course: Course) -> ChangeLine:
    """Return a change by hand, as texts."""
    titles = {each.id: f"{each.number} {each.title}" for each in course.exercises}
    what = {
        ChangeKind.POINTS: f"{one.points:+f} points",
        ChangeKind.SET: f"set to {exact_points(one.points)} points",
        ChangeKind.BONUS: f"bonus of {exact_points(one.points)} points",
        ChangeKind.ANSWER: f"answer graded with {exact_points(one.points)} points",
        ChangeKind.EXTENSION: f"extension of {duration(int(one.value or 0))}"
        if one.value.isdecimal()
        else "extension",
        ChangeKind.HANDED_IN: f"handed in at {one.value}",
        ChangeKind.EXCUSED: "excused",
        ChangeKind.COMMENT: "comment",
    }[one.kind]
    notes = []
    if not one.counts:
        notes.append("does not count: not all who handed in together have it")
    if one.stale:
        notes.append("what it is about has been changed since: look again")
    about = one.question or one.check or titles.get(one.exercise, one.exercise) or "the whole"
    return ChangeLine(
        number=one.number,
        what=what,
        about=about,
        reason=one.reason,
        author=one.author,
        when=when_in_words(one.made_at) if one.made_at else "",
        notes=tuple(notes),
        stale=one.stale,
    )


def exercise_lines(
    course: Course, result: SubmissionResult | None, deadlines: Mapping[str, str]
) -> list[OwnExercise]:
    """Return the state of each exercise."""
    reckoned = reckon(result) if result else None
    own = {one.exercise: one for one in reckoned.exercises} if reckoned else {}
    there = {
        one.id
        for one in (result.exercises if result else ())
        if any(map(was_handed_in, one.checks))
    }
    found = []
    for info in course.info.exercises:
        one = own.get(info.id)
        notes = []
        if one is not None:
            notes += [one.why_not] if one.why_not else []
            if one.open:
                notes.append(f"{exact_points(one.open)} points open, by an error of the grader")
            notes += [f"{counted(one.waiting, 'answer')} to grade"] * bool(one.waiting)
        if info.id not in there:
            notes.append("nothing handed in")
        deadline = deadlines.get(info.id, "")
        found.append(
            OwnExercise(
                number=info.number,
                title=info.title,
                graded=exact_points(one.raw) if one and info.id in there else "",
                counts=exact_points(one.points) if one else "",
                most=exact_points(one.most) if one else "",
                deadline=when_in_words(deadline) if deadline else "",
                notes="; ".join(notes),
            )
        )
    return found


def check_lines(course: Course, result: SubmissionResult | None) -> list[StaffCheck]:
    """Return all checks with their results, in the course's order."""
    titles = {one.id: f"{one.number} {one.title}" for one in course.exercises}
    found = []
    for exercise in result.exercises if result else ():
        for check in exercise.checks:
            said = [
                ("", check.message),
                *(("mistake", one.sentence) for one in check.diagnoses),
                ("expected", check.expected),
                ("got", check.got),
                ("hint", check.hint),
                ("printed", check.printed),
            ]
            where = ", ".join(
                f"{one.file}:{one.line} {one.code}".strip() for one in check.traceback[-3:]
            )
            said.append(("at", where))
            found.append(
                StaffCheck(
                    id=check.id,
                    exercise=titles.get(exercise.id, exercise.id),
                    claim=check.claim,
                    badge=badge(check),
                    points=f"{points(check.points)} of {points(check.max_points)}",
                    hidden=check.visibility is Visibility.HIDDEN,
                    said=tuple((name, clean(text, 1_500)) for name, text in said if text),
                )
            )
    return found


def file_views(files: Mapping[str, bytes]) -> list[HandedFile]:
    """Return the files that were handed in, as text where they are text."""
    found = []
    for name, content in list(files.items())[:MOST_FILES]:
        text, note = "", ""
        if len(content) > MOST_BYTES:
            note = "too large to be shown here"
        elif b"\0" in content:
            note = "not a text"
        else:
            text = clean(content.decode("utf-8", "replace"), MOST_LETTERS)
            note = "" if len(content) < MOST_LETTERS else "the rest is left out"
        size = f"{len(content):,} bytes"
        found.append(HandedFile(name=line(name, 200), size=size, text=text, note=note))
    return found
