"""The tables of a gradebook.

Rows are added; what they say about a grade never changes. A person's latest result counts, and
`History` records who made which change. Points are exact decimals, stored in millionths of a point
(`Points`).
"""

from __future__ import annotations

__all__ = [
    "Adjustment", "Attempt", "AttemptPerson", "BankComment", "Base", "Content",
    "Departed", "ExerciseGrade", "History", "Identity", "KnownCheck", "Participant", "Purging",
    "Result", "ResultExercise", "Run", "Submission", "SubmissionFile", "Wording",
]  # fmt: skip

from decimal import Decimal  # noqa: TC003 - columns are made by their annotations
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from grader.gradebook.columns import Points

# Type of row numbers: SQLite autoincrements only an INTEGER column.
_Key = BigInteger().with_variant(Integer(), "sqlite")


def _where(condition: str) -> dict[str, Any]:
    """Say which rows an index has, for whoever reads: migrations make it.

    Said in SQLAlchemy's own way, it would import all of PostgreSQL's dialect for a book in a file.
    """
    return {"info": {"where": condition}}


class Base(DeclarativeBase):
    """The base class of all tables."""


class Participant(Base):
    """A person who handed something in or is on the roster.

    Attributes
    ----------
    spelled : str
        The name in the form used for comparison (`grader.gradebook.holders.spelled`).
    merged_into : int, optional
        If two rows turned out to be one person: the row that remains.
    enrolled : bool
        Whether the roster that was stored last has this person.
    purged_at : str
        When the person's name and work were removed; empty for everybody else.
    """

    __tablename__ = "people"
    __table_args__ = (
        Index("ix_people_merged_into", "merged_into", **_where("merged_into IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(_Key, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    spelled: Mapped[str] = mapped_column(Text, index=True)
    email: Mapped[str] = mapped_column(Text, default="")
    section: Mapped[str] = mapped_column(Text, default="")
    enrolled: Mapped[bool] = mapped_column(Boolean, default=False)
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("people.id"), default=None)
    purged_at: Mapped[str] = mapped_column(String(20), default="")


class Identity(Base):
    """One identity of a person: an id of the roster, a platform's number, or a name."""

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("kind", "value"),)

    id: Mapped[int] = mapped_column(_Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    kind: Mapped[str] = mapped_column(String(64))
    value: Mapped[str] = mapped_column(Text)


class Content(Base):
    """The bytes of a large file, compressed (Zstandard), stored once for all who handed them in."""

    __tablename__ = "contents"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class Submission(Base):
    """The sealed files of a submission.

    Attributes
    ----------
    digest : str
        The digest of the `grader.intake.sealed.Sealed`.
    content_key : str
        SHA-256 of the digest and of everything else that a result depends on: the files that were
        received and cannot be graded.
    said : bytes
        The intake's notes and the other files received, as compressed JSON.
    files : bytes, optional
        The small files together (`grader.gradebook.contents`); None in rows of an older version,
        which had each file in a row of its own, and where the files were removed.
    """

    __tablename__ = "submissions"

    id: Mapped[int] = mapped_column(_Key, primary_key=True)
    content_key: Mapped[str] = mapped_column(String(64), unique=True)
    # Without an index, as a file's digest is.
    digest: Mapped[str] = mapped_column(String(64))
    said: Mapped[bytes] = mapped_column(LargeBinary)
    files: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)


class SubmissionFile(Base):
    """A file of a submission that is not among its small ones: its path, and its digest."""

    __tablename__ = "submission_files"
    __table_args__ = ({"sqlite_with_rowid": False},)

    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), primary_key=True)
    path: Mapped[str] = mapped_column(Text, primary_key=True)
    # Without an index: digests are random, and each file would write another page of it.
    digest: Mapped[str] = mapped_column(ForeignKey("contents.digest"))


