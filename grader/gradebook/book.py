"""The gradebook of a course: opened, written to in a run, and asked."""

from __future__ import annotations

__all__ = [
    "Gradebook",
    "RunEntry",
    "Standing",
    "latest_results",
    "read_result",
    "result_of",
    "standing_of",
    "standings_of",
]

import contextlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import func, or_, select, update

from grader.gradebook.adjustment_rows import attached
from grader.gradebook.codec import unpack
from grader.gradebook.engine import Database
from grader.gradebook.models import (
    Attempt,
    AttemptPerson,
    ExerciseGrade,
    Participant,
    Result,
    ResultExercise,
    Run,
)
from grader.gradebook.previous_result import with_since
from grader.gradebook.recorder import Recorder
from grader.gradebook.rows import add, now_in_words
from grader.gradebook.wordings import read_graded
from grader.results import SubmissionResult
from grader.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Select

    from grader.course import Course
    from grader.gradebook.conditions import Conditions


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The result that counts of those who handed in together.

    Attributes
    ----------
    people : tuple of int
        Their numbers in the book.
    result_id, submission_id : int
        Rows; there is no submission where it could not be opened.
    grades : dict of str to int
        For each exercise the row of what it came to.
    """

    people: tuple[int, ...]
    student: str
    result_id: int
    submission_id: int | None
    grades: dict[str, int]


class Gradebook:
    """The gradebook of a course; use it as a context, or close it.

    Parameters
    ----------
    place : str
        A file, or the URL of a PostgreSQL database (`grader.gradebook.place_of_book`).
    make : bool
        Whether a new one is made where there is none.

    Raises
    ------
    NoGradebookError, UsageError, GraderError
        As `grader.gradebook.engine.Database`.
    """

    def __init__(self, place: str, *, make: bool = True) -> None:
        self.place = place
        self.database = Database(place, make=make)

    def __enter__(self) -> Self:
        """Return the book."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """Let go of the database."""
        self.database.close()

    @contextlib.contextmanager
    def run(self, command: str, course: Course, isolation: str) -> Iterator[int]:
        """Begin a run and yield its number; its end is noted where it comes to one."""
        with self.database.writing() as connection:
            number = add(
                connection,
                Run,
                command=command,
                began_at=now_in_words(),
                course_digest=course.digest,
                grader_version=__version__,
                isolation=isolation,
            )
        yield number
        with self.database.writing() as connection:
            connection.execute(update(Run).where(Run.id == number).values(ended_at=now_in_words()))

    def recorder(self, course: Course, conditions: Conditions, run: int) -> Recorder:
        """Return the memory of a judge of this course."""
        return Recorder(self.database, course, conditions, run)

    def standings(self) -> list[Standing]:
        """Return the results that count, of everybody, in the order in which people came."""
        with self.database.reading() as connection:
            return standings_of(connection)

    def results(
        self, course: Course | None = None, *, whole: bool = True
    ) -> list[SubmissionResult]:
        """Return the results that count, of everybody, with what a person changed.

        Parameters
        ----------
        course : Course, optional
            Whose rules of lateness and of counting they get, and by which is told what was changed
            on an exercise that is another now.
        whole : bool
            Whether with their exercises; without, they are quick to read.
        """
        with self.database.reading() as connection:
            return [
                result_of(connection, one, course, whole=whole) for one in standings_of(connection)
            ]


def result_of(
    connection: Connection, standing: Standing, course: Course | None = None, *, whole: bool = True
) -> SubmissionResult:
    """Return the result of a standing with what a person changed; parameters as `results`."""
    result = read_result(connection, standing.result_id, whole=whole)
    if whole:
        result = with_since(connection, standing.people, result)
    digests = course.exercise_digests if course else {}
    result = attached(connection, standing.people, result, digests)
    return replace(result, policy=course.policy) if course else result


def latest_results() -> Select[int, int]:
    """Return what asks for each person, as ``person``, and the latest result, as ``result_id``."""
    whose = func.coalesce(Participant.merged_into, Participant.id)
    return (
        select(whose.label("person"), func.max(Result.id).label("result_id"))
        .join(AttemptPerson, AttemptPerson.person_id == Participant.id)
        .join(Attempt, Attempt.id == AttemptPerson.attempt_id)
        .join(Result, Result.attempt_id == Attempt.id)
        .where(Result.counts, Participant.purged_at == "")
        .group_by(whose)
    )


def standing_of(connection: Connection, person: int) -> Standing | None:
    """Return the latest result of a person; that of the group where they handed in together."""
    same = or_(Participant.id == person, Participant.merged_into == person)
    found = standings_of(connection, latest_results().where(same))
    return found[0] if found else None


def standings_of(connection: Connection, asked: Select[int, int] | None = None) -> list[Standing]:
    """Return for each person the latest result that counts, once for those who share it.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    asked : Select, optional
        Which results: a part of `latest_results`.
    """
    latest = (latest_results() if asked is None else asked).subquery()
    wanted = select(latest.c.result_id)
    everybody = latest_results().subquery()
    whose = select(everybody.c.result_id, everybody.c.person)
    people: dict[int, list[int]] = {}
    for number, person in connection.execute(
        whose.where(everybody.c.result_id.in_(wanted)).order_by(everybody.c.person)
    ):
        people.setdefault(number, []).append(person)
    rows = connection.execute(
        select(Result.id, Result.student, Attempt.submission_id)
        .join(Attempt, Attempt.id == Result.attempt_id)
        .where(Result.id.in_(wanted))
    )
    grades = _pairs(
        connection,
        select(ResultExercise.result_id, ExerciseGrade.exercise, ExerciseGrade.id)
        .join(ExerciseGrade, ExerciseGrade.id == ResultExercise.grade_id)
        .where(ResultExercise.result_id.in_(wanted))
        .order_by(ResultExercise.result_id, ResultExercise.position),
    )
    standings = [
        Standing(
            people=tuple(people[number]),
            student=student,
            result_id=number,
            submission_id=submission,
            grades=grades.get(number, {}),
        )
        for number, student, submission in rows
    ]
    return sorted(standings, key=lambda one: (one.people, one.result_id))


def _pairs(connection: Connection, asked: Any) -> dict[int, dict[Any, int]]:
    found: dict[int, dict[Any, int]] = {}
    for owner, key, value in connection.execute(asked):
        found.setdefault(owner, {})[key] = value
    return found


def read_result(connection: Connection, result_id: int, *, whole: bool = True) -> SubmissionResult:
    """Return a result as it was graded.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    result_id : int
        Its row.
    whole : bool
        Whether with its exercises.
    """
    row = connection.execute(
        select(Result.body, Result.graded_at).where(Result.id == result_id)
    ).one()
    frame = replace(unpack(row.body, SubmissionResult), graded_at=row.graded_at)
    if not whole or frame.exercises:
        return frame
    asked = (
        select(ExerciseGrade.wording_id, ExerciseGrade.body)
        .join(ResultExercise, ResultExercise.grade_id == ExerciseGrade.id)
        .where(ResultExercise.result_id == result_id)
        .order_by(ResultExercise.position)
    )
    rows = connection.execute(asked).all()
    graded = [read_graded(connection, row.wording_id, row.body) for row in rows]
    return replace(
        frame,
        exercises=tuple(one.result for one in graded),
        free_text=tuple(text for one in graded for text in one.answers),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEntry:
    """A run of a book, small and safe to send to another process, which opens the book there.

    Attributes
    ----------
    place : str
        The book.
    conditions : Conditions
        Under which the run grades.
    run : int
        Its number.
    """

    place: str
    conditions: Conditions
    run: int

    def memory(self, course: Course) -> Recorder:
        """Open the book, and return the memory of a judge of this course."""
        return Gradebook(self.place).recorder(course, self.conditions, self.run)
