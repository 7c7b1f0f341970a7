"""Put a roster into the book, and find the people on it who handed nothing in.

They have no result and no points, and the class lists them as missing. Only a change by hand gives
them a grade or excuses them: then they appear in the class like the others, with a page that says
that nothing was handed in.
"""

from __future__ import annotations

__all__ = [
    "AbsentPerson", "absent_people", "absent_person", "enrol", "enrol_within", "tell_another_term",
]  # fmt: skip

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from grader.gradebook.adjustment_rows import attached
from grader.gradebook.book import latest_results
from grader.gradebook.holders import ID, person_of, spelled
from grader.gradebook.models import Identity, Participant, Result
from grader.gradebook.rows import write_history
from grader.results import (
    ChangeKind,
    CheckResult,
    Delivery,
    ExerciseResult,
    Outcome,
    Person,
    SubmissionResult,
)
from grader.util.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

    from grader.course import Course
    from grader.gradebook.book import Gradebook
    from grader.results import Adjusted

NOTHING = "Nothing was handed in."
# Changes that give a grade without a submission; an extension or a comment does not.
_GIVES = (ChangeKind.POINTS, ChangeKind.SET, ChangeKind.BONUS)
# The most rows that one statement names.
_SOME = 500
# Who is not on the roster and was graded last so long ago is of another term, and not of another
# group whose roster comes next.
_LONG = timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsentPerson:
    """A person on the roster who handed nothing in.

    Attributes
    ----------
    person : Person
        The person as stored in the book.
    result : SubmissionResult
        A result without work and points, with the changes by hand attached.
    """

    person: Person
    result: SubmissionResult

    @property
    def has_grade(self) -> bool:
        """Whether somebody gave them points by hand, or excused them from the whole."""
        return any(map(_gives, self.result.adjustments))


def _gives(change: Adjusted) -> bool:
    is_whole = not (change.exercise or change.check)
    return change.kind in _GIVES or (change.kind is ChangeKind.EXCUSED and is_whole)


def enrol(book: Gradebook, people: Sequence[Person]) -> int:
    """Store a roster: its people become the enrolled ones, and nobody else stays enrolled.

    Parameters
    ----------
    book : Gradebook
        The gradebook of the class.
    people : sequence of Person
        The people, each with an id or a name.

    Returns
    -------
    int
        The number of people who were not in the book before.
    """
    with book.database.writing() as connection:
        return enrol_within(connection, people)


def enrol_within(connection: Connection, people: Sequence[Person]) -> int:
    """Put the people of a roster into the book, in a transaction; as `enrol`."""
    names = Counter(spelled(one.name) for one in people)
    new = 0
    rows = []
    for one in people:
        # Two people share this name: a submission under the name alone could be either's.
        is_alone = names[spelled(one.name)] == 1 or not one.id
        number, is_new = person_of(connection, one, by_name=is_alone)
        rows.append(number)
        if is_new:
            write_history(connection, "enrolled", person=number)
        new += is_new
    before = select(Participant.id).where(Participant.enrolled)
    enrolled = set(connection.execute(before).scalars())
    for numbers, value in ((enrolled - set(rows), False), (set(rows) - enrolled, True)):
        ordered = sorted(numbers)
        for start in range(0, len(ordered), _SOME):
            some = Participant.id.in_(ordered[start : start + _SOME])
            connection.execute(update(Participant).where(some).values(enrolled=value))
    return new


def tell_another_term(book: Gradebook) -> Iterator[str]:
    """Yield a sentence where at least half of those with a grade seem to be of another term.

    They are not on the roster that was stored last, and were graded last long ago. What was changed
    by hand then holds for whoever takes the course again, and all of them are in the next report.

    Parameters
    ----------
    book : Gradebook
        The gradebook, with the roster and the results of this run in it.
    """
    latest = latest_results().subquery()
    asked = (
        select(Participant.enrolled, Result.graded_at)
        .join(latest, latest.c.person == Participant.id)
        .join(Result, Result.id == latest.c.result_id)
    )
    with book.database.reading() as connection:
        rows = connection.execute(asked).all()
    before = (datetime.now(UTC) - _LONG).strftime("%Y-%m-%dT%H:%M:%SZ")
    others = [row for row in rows if not row.enrolled and "" < row.graded_at < before]
    if others and 2 * len(others) >= len(rows):
        latest_day = max(row.graded_at for row in others)[:10]
        yield (
            f"Not on this roster, and graded last on {latest_day} or before: "
            f"{counted(len(others), 'person', 'people')} with a grade in the gradebook. If that "
            "was another term, begin a book of its own by --gradebook FILE. In this one, what was "
            "changed by hand then holds for whoever takes the course again, and `grader report` "
            "writes pages of all."
        )


def absent_people(book: Gradebook, course: Course) -> list[AbsentPerson]:
    """Return the people on the roster without a result, ordered by name.

    Parameters
    ----------
    book : Gradebook
        The gradebook of the class.
    course : Course
        The course, for its exercises and rules.
    """
    with book.database.reading() as connection:
        return list(_absent(connection, course))


def absent_person(connection: Connection, course: Course, person: int) -> AbsentPerson | None:
    """Return a person on the roster who handed nothing in, with their changes by hand.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    course : Course
        The course, for its exercises and rules.
    person : int
        Row number of the person; returns None if they have a result or are not on the roster.
    """
    return next(_absent(connection, course, person), None)


def _nothing_of(course: Course, person: Person) -> SubmissionResult:
    """Return an empty result for a person who handed nothing in: every check without points."""
    info = course.info
    return SubmissionResult(
        student=person.name or person.id,
        slug="",
        digest="",
        exercises=tuple(
            ExerciseResult(
                id=exercise.id,
                bonus=exercise.bonus,
                checks=tuple(
                    CheckResult(
                        id=check.id,
                        file=check.file,
                        claim=check.claim,
                        outcome=Outcome.SKIPPED,
                        points=0.0,
                        max_points=check.max_points,
                        visibility=check.visibility,
                        message=NOTHING,
                    )
                    for check in exercise.checks
                ),
            )
            for exercise in info.exercises
        ),
        notes=(NOTHING,),
        course_digest=course.digest,
        delivery=Delivery(people=(person,)),
        policy=course.policy,
    )


def _absent(
    connection: Connection, course: Course, only: int | None = None
) -> Iterator[AbsentPerson]:
    whose = func.coalesce(Participant.merged_into, Participant.id)
    enrolled = select(whose).where(Participant.enrolled, Participant.purged_at == "")
    latest = latest_results().subquery()
    graded = select(latest.c.person)
    asked = (
        select(Participant.id, Participant.name, Participant.email, Participant.section)
        .where(Participant.id.in_(enrolled), Participant.id.not_in(graded))
        .order_by(Participant.spelled, Participant.id)
    )
    if only is not None:
        asked = asked.where(Participant.id == only)
    known = select(Identity.person_id, Identity.value).where(Identity.kind == ID)
    ids: dict[int, str] = {}
    for person_id, value in connection.execute(known.order_by(Identity.id)):
        ids.setdefault(person_id, value)
    for row in connection.execute(asked).all():
        name = "" if row.name == ids.get(row.id) else row.name
        person = Person(id=ids.get(row.id, ""), name=name, email=row.email, section=row.section)
        result = _nothing_of(course, person)
        result = attached(connection, [row.id], result, course.exercise_digests)
        yield AbsentPerson(person=person, result=replace(result, policy=course.policy))
