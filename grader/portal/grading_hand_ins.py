"""Grade hand-ins in a worker of the portal, one at a time, with zygotes that stay warm.

Of a hand-in those exercises are graded for which it was taken; the others keep what they came to
when they were handed in. All of it is stored in the transaction that ends the hand-in.
"""

from __future__ import annotations

__all__ = ["GradingPlan", "HandInGrader", "HandInTask", "begin_grading", "grade_hand_in"]

import atexit
import contextlib
import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import select

from grader.course import load_course
from grader.course.reloading import AnotherCourseError
from grader.course.salt import load_salt
from grader.errors import CourseError, GraderError
from grader.executors.progress_board import Board
from grader.executors.tasks import explained
from grader.gradebook import Conditions, Gradebook, stored
from grader.gradebook.book import standing_of
from grader.gradebook.hand_ins import ClaimedHandIn, end, hand_in_of
from grader.gradebook.holders import ID
from grader.gradebook.models import ExerciseGrade, Identity, Participant
from grader.gradebook.wordings import read_graded
from grader.intake.sealed import Sealed
from grader.judge import FORGETFUL, Graded, GradedExercise, Judge
from grader.portal.grading_on_cluster import grade_on_cluster
from grader.results import Delivery, Person, now
from grader.sandbox.doctor import launcher_of
from grader.submission import ProgressEvent

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    from grader.course import Exercise
    from grader.executors.scheduler import SchedulerPlace
    from grader.gradebook.hand_ins import StoredHandIn
    from grader.gradebook.recorder import Recorder
    from grader.results import SubmissionResult

# Pages are answered first: whoever waits for a result does not wait for a click.
NICE = 10
PLATFORM = "portal"
LIGHT = frozenset(["numpy", "numpy.random"])


@dataclass(frozen=True, slots=True, kw_only=True)
class GradingPlan:
    """How hand-ins are graded: small, and safe to send to another process.

    Attributes
    ----------
    book : str
        The place of the gradebook.
    run : int
        The number of the portal's run in it.
    board : Path
        A folder, for what takes long to be noted in.
    scheduler : SchedulerPlace, optional
        The cluster that grades, in place of this process.
    """

    course_root: Path
    book: str
    run: int
    isolation: str
    board: Path
    scheduler: SchedulerPlace | None = None


@dataclass(frozen=True, slots=True)
class HandInTask:
    """A hand-in to grade; if `withheld` gives a reason, its points are withheld instead.

    Attributes
    ----------
    course_digest : str
        Of the course that is served.
    """

    claimed: ClaimedHandIn
    course_digest: str
    withheld: str = ""


@dataclass(frozen=True, slots=True)
class OpenedHandIn:
    """A hand-in with its person and its files."""

    stored: StoredHandIn
    person: Person
    sealed: Sealed


