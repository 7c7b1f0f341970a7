"""Find the results in a gradebook that the present course would not give any more."""

from __future__ import annotations

__all__ = ["Stale", "StoredEntry", "count_of_stamps", "exercises_in_use", "find_stale"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import func, or_, select

from grader.gradebook import Gradebook, stored
from grader.gradebook.book import latest_results
from grader.gradebook.models import Attempt, AttemptPerson, ExerciseGrade, Result, ResultExercise
from grader.intake import Caps, Entry, Layout, Refused
from grader.intake.entry import Kind
from grader.results import Delivery

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

    from grader.intake.sealed import Sealed


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEntry(Entry):
    """A submission that is stored in a gradebook.

    Attributes
    ----------
    place : str
        The gradebook's location.
    submission_id : int
        The submission's row number.
    """

    place: str
    submission_id: int

    def open(self) -> Sealed | Refused:
        """Read the submission from the book."""
        with Gradebook(self.place) as book, book.database.reading() as connection:
            return stored(connection, self.submission_id, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """A result with exercises that have to be regraded.

    Attributes
    ----------
    result_id : int
        Row number of the result, which counts at present.
    submission_id : int, optional
        None if the submission could not be opened.
    delivery : Delivery
        The platform's data about the submission.
    people : tuple of int
        Row numbers of the people it belongs to.
    exercises : frozenset of str
        The ids of the exercises to regrade.
    """

    result_id: int
    student: str
    score: float
    submission_id: int | None
    delivery: Delivery
    people: tuple[int, ...]
    exercises: frozenset[str]

    def entry(self, place: str) -> StoredEntry:
        """Return an entry that opens the submission in any process."""
        return StoredEntry(
            name=self.student, path=place, kind=Kind.FOLDER, layout=Layout(()), caps=Caps(),
            delivery=self.delivery, place=place, submission_id=self.submission_id or 0,
        )  # fmt: skip


def find_stale(connection: Connection, stamps: Mapping[str, str]) -> tuple[int, list[Stale]]:
    """Return the number of results that count, and the stale ones among them.

    A result with points withheld by a grader error is stale, too.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    stamps : mapping of str to str
        For each exercise that may be regraded, the present digest of all that its result depends
        on.
    """
    latest = latest_results().subquery()
    numbers = select(latest.c.result_id)
    total = connection.execute(select(func.count(func.distinct(latest.c.result_id)))).scalar_one()
    asked = (
        select(ResultExercise.result_id, ExerciseGrade.exercise)
        .join(ExerciseGrade, ExerciseGrade.id == ResultExercise.grade_id)
        .where(
            ResultExercise.result_id.in_(numbers),
            ExerciseGrade.exercise.in_(stamps),
            or_(ExerciseGrade.stamp.not_in(stamps.values()), ExerciseGrade.withheld > 0),
        )
    )
    exercises: dict[int, set[str]] = {}
    for number, exercise in connection.execute(asked):
        exercises.setdefault(number, set()).add(exercise)
    return total, list(_described(connection, exercises))


def count_of_stamps(connection: Connection, stamps: Iterable[str]) -> int:
    """Return how many results that count have an exercise with one of these stamps."""
    latest = latest_results().subquery()
    asked = (
        select(func.count(func.distinct(ResultExercise.result_id)))
        .join(ExerciseGrade, ExerciseGrade.id == ResultExercise.grade_id)
        .where(
            ResultExercise.result_id.in_(select(latest.c.result_id)),
            ExerciseGrade.stamp.in_([*stamps]),
        )
    )
    return int(connection.execute(asked).scalar_one())


def exercises_in_use(connection: Connection) -> set[str]:
    """Return the ids of the exercises with at least one result that counts."""
    latest = latest_results().subquery()
    asked = (
        select(ExerciseGrade.exercise)
        .join(ResultExercise, ResultExercise.grade_id == ExerciseGrade.id)
        .where(ResultExercise.result_id.in_(select(latest.c.result_id)))
        .distinct()
    )
    return set(connection.execute(asked).scalars())


def _described(connection: Connection, exercises: Mapping[int, set[str]]) -> Iterable[Stale]:
    """Yield the data of stale results, with queries for a few hundred at a time."""
    numbers = sorted(exercises)
    for start in range(0, len(numbers), 500):
        some = numbers[start : start + 500]
        people: dict[int, list[int]] = {}
        whose = (
            select(Result.id, AttemptPerson.person_id)
            .join(AttemptPerson, AttemptPerson.attempt_id == Result.attempt_id)
            .where(Result.id.in_(some))
        )
        for number, person in connection.execute(whose):
            people.setdefault(number, []).append(person)
        asked = (
            select(Result.id, Result.student, Result.score, Attempt.submission_id, Attempt.delivery)
            .join(Attempt, Attempt.id == Result.attempt_id)
            .where(Result.id.in_(some))
            .order_by(Result.id)
        )
        for row in connection.execute(asked):
            yield Stale(
                result_id=row.id,
                student=row.student,
                score=float(row.score),
                submission_id=row.submission_id,
                delivery=msgspec.json.decode(row.delivery, type=Delivery),
                people=tuple(people.get(row.id, ())),
                exercises=frozenset(exercises[row.id]),
            )