class Run(Base):
    """One command that graded into the book."""

    __tablename__ = "runs"

    id: Mapped[int] = mapped_column(_Key, primary_key=True)
    command: Mapped[str] = mapped_column(String(32))
    began_at: Mapped[str] = mapped_column(String(20))
    ended_at: Mapped[str] = mapped_column(String(20), default="")
    course_digest: Mapped[str] = mapped_column(String(64))
    grader_version: Mapped[str] = mapped_column(String(32))
    isolation: Mapped[str] = mapped_column(String(16))


class Attempt(Base):
    """One attempt: what somebody handed in at one time.

    Attributes
    ----------
    holder : str
        The row numbers of its people, or a name where they are not known.
    submission_id : int, optional
        None where the submission could not be opened.
    delivery : str
        `grader.results.Delivery` as JSON.
    """

    __tablename__ = "attempts"
    __table_args__ = (UniqueConstraint("holder", "fingerprint"),)

    id: Mapped[int] = mapped_column(_Key, primary_key=True)
    holder: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[str] = mapped_column(String(64))
    submission_id: Mapped[int | None] = mapped_column(ForeignKey("submissions.id"), index=True)
    delivery: Mapped[str] = mapped_column(Text)


class AttemptPerson(Base):
    """A person who handed in an attempt; an attempt of a group has several rows."""

    __tablename__ = "attempt_people"
    __table_args__ = ({"sqlite_with_rowid": False},)

    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempts.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True, index=True)