class HandInGrader:
    """Grades the hand-ins of one book.

    Parameters
    ----------
    judge : Judge
        Of the whole course, with the memory of a `Recorder`.
    book : Gradebook
        Where hand-ins are, and what they come to.
    recorder : Recorder
        That memory.
    board : Board
        On which is noted what is being done.
    scheduler : SchedulerPlace, optional
        The cluster that grades, in place of this process.
    """

    def __init__(
        self,
        judge: Judge,
        book: Gradebook,
        recorder: Recorder,
        board: Board,
        scheduler: SchedulerPlace | None = None,
    ) -> None:
        self._scheduler = scheduler
        self.judge = judge
        self._book = book
        self._recorder = recorder
        self._board = board

    def grade(self, task: HandInTask) -> None:
        """Grade a hand-in, and store its result.

        Raises
        ------
        ClaimLostError
            Where somebody else has it now.
        StorageError
            Where the book cannot be written.
        """
        asked = self._asked(task.claimed.id)
        if task.withheld:
            graded: dict[str, GradedExercise] = {}
            frame = self._withheld(asked, task.withheld)
        else:
            graded, frame = self._graded(asked)

        def whole(connection: Connection) -> tuple[Graded, Mapping[str, int]]:
            return self._whole(connection, asked, graded, frame)

        failed = bool(task.withheld)
        try:
            self._recorder.record_for(
                asked.stored.person,
                whole,
                lambda connection, row: end(connection, task.claimed, row, failed=failed),
            )
        finally:
            self._board.write(str(asked.stored.id), ProgressEvent())

    def _asked(self, number: int) -> OpenedHandIn:
        with self._book.database.reading() as connection:
            found = hand_in_of(connection, number)
            if found is None:
                raise GraderError(f"There is no hand-in {number}.")
            person = person_named(connection, found.person)
            sealed = stored(connection, found.submission, person.name or person.id)
            return OpenedHandIn(found, person, sealed)

    def _wanted(self, asked: OpenedHandIn) -> list[Exercise]:
        """Return the exercises to grade: those of the hand-in, and those without a result."""
        with self._book.database.reading() as connection:
            rows = kept_rows(connection, asked.stored.person)
        said = asked.stored.said
        return [
            one
            for one in self.judge.course.exercises
            if one.id in said.fresh
            or one.id not in rows
            or (rows[one.id].is_withheld and one.id in said.supplies)
        ]

    def _graded(
        self, asked: OpenedHandIn
    ) -> tuple[dict[str, GradedExercise], Callable[[Sequence[GradedExercise]], SubmissionResult]]:
        """Grade what is to be graded; return it, and what puts a whole result together."""
        judge, sealed = self.judge, asked.sealed
        number = str(asked.stored.id)
        watched = replace(
            judge, progress=lambda _name, doing: self._board.write(number, named(doing))
        )
        found = judge.prepare(sealed)
        graded: dict[str, GradedExercise] = {}
        wanted = self._wanted(asked)
        if self._scheduler is not None:
            names = [one.id for one in wanted]
            graded = grade_on_cluster(judge, self._scheduler, sealed, names)
            return graded, lambda all_of_them: judge.assemble(found, all_of_them)
        for exercise in wanted:
            one = judge.memory.recall(exercise, sealed)
            if one is None:
                if judge.has_work(exercise, found):
                    watched.progress(number, ProgressEvent(exercise=exercise.title))
                one = watched.grade_exercise(exercise, found)
                judge.memory.keep(exercise, sealed, one)
            graded[exercise.id] = one
        return graded, lambda all_of_them: judge.assemble(found, all_of_them)

    def _withheld(
        self, asked: OpenedHandIn, reason: str
    ) -> Callable[[Sequence[GradedExercise]], SubmissionResult]:
        result = self.judge.withhold(asked.sealed.name, "", reason)
        wanted = {one.id for one in self._wanted(asked)}
        blank = {one.id: one for one in result.exercises if one.id in wanted}

        def whole(all_of_them: Sequence[GradedExercise]) -> SubmissionResult:
            known = {one.result.id: one.result for one in all_of_them}
            exercises = tuple(known.get(one.id) or blank[one.id] for one in result.exercises)
            return replace(result, exercises=exercises, digest=asked.sealed.digest)

        return whole

    def _whole(
        self,
        connection: Connection,
        asked: OpenedHandIn,
        graded: Mapping[str, GradedExercise],
        frame: Callable[[Sequence[GradedExercise]], SubmissionResult],
    ) -> tuple[Graded, Mapping[str, int]]:
        """Put a result together in the transaction in which it is stored."""
        rows = kept_rows(connection, asked.stored.person)
        kept: dict[str, int] = {}
        each: list[GradedExercise] = []
        for exercise in self.judge.course.exercises:
            row = rows.get(exercise.id)
            if exercise.id in graded:
                each.append(graded[exercise.id])
            elif row is not None:
                kept[exercise.id] = row.id
                each.append(row.read(connection))
        said = asked.stored.said
        result = frame(each)
        result = replace(
            result,
            notes=tuple(dict.fromkeys((*said.notes, *result.notes))),
            delivery=Delivery(
                platform=PLATFORM,
                attempt=said.attempt,
                people=(asked.person,),
                handed_in_at=asked.stored.handed_in_at,
                moments=said.moments,
            ),
            graded_at=now(),
        )
        return Graded(asked.sealed, result), kept


