"""Grade the one submission of a container, one exercise at a time.

After each exercise a complete ``results.json`` is written, in which the exercises that are not
graded yet have grader errors: so the container may end at any moment and no point is lost.
"""

from __future__ import annotations

__all__ = ["grade_here", "keep", "student_of"]

import contextlib
import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import msgspec

from grader.course import Course, load_course
from grader.course.salt import load_salt
from grader.errors import GraderError, IntakeError
from grader.exports.gradescope import gradescope_results, smallest_results
from grader.intake import Layout, open_submission
from grader.integrations.gradescope.isolation import choose
from grader.judge import Judge
from grader.judge.ungradable import why_unread
from grader.report import for_student
from grader.util.atomic import write_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from grader.course import Exercise
    from grader.intake.sealed import Sealed
    from grader.integrations.gradescope.container import Places, Settings
    from grader.results import ExerciseResult, SubmissionResult
    from grader.sandbox.launcher import Limits

SLUG = "submission"
METADATA_BYTES = 4 << 20
NOT_YET = "This exercise was not reached before the container was ended."
SHORT = 20_000
DISK = "The disk of the container was full: this is the score, without what is to be said of it. "


@dataclass(frozen=True, slots=True)
class _Desk:
    """The objects that grade the one submission."""

    places: Places
    settings: Settings
    course: Course
    judge: Judge
    words: str


def grade_here(places: Places, settings: Settings, tell: Callable[[str], None]) -> SubmissionResult:
    """Grade the submission in the container, and write its results after every exercise.

    Parameters
    ----------
    places : Places
        The paths in the container.
    settings : Settings
        The autograder's settings.
    tell : callable
        Called with a line for the instructor.

    Returns
    -------
    SubmissionResult
        The result as written last.

    Raises
    ------
    GraderError
        Nothing could be graded because of a grader error; the results say so.
    """
    course = _with_patience(load_course(places.course, settings.exercises), settings.patience)
    salt_file = places.course / ".grader" / "salt"
    solution = places.course / "solutions" / course.files[0]
    secrets = [salt_file, solution, places.results, places.metadata]
    try:
        chosen = choose(settings.isolation, secrets, course.stubs)
    except GraderError as error:
        notice = f"Provisional: an error of the grader. No points are lost. {error}"
        keep(places.results, [smallest_results(0, notice)])
        raise
    tell(f"isolation: {chosen.words}")
    judge = Judge(course, chosen.launcher, load_salt(places.course))
    try:
        return _grade(_Desk(places, settings, course, judge, chosen.words), tell)
    finally:
        chosen.launcher.close()


def _grade(desk: _Desk, tell: Callable[[str], None]) -> SubmissionResult:
    name = student_of(desk.places.metadata)
    result = desk.judge.withhold(name, SLUG, NOT_YET)
    _write(desk, result)
    try:
        sealed = open_submission(
            desk.places.submission, Layout.of(desk.course.files, desk.course.stubs)
        )
    except IntakeError as error:
        result = desk.judge.refuse(name, SLUG, str(error))
        _write(desk, result)
        return result
    result = replace(result, digest=sealed.digest)
    for again in (False, True):
        for exercise in desk.course.exercises:
            if again and not _of(result, exercise).withheld:
                continue
            tell(f"{'again: ' if again else ''}{exercise.number} {exercise.title}")
            result = _with_exercise(desk, result, exercise, sealed)
            _write(desk, result)
    return result


def _with_exercise(
    desk: _Desk, result: SubmissionResult, exercise: Exercise, sealed: Sealed
) -> SubmissionResult:
    """Return the result with one more exercise graded."""
    alone = replace(desk.judge, course=desk.course.only([exercise.id]))
    try:
        graded = alone.grade(sealed, SLUG)
    except Exception as error:  # noqa: BLE001  (an error of ours costs no other exercise)
        graded = alone.withhold(sealed.name, SLUG, f"The grader itself failed ({error}).")
    new = graded.exercises[0]
    exercises = tuple(new if old.id == new.id else old for old in result.exercises)
    notes = tuple(dict.fromkeys((*result.notes, *graded.notes)))
    return replace(
        result,
        exercises=exercises,
        notes=notes,
        refused=why_unread(exercises),
        received=graded.received or result.received,
    )


def _of(result: SubmissionResult, exercise: Exercise) -> ExerciseResult:
    return next(found for found in result.exercises if found.id == exercise.id)


def _with_patience(course: Course, patience: float) -> Course:
    """Return the course with longer limits on elapsed time; limits on processor time stay."""

    def patient(limits: Limits) -> Limits:
        computing = limits.call_cpu_seconds
        return replace(
            limits,
            import_seconds=limits.import_seconds * patience,
            call_seconds=limits.call_seconds * patience,
            # The same share of the elapsed time as before.
            call_cpu_seconds=None if computing is None else computing * patience,
            exercise_wall_seconds=limits.exercise_wall_seconds * patience,
        )

    return Course(
        course.title,
        course.root,
        course.digest,
        tuple(
            replace(
                exercise,
                limits=patient(exercise.limits),
                other_run_configs=tuple(
                    replace(way, limits=patient(way.limits)) for way in exercise.other_run_configs
                ),
            )
            for exercise in course.exercises
        ),
    )


def student_of(metadata: Path) -> str:
    """Return the submission's people from Gradescope's metadata; names of a group are joined."""
    wrong = (OSError, msgspec.MsgspecError, RecursionError, AttributeError, TypeError)
    with contextlib.suppress(*wrong):
        with metadata.open("rb") as file:
            said: Any = msgspec.json.decode(file.read(METADATA_BYTES))
        names = [user.get("name") or user.get("email") for user in said.get("users") or ()]
        return ", ".join(name for name in names if isinstance(name, str))
    return ""


# ---------------------------------------------------------------------------- results.json


def _write(desk: _Desk, result: SubmissionResult) -> None:
    shown = replace(for_student(result), isolation=desk.words)
    hidden = desk.settings.hidden
    info = desk.course.info
    keep(
        desk.places.results,
        [
            gradescope_results(shown, info, hidden=hidden),
            gradescope_results(shown, info, hidden=hidden, size=SHORT),
            smallest_results(result.final_score, DISK),
        ],
    )


def keep(path: Path, contents: Iterable[bytes]) -> None:
    """Write the first of several contents that fits on the disk.

    Each is written to a draft and moved into place. If none fits, the last and shortest is written
    into the existing file's own blocks and padded with blanks.
    """
    last = b""
    for last in contents:
        with contextlib.suppress(OSError):
            write_whole(path, last, mode=0o600)
            return
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        size = os.fstat(descriptor).st_size
        os.pwrite(descriptor, last.ljust(size), 0)
        if size > len(last):
            return
        os.ftruncate(descriptor, len(last))
    finally:
        os.close(descriptor)
