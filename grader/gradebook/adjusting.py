"""Change a grade by hand, take a change back, or confirm it; the history records each step."""

from __future__ import annotations

__all__ = ["AdjustmentRequest", "StoredAdjustment", "adjust", "confirm", "points_of", "revoke"]

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from grader.errors import UsageError, did_you_mean
from grader.gradebook.adjustment_rows import ON_NOTHING, rows_of, written_digest
from grader.gradebook.book import result_of, standing_of
from grader.gradebook.enrolling import absent_person
from grader.gradebook.holders import find_person
from grader.gradebook.models import Adjustment, Participant
from grader.gradebook.rows import add, now_in_words, write_history
from grader.results import ChangeKind, points_at, reckon

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from grader.course import Course
    from grader.gradebook.book import Gradebook
    from grader.results import Reckoning, SubmissionResult

MOST_POINTS = Decimal(1_000_000)
MILLIONTH = Decimal("0.000001")
WITH_POINTS = (ChangeKind.POINTS, ChangeKind.SET, ChangeKind.BONUS, ChangeKind.ANSWER)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustmentRequest:
    """A requested adjustment, not stored yet.

    Attributes
    ----------
    exercise : str
        Id or number of the exercise; empty for the whole grade.
    check : str
        Id of the check; the exercise follows from it.
    question : str
        Key of the free-text question whose answer is graded.
    """

    kind: ChangeKind
    reason: str
    author: str
    exercise: str = ""
    check: str = ""
    question: str = ""
    points: Decimal | None = None
    value: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAdjustment:
    """A stored adjustment: its number, the people it applies to, and their totals before and after.

    Attributes
    ----------
    number : int
        The number by which people name it, for example to take it back.
    people : tuple of str
        Names of the people whose grade it changes.
    before, after : Reckoning, optional
        The totals before and after the change; None where these people have no grade.
    """

    number: int
    people: tuple[str, ...]
    before: Reckoning | None = None
    after: Reckoning | None = None


def points_of(text: str) -> tuple[ChangeKind, Decimal]:
    """Parse ``+1.5``, ``-2`` or ``=3`` into a kind of change and its points.

    Raises
    ------
    UsageError
        The text has another form, is not finite, has over six decimals, or exceeds a million.
    """
    stripped = text.strip().replace("\N{MINUS SIGN}", "-").replace(",", ".")
    if stripped[:1] not in ("+", "-", "="):
        raise UsageError(
            f"Points {text!r} need a sign: +1.5 adds, -2 takes, =3 sets them, whatever was graded."
        )
    kind = ChangeKind.SET if stripped[0] == "=" else ChangeKind.POINTS
    return kind, exact(stripped.lstrip("="), text)


def exact(number: str, text: str) -> Decimal:
    """Parse points as an exact decimal; the error message quotes `text`, the user's whole input.

    Raises
    ------
    UsageError
        `number` is not a finite decimal up to a million with at most six decimals.
    """
    try:
        points = Decimal(number)
    except InvalidOperation:
        points = Decimal("NaN")
    if not points.is_finite() or abs(points) > MOST_POINTS:
        raise UsageError(f"Points {text!r} are not a number up to a million.")
    if points != points.quantize(MILLIONTH):
        raise UsageError(f"Points {text!r} have more than six decimals: round them.")
    return points + Decimal(0)


def adjust(
    book: Gradebook, course: Course, said: str, wanted: AdjustmentRequest
) -> StoredAdjustment:
    """Store an adjustment for a person, or for every member of their group.

    Parameters
    ----------
    book : Gradebook
        The gradebook to write to.
    course : Course
        The course; it says which exercises and checks exist.
    said : str
        The person: an id, a platform's number, or a name that only one person has.
    wanted : AdjustmentRequest
        The requested adjustment.

    Raises
    ------
    UsageError
        The adjustment is not possible; the message says why, and nothing is changed.
    """
    with book.database.writing() as connection:
        person = find_person(connection, said)
        return change_grade(connection, course, person, wanted)


