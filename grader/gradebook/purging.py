"""Remove a person's names, files and texts from a book; points and outcomes stay, anonymous."""

from __future__ import annotations

__all__ = ["Purged", "purge"]

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import delete, insert, select, text, update

from grader.gradebook.access_models import (
    Invitation,
    MailedCode,
    OutgoingScore,
    RoleGrant,
    SignedIn,
)
from grader.gradebook.adjustment_rows import same_people
from grader.gradebook.codec import pack, squeezed, unpack
from grader.gradebook.contents import remove_files
from grader.gradebook.departed import keep_out
from grader.gradebook.holders import find_person
from grader.gradebook.models import (
    Adjustment,
    Attempt,
    AttemptPerson,
    Content,
    ExerciseGrade,
    History,
    Identity,
    Participant,
    Purging,
    Result,
    Submission,
    SubmissionFile,
)
from grader.gradebook.portal_models import HandIn, PersonalToken
from grader.gradebook.rows import now_in_words, write_history
from grader.results import Delivery, SubmissionResult
from grader.util.wording import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from grader.gradebook.book import Gradebook

GONE = "removed"
# From these something is removed, or rows of these lose their words.
TOUCHED = tuple(
    one.__tablename__
    for one in (
        Adjustment, Attempt, AttemptPerson, Content, ExerciseGrade, History, Identity, Participant,
        Result, Submission, SubmissionFile, HandIn, PersonalToken, Invitation, MailedCode,
        OutgoingScore, RoleGrant, SignedIn,
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """Counts of what a purge removed.

    Attributes
    ----------
    people : int
        Rows of the person; more than one if rows were merged.
    submissions, files : int
        Submissions and files that nobody else handed in.
    shared : int
        Submissions that others handed in too (a group, or the same files), and that they keep.
    adjustments, history : int
        Rows whose texts were removed.
    cleared : str
        A sentence that says what was done with the room that they took.
    """

    people: int
    submissions: int
    files: int
    shared: int
    adjustments: int
    history: int
    cleared: str = ""

    def sentence(self) -> str:
        """Return a sentence that says what was removed and what stays."""
        shared = (
            f" {self.shared} of the submissions are others' too and stay with them, without this "
            "person."
            if self.shared
            else ""
        )
        words = f"{counted(self.adjustments, 'change')} by hand"
        return (
            f"Removed: the name and all ids, {counted(self.submissions, 'submission')} with "
            f"{counted(self.files, 'file')}, the words of {words} and of "
            f"{counted(self.history, 'line')} of the history.{shared} Kept, for the statistics and "
            f"without a name: outcomes and points of checks. {self.cleared}"
        ).rstrip()


def purge(book: Gradebook, said: str, *, author: str, salt: bytes = b"") -> Purged:
    """Remove a person's data from a book, in one transaction.

    Parameters
    ----------
    book : Gradebook
        The gradebook that holds the person.
    said : str
        The person's id, platform number or name.
    author : str
        Who removes them; the history records that somebody was removed.
    salt : bytes
        The course's salt, with which the book recognises the person if they come again
        (`grader.gradebook.departed`); without it, it does not.

    Raises
    ------
    UsageError
        Nobody has this id or name, or several people have it.
    """
    with book.database.writing() as connection:
        if book.database.is_sqlite:
            connection.execute(text("PRAGMA secure_delete = ON"))  # and not only marked as free
        people = same_people(connection, find_person(connection, said))
        connection.execute(insert(Purging), [{"person_id": one} for one in people])
        if salt:
            keep_out(connection, people, salt)
        done = _purged(connection, people, author)
        connection.execute(delete(Purging))
    return replace(done, cleared=book.database.compact(TOUCHED))


def _purged(connection: Connection, people: list[int], author: str) -> Purged:
    names = [
        value
        for row in connection.execute(
            select(Participant.name, Participant.email).where(Participant.id.in_(people))
        )
        for value in row
        if value
    ]
    own, shared = _attempts(connection, people)
    handed_in = _remove_hand_ins(connection, people)
    submissions, files = _remove_submissions(connection, own, handed_in)
    _strip_results(connection, own)
    ids = _ids(connection, people)
    for attempt in shared:
        _leave(connection, attempt, people, {*names, *ids})
    holders = AttemptPerson.person_id.in_(people)
    connection.execute(delete(AttemptPerson).where(holders))
    words = {"reason": GONE, "author": GONE, "question": "", "value": ""}
    of_them = Adjustment.person_id.in_(people)
    adjustments = connection.execute(update(Adjustment).where(of_them).values(**words)).rowcount
    lines = update(History).where(History.person_id.in_(people))
    history = connection.execute(lines.values(who=GONE, why="", detail="")).rowcount
    for known in (Identity, RoleGrant, SignedIn, Invitation, MailedCode, OutgoingScore):
        connection.execute(delete(known).where(known.person_id.in_(people)))
    blank = {
        "name": GONE,
        "spelled": "",
        "email": "",
        "section": "",
        "enrolled": False,
        "purged_at": now_in_words(),
    }
    connection.execute(update(Participant).where(Participant.id.in_(people)).values(**blank))
    write_history(connection, "purged", who=author, person=people[0])
    return Purged(
        people=len(people),
        submissions=submissions,
        files=files,
        shared=len(shared),
        adjustments=adjustments,
        history=history,
    )


def _ids(connection: Connection, people: list[int]) -> list[str]:
    asked = select(Identity.value).where(Identity.person_id.in_(people))
    return list(connection.execute(asked).scalars())


def _attempts(connection: Connection, people: list[int]) -> tuple[list[int], list[int]]:
    """Return the attempts of these people alone, and the attempts that they share with others."""
    theirs = select(AttemptPerson.attempt_id).where(AttemptPerson.person_id.in_(people))
    everybody = select(AttemptPerson.attempt_id, AttemptPerson.person_id).where(
        AttemptPerson.attempt_id.in_(theirs)
    )
    holders: dict[int, set[int]] = {}
    for row in connection.execute(everybody):
        holders.setdefault(row.attempt_id, set()).add(row.person_id)
    own = [number for number, who in holders.items() if who <= set(people)]
    return own, [number for number in holders if number not in own]


def _remove_hand_ins(connection: Connection, people: list[int]) -> set[int]:
    """Remove the hand-ins and tokens of these people; return the submissions of the former."""
    connection.execute(delete(PersonalToken).where(PersonalToken.person_id.in_(people)))
    mine = HandIn.person_id.in_(people)
    found = set(connection.execute(select(HandIn.submission_id).where(mine)).scalars())
    connection.execute(delete(HandIn).where(mine))
    return found


def _remove_submissions(
    connection: Connection, attempts: list[int], handed_in: set[int]
) -> tuple[int, int]:
    """Remove the files of submissions that are of these attempts and hand-ins, and of no other."""
    used = handed_in | set(
        connection.execute(
            select(Attempt.submission_id).where(
                Attempt.id.in_(attempts), Attempt.submission_id.is_not(None)
            )
        ).scalars()
    )
    elsewhere = set(
        connection.execute(
            select(Attempt.submission_id).where(
                Attempt.submission_id.in_(used), Attempt.id.not_in(attempts)
            )
        ).scalars()
    ) | set(
        connection.execute(
            select(HandIn.submission_id).where(HandIn.submission_id.in_(used))
        ).scalars()
    )
    gone = sorted(one for one in used - elsewhere if one is not None)
    files = remove_files(connection, gone)
    for number in gone:
        connection.execute(
            update(Submission)
            .where(Submission.id == number)
            .values(content_key=f"{GONE} {number}", digest="", said=pack(((), ())))
        )
    grades = update(ExerciseGrade).where(ExerciseGrade.submission_id.in_(gone))
    connection.execute(grades.values(body=b"", settled=False))
    return len(gone), files


def _strip_results(connection: Connection, attempts: list[int]) -> None:
    """Strip results of everything but their numbers, and mark them as not counting."""
    results = update(Result).where(Result.attempt_id.in_(attempts))
    connection.execute(results.values(student=GONE, body=b"", fingerprint="", counts=False))
    values = {"holder": GONE, "submission_id": None, "delivery": "{}"}
    for number in attempts:
        one = update(Attempt).where(Attempt.id == number)
        connection.execute(one.values(**values, fingerprint=f"{GONE} {number}"))


def _leave(connection: Connection, attempt: int, people: Iterable[int], names: set[str]) -> None:
    """Remove a person from an attempt that others handed in with them, and from its results."""
    row = connection.execute(
        select(Attempt.delivery, Attempt.holder).where(Attempt.id == attempt)
    ).one()
    delivery = msgspec.json.decode(row.delivery, type=Delivery)
    gone = set(map(str, people))
    holder = ",".join(one for one in row.holder.split(",") if one not in gone)
    left = _without(delivery, names)
    connection.execute(
        update(Attempt)
        .where(Attempt.id == attempt)
        .values(holder=holder, delivery=msgspec.json.encode(left).decode())
    )
    asked = select(Result.id, Result.body, Result.student).where(Result.attempt_id == attempt)
    for result in connection.execute(asked).all():
        frame: SubmissionResult = unpack(result.body, SubmissionResult)
        frame = replace(
            frame,
            student=_unnamed(frame.student, names),
            slug="",  # it is made of the names; the next report gets another
            delivery=_without(frame.delivery, names),
        )
        values: dict[str, Any] = {
            "student": frame.student, "body": squeezed(msgspec.json.encode(frame)),
        }  # fmt: skip
        connection.execute(update(Result).where(Result.id == result.id).values(**values))


def _without(delivery: Delivery, names: set[str]) -> Delivery:
    people = tuple(one for one in delivery.people if not {one.id, one.name, one.email} & names)
    return replace(delivery, people=people)


def _unnamed(student: str, names: set[str]) -> str:
    """Return a group's names without the names of one person."""
    left = [one for one in student.split(", ") if one not in names]
    return ", ".join(left) or GONE