class Wording(Base):
    """The words of one edition of an exercise that all results share (`grader.gradebook.wordings`).

    Attributes
    ----------
    digest : str
        SHA-256 of what the text follows from.
    data : bytes
        The text, compressed.
    """

    __tablename__ = "wordings"

    id: Mapped[int] = mapped_column(_Key, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class ExerciseGrade(Base):
    """The result of one exercise of one submission, stored once for all who handed in these files.

    Attributes
    ----------
    stamp : str
        SHA-256 of everything that the result depends on: the exercise, the grader, the packages,
        the salt, the isolation level.
    exercise_digest : str
        The digest of the exercise alone (`grader.course.Exercise.digest`).
    settled : bool
        Whether the result may be used again; one with a grader error or a time-out may not.
    wording_id : int, optional
        The wording that decompresses the result; None for rows of an older version.
    body : bytes
        `grader.judge.GradedExercise` as compressed JSON.
    verdicts : str
        For each check its `KnownCheck` row, outcome, points and maximum (in millionths), as the
        JSON of a list of lists. The view ``check_outcomes`` shows them as rows, for queries over a
        class.
    """

    __tablename__ = "exercise_grades"
    __table_args__ = (
        Index(
            "one_settled_grade",
            "submission_id",
            "exercise",
            "stamp",
            unique=True,
            **_where("settled"),
        ),
    )

    id: Mapped[int] = mapped_column(_Key, primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submissions.id"), index=True)
    exercise: Mapped[str] = mapped_column(String(200))
    stamp: Mapped[str] = mapped_column(String(64))
    exercise_digest: Mapped[str] = mapped_column(String(64))
    settled: Mapped[bool] = mapped_column(Boolean)
    score: Mapped[Decimal] = mapped_column(Points)
    withheld: Mapped[Decimal] = mapped_column(Points)
    max_score: Mapped[Decimal] = mapped_column(Points)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    wording_id: Mapped[int | None] = mapped_column(ForeignKey("wordings.id"), default=None)
    verdicts: Mapped[str] = mapped_column(Text, server_default="[]")


class KnownCheck(Base):
    """A check of the course, by its id in results: each id is stored once."""

    __tablename__ = "checks"

    id: Mapped[int] = mapped_column(_Key, primary_key=True)
    check_id: Mapped[str] = mapped_column(String(300), unique=True)


class Result(Base):
    """A graded attempt.

    Attributes
    ----------
    counts : bool
        Whether this attempt counts, of several that were graded together.
    body : bytes
        The `SubmissionResult` without its exercises, as compressed JSON; the exercises are in
        `ResultExercise`.
    """

    __tablename__ = "results"

    id: Mapped[int] = mapped_column(_Key, primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempts.id"), index=True)
    # Without an index: nobody asks for the results of a run, and it is another page a commit.
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id"))
    fingerprint: Mapped[str] = mapped_column(String(64))
    student: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16))
    score: Mapped[Decimal] = mapped_column(Points)
    withheld: Mapped[Decimal] = mapped_column(Points)
    max_score: Mapped[Decimal] = mapped_column(Points)
    graded_at: Mapped[str] = mapped_column(String(20))
    counts: Mapped[bool] = mapped_column(Boolean, default=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)


class ResultExercise(Base):
    """Links a result to its exercises, in the order of the course."""

    __tablename__ = "result_exercises"
    __table_args__ = ({"sqlite_with_rowid": False},)

    result_id: Mapped[int] = mapped_column(ForeignKey("results.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    grade_id: Mapped[int] = mapped_column(ForeignKey("exercise_grades.id"), index=True)


class Adjustment(Base):
    """A change of a grade by hand.

    Attributes
    ----------
    origin : int
        The number by which people name it: the number of its first row, since a change for a group
        has a row for each member.
    exercise, check_id, question : str
        What it applies to; all are empty where it applies to the whole grade.
    kind : str
        A `grader.results.ChangeKind`.
    value : str
        The value of a change that is not about points: the seconds of an extension, a date.
    seen_digest : str
        The digest of the exercise or the answer that its author saw: once that differs, somebody
        has to look again.
    revoked_at : str
        When it was taken back; empty while it holds.
    """

    __tablename__ = "adjustments"

    id: Mapped[int] = mapped_column(_Key, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    origin: Mapped[int] = mapped_column(BigInteger, default=0, index=True)
    exercise: Mapped[str] = mapped_column(String(200), default="")
    check_id: Mapped[str] = mapped_column(String(300), default="")
    question: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[str] = mapped_column(String(16))
    points: Mapped[Decimal | None] = mapped_column(Points, default=None)
    value: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(Text)
    made_at: Mapped[str] = mapped_column(String(20))
    seen_digest: Mapped[str] = mapped_column(String(64), default="")
    revoked_at: Mapped[str] = mapped_column(String(20), default="")


class BankComment(Base):
    """A comment that graders can use again, by its number.

    Attributes
    ----------
    question : str
        The question that it is for; empty for all questions.
    points : Decimal, optional
        The points of every answer that gets this comment, if they are always the same.
    """

    __tablename__ = "bank_comments"

    id: Mapped[int] = mapped_column(_Key, primary_key=True)
    question: Mapped[str] = mapped_column(Text, default="")
    comment: Mapped[str] = mapped_column(Text)
    points: Mapped[Decimal | None] = mapped_column(Points, default=None)
    author: Mapped[str] = mapped_column(Text)
    made_at: Mapped[str] = mapped_column(String(20))


class History(Base):
    """Who did what to whom, when and why; the database refuses to change or delete a row."""

    __tablename__ = "history"

    id: Mapped[int] = mapped_column(_Key, primary_key=True)
    at: Mapped[str] = mapped_column(String(20))
    who: Mapped[str] = mapped_column(Text)
    what: Mapped[str] = mapped_column(String(32))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    why: Mapped[str] = mapped_column(Text, default="")
    detail: Mapped[str] = mapped_column(Text, default="")


class Departed(Base):
    """By what somebody who was removed is told when they come again (`grader.gradebook.departed`).

    Attributes
    ----------
    digest : str
        An id or a number of theirs, as a digest under the course's salt, which is in no book.
    token : str
        The same for all ids of one person, and drawn at random.
    """

    __tablename__ = "departed"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    token: Mapped[str] = mapped_column(String(32))
    purged_at: Mapped[str] = mapped_column(String(20))


class Purging(Base):
    """The person whose data the running transaction removes; empty at all other times."""

    __tablename__ = "purging"

    person_id: Mapped[int] = mapped_column(_Key, primary_key=True, autoincrement=False)