def change_grade(
    connection: Connection, course: Course, person: int, wanted: AdjustmentRequest
) -> StoredAdjustment:
    """Store an adjustment for the person with this row number, in an open transaction."""
    wanted = _sound(course, wanted)
    standing = standing_of(connection, person)
    people = standing.people if standing else (person,)
    _refuse_double(connection, people, wanted)
    result = result_of(connection, standing, course) if standing else None
    if result is not None:
        _refuse_too_much(result, wanted)
    elif wanted.kind is ChangeKind.ANSWER:
        raise UsageError("Nothing was graded of them: there is no answer.")
    absent = None if standing else absent_person(connection, course, person)
    if absent is not None:
        _refuse_too_much(absent.result, wanted)
    seen = ON_NOTHING if absent else _seen(course, result, wanted)
    number = 0
    for one in people:
        row = add(
            connection,
            Adjustment,
            person_id=one,
            origin=number,
            exercise=wanted.exercise,
            check_id=wanted.check,
            question=wanted.question,
            kind=wanted.kind.value,
            points=wanted.points,
            value=wanted.value,
            reason=wanted.reason,
            author=wanted.author,
            made_at=now_in_words(),
            seen_digest=seen,
        )
        if not number:
            number = row
            connection.execute(update(Adjustment).where(Adjustment.id == row).values(origin=number))
        write_history(
            connection, "adjusted", who=wanted.author, person=one, why=wanted.reason,
            detail=f"number {number}: {described(wanted)}",
        )  # fmt: skip
    after = result_of(connection, standing, course) if standing else None
    if absent is not None and (now := absent_person(connection, course, person)) is not None:
        after = now.result if now.has_grade else None
    return StoredAdjustment(
        number=number,
        people=_names(connection, people),
        before=reckon(result) if result else None,
        after=reckon(after) if after else None,
    )


def described(wanted: AdjustmentRequest) -> str:
    """Return a change in a few words, for the history."""
    about = wanted.check or wanted.exercise or "the whole"
    if wanted.question:
        about = f"{about}, {wanted.question}"
    points = "" if wanted.points is None else f" {wanted.points:f}"
    return f"{wanted.kind.value}{points}{f' {wanted.value}' if wanted.value else ''} of {about}"


def _sound(course: Course, wanted: AdjustmentRequest) -> AdjustmentRequest:
    """Return the request with the course's ids filled in; refuse one that makes no sense."""
    reason, author = " ".join(wanted.reason.split()), " ".join(wanted.author.split())
    if not reason and wanted.kind is ChangeKind.COMMENT:
        raise UsageError("A comment needs words, which the student reads.")
    if not reason or not author:
        raise UsageError("A change needs a reason, which the student reads, and an author.")
    exercise = _exercise_of(course, wanted)
    if wanted.kind is ChangeKind.BONUS and exercise:
        raise UsageError("A bonus is on top of the whole: leave --exercise and --check out.")
    if wanted.kind is ChangeKind.EXTENSION and wanted.check:
        raise UsageError("An extension is for the whole or an exercise: leave --check out.")
    if wanted.kind is ChangeKind.HANDED_IN:
        _refuse_no_moment(wanted.value)
    if wanted.kind in WITH_POINTS and wanted.points is None:
        raise UsageError("How many points? Write --points +1.5, -2 or =3.")
    if wanted.points is not None and wanted.kind is not ChangeKind.POINTS and wanted.points < 0:
        raise UsageError(f"{wanted.points:f} is below 0: the fewest points are 0.")
    return replace(wanted, exercise=exercise, reason=reason, author=author)


def _exercise_of(course: Course, wanted: AdjustmentRequest) -> str:
    """Return the id of the exercise that a change is about; empty for the whole grade."""
    checks = {check.id: one.id for one in course.exercises for check in one.info().checks}
    said = course.only([wanted.exercise]).exercises[0].id if wanted.exercise else ""
    if not wanted.check:
        return said
    if wanted.check not in checks:
        raise UsageError(
            f"The course has no check {wanted.check!r}."
            f"{did_you_mean(wanted.check, checks)} Ids are in "
            "the results, such as `gradient.gradient.converges`."
        )
    exercise = checks[wanted.check]
    if said not in ("", exercise):
        raise UsageError(
            f"The check {wanted.check} is of the exercise {exercise}, not of {said}: leave "
            "--exercise out."
        )
    return exercise


def _refuse_no_moment(text: str) -> None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise UsageError(
            f"{text!r} is not a time with its offset from UTC: write it as "
            "2026-02-01T23:59:00+01:00."
        )
    if moment > datetime.now(tz=UTC):
        raise UsageError(f"{text} has not come yet: write when it was handed in.")


def _refuse_double(
    connection: Connection, people: Sequence[int], wanted: AdjustmentRequest
) -> None:
    for person in people:
        for row in rows_of(connection, person):
            same = (row.kind, row.exercise, row.check_id, row.question, row.value, row.points)
            asked = (wanted.kind.value, wanted.exercise, wanted.check, wanted.question,
                     wanted.value, wanted.points)  # fmt: skip
            if same == asked and (row.reason == wanted.reason or wanted.kind is ChangeKind.SET):
                raise UsageError(
                    f"The same was done already (number {row.origin}, {row.made_at}, by "
                    f"{row.author}): give another reason if it is to be done twice."
                )