@dataclass(frozen=True, slots=True)
class KeptRow:
    """The stored result of an exercise that is not graded again."""

    id: int
    is_withheld: bool
    wording: int | None
    body: bytes

    def read(self, connection: Connection) -> GradedExercise:
        """Return the result as the judge made it."""
        return read_graded(connection, self.wording, self.body)


def kept_rows(connection: Connection, person: int) -> dict[str, KeptRow]:
    """Return the rows of each exercise in a person's current result."""
    standing = standing_of(connection, person)
    if standing is None or not standing.grades:
        return {}
    asked = select(
        ExerciseGrade.exercise, ExerciseGrade.id, ExerciseGrade.withheld, ExerciseGrade.wording_id,
        ExerciseGrade.body,
    ).where(ExerciseGrade.id.in_(standing.grades.values()))  # fmt: skip
    return {
        row.exercise: KeptRow(int(row.id), bool(row.withheld), row.wording_id, row.body)
        for row in connection.execute(asked)
    }


def person_named(connection: Connection, number: int) -> Person:
    """Return a person of the book."""
    row = connection.execute(
        select(Participant.name, Participant.email, Participant.section).where(
            Participant.id == number
        )
    ).one()
    known = select(Identity.value).where(Identity.person_id == number, Identity.kind == ID)
    first = connection.execute(known.order_by(Identity.id).limit(1)).scalar() or ""
    return Person(id=first, name=row.name, email=row.email, section=row.section)


def named(doing: ProgressEvent) -> ProgressEvent:
    """Return a progress callback that notes even short calls: people are watching."""
    return doing if doing.call else replace(doing, call="goes on")


_grader: HandInGrader | None = None
_not_loaded = ""


def begin_grading(plan: GradingPlan) -> Callable[[], None]:
    """Make a worker's judge and warm it up; return the function that ends its processes."""
    global _grader, _not_loaded  # noqa: PLW0603  (a worker process has one judge, made at its start)
    with contextlib.suppress(OSError, AttributeError):
        os.nice(NICE)
    try:
        course = load_course(plan.course_root)
    except CourseError as error:
        _not_loaded = str(error)
        return _nothing
    book = Gradebook(plan.book)
    conditions = Conditions(salt=load_salt(course.root), isolation=plan.isolation)
    recorder = book.recorder(course, conditions, plan.run)
    launcher = launcher_of(plan.isolation)
    judge = Judge(course, launcher, conditions.salt, memory=recorder)
    atexit.register(launcher.close)
    _grader = HandInGrader(judge, book, recorder, Board(plan.board), plan.scheduler)
    if plan.scheduler is None:
        warm(judge)
    return launcher.give_up


def _nothing() -> None:
    """Do nothing: nothing was started."""


def warm(judge: Judge) -> None:
    """Grade an empty hand-in, so that the first real one waits for no import."""
    for exercise in judge.course.exercises:
        if not set(exercise.profile.preload) <= LIGHT:
            continue
        stubs = {part.file: judge.course.stubs / part.file for part in exercise.parts}
        if not all(path.is_file() and path.suffix == ".py" for path in stubs.values()):
            continue
        files = {file: path.read_bytes() for file, path in stubs.items()}
        alone = replace(judge, course=judge.course.only([exercise.id]), memory=FORGETFUL)
        with contextlib.suppress(GraderError):
            alone.grade(Sealed("nobody", files))
        return


def grade_hand_in(task: HandInTask) -> str:
    """Grade a hand-in in a worker; return the reason if that was not possible, else empty."""
    if _grader is None:
        raise AnotherCourseError(f"The course cannot be loaded: {_not_loaded}")
    if _grader.judge.course.digest != task.course_digest:
        raise AnotherCourseError("The course was edited a moment ago.")
    try:
        _grader.grade(task)
    except GraderError:
        raise
    except Exception as error:  # noqa: BLE001  (whatever is wrong with us loses no hand-in)
        return explained(error)
    return ""