def _refuse_too_much(result: SubmissionResult, wanted: AdjustmentRequest) -> None:
    """Refuse points above the maximum: the student would read about them and not get them."""
    if wanted.kind not in (ChangeKind.POINTS, ChangeKind.SET) or wanted.points is None:
        return
    found = points_at(result, wanted.exercise, wanted.check)
    if found is None:
        about = wanted.check or wanted.exercise
        raise UsageError(f"The result of {result.student} has no {about}: grade that first.")
    now, most = found
    then = wanted.points if wanted.kind is ChangeKind.SET else now + wanted.points
    if wanted.points > 0 and then > most:
        raise UsageError(
            f"{then:f} points are above the maximum of {most:f}: points on top of the whole are "
            "given by --bonus."
        )


def _seen(course: Course, result: SubmissionResult | None, wanted: AdjustmentRequest) -> str:
    """Return the digest of the exercise or the answer that the author of the change saw."""
    if wanted.kind is not ChangeKind.ANSWER:
        return course.exercise_digests.get(wanted.exercise, "")
    key = (wanted.exercise, wanted.question)
    for one in result.free_text if result else ():
        if (one.exercise, one.key) == key:
            return written_digest(one.answer)
    raise UsageError(f"There is no answer to {wanted.question!r} in {wanted.exercise}.")


def _names(connection: Connection, people: Sequence[int]) -> tuple[str, ...]:
    asked = select(Participant.id, Participant.name).where(Participant.id.in_(people))
    names = {row.id: row.name for row in connection.execute(asked)}
    return tuple(names[one] for one in people)


def revoke(book: Gradebook, said: str, number: int, *, reason: str, author: str) -> tuple[str, ...]:
    """Take an adjustment back for everybody it applies to; return the names of these people.

    Parameters
    ----------
    book : Gradebook
        The gradebook that holds it.
    said : str
        A person it applies to; a wrong number is then noticed.
    number : int
        The adjustment's number.
    reason, author : str
        The reason, and who takes it back.

    Raises
    ------
    UsageError
        The person has no adjustment with this number, or it was taken back already.
    """
    if not reason.strip() or not author.strip():
        raise UsageError("To take a change back needs a reason and an author.")
    with book.database.writing() as connection:
        person = find_person(connection, said)
        return revoke_of(connection, person, number, reason=reason, author=author)


def revoke_of(
    connection: Connection, person: int, number: int, *, reason: str, author: str
) -> tuple[str, ...]:
    """Take back an adjustment of the person with this row number, in an open transaction."""
    own = {row.origin: row for row in rows_of(connection, person, revoked=True)}
    row = own.get(number)
    if row is None:
        known = ", ".join(map(str, own)) or "none"
        raise UsageError(f"They have no change with the number {number}: there are {known}.")
    if row.revoked_at:
        raise UsageError(f"Number {number} was taken back already, {row.revoked_at}.")
    asked = select(Adjustment.person_id).where(Adjustment.origin == number)
    people = sorted(set(connection.execute(asked).scalars()))
    held = update(Adjustment).where(Adjustment.origin == number)
    connection.execute(held.values(revoked_at=now_in_words()))
    for one in people:
        write_history(
            connection, "revoked", who=author, person=one, why=reason, detail=f"number {number}"
        )
    return _names(connection, people)


def confirm(
    book: Gradebook, course: Course, said: str, number: int, *, author: str
) -> StoredAdjustment:
    """Confirm an adjustment after its exercise has changed: revoke it and store it again.

    Parameters
    ----------
    book, course
        As in `adjust`.
    said, number
        As in `revoke`.
    author : str
        Who looked at it again.

    Raises
    ------
    UsageError
        The person has no adjustment with this number that still holds.
    """
    with book.database.writing() as connection:
        person = find_person(connection, said)
        return confirm_of(connection, course, person, number, author=author)


def confirm_of(
    connection: Connection, course: Course, person: int, number: int, *, author: str
) -> StoredAdjustment:
    """Say that a change of a person who is known by number still holds, in a transaction."""
    row = {one.origin: one for one in rows_of(connection, person)}.get(number)
    if row is None:
        raise UsageError(f"They have no change with the number {number} that still holds.")
    revoke_of(connection, person, number, reason="looked at again", author=author)
    again = AdjustmentRequest(
        kind=ChangeKind(row.kind),
        reason=row.reason,
        author=author,
        exercise=row.exercise,
        check=row.check_id,
        question=row.question,
        points=row.points,
        value=row.value,
    )
    return change_grade(connection, course, person, again)
