"""Answers in students' own words that a person grades: which are open, and how they are graded."""

from __future__ import annotations

__all__ = ["OpenAnswer", "add_comment", "comments", "grade_answer", "open_answers"]

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

from grader.errors import UsageError
from grader.gradebook.adjusting import MOST_POINTS, Wanted, change_grade, revoke_of
from grader.gradebook.book import result_of, standings_of
from grader.gradebook.models import BankComment
from grader.gradebook.rows import add, now_in_words
from grader.results import ChangeKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from grader.course import Course
    from grader.gradebook.adjusting import Made
    from grader.gradebook.book import Gradebook, Standing
    from grader.results import FreeText, SubmissionResult


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAnswer:
    """An answer, and what was made of it.

    Attributes
    ----------
    key : str
        By which it is named in a table: the person's number, the exercise, the question.
    people : tuple of int
        Whose it is.
    most : Decimal
        What it is worth; 0 where it gets a comment alone.
    points : Decimal, optional
        What a person gave; None where nobody has looked.
    comment : str
        What a person wrote.
    is_other : bool
        Whether what was graded is another answer than this one.
    """

    key: str
    people: tuple[int, ...]
    student: str
    exercise: str
    question_key: str
    question: str
    answer: str
    most: Decimal
    points: Decimal | None = None
    comment: str = ""
    number: int = 0
    is_other: bool = False

    @property
    def is_open(self) -> bool:
        """Whether a person has to look at it."""
        return self.points is None or self.is_other


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredComment:
    """A comment of the bank, by its number."""

    number: int
    comment: str
    points: Decimal | None
    question: str


def open_answers(
    book: Gradebook, course: Course, *, exercise: str = "", graded: bool = False
) -> list[OpenAnswer]:
    """Return the answers that wait for a person, question by question.

    Parameters
    ----------
    book, course
        Of whom, and with what questions are worth.
    exercise : str
        Of this exercise only, by id or number.
    graded : bool
        Whether with those that were graded already.
    """
    wanted = course.only([exercise]).exercises[0].id if exercise else ""
    with book.database.reading() as connection:
        found = [
            one
            for standing in standings_of(connection)
            for one in _of(connection, standing, course)
            if (graded or one.is_open) and wanted in ("", one.exercise)
        ]
    return sorted(found, key=lambda one: (one.exercise, one.question_key, one.student))


def _of(connection: Connection, standing: Standing, course: Course) -> Iterator[OpenAnswer]:
    result = result_of(connection, standing, course)
    for text in result.free_text:
        yield _answer(result, standing, text)


def _answer(result: SubmissionResult, standing: Standing, text: FreeText) -> OpenAnswer:
    worth = {(one.exercise, one.question): one.points for one in result.policy.by_hand}
    made = [
        one
        for one in result.adjustments
        if one.kind is ChangeKind.ANSWER
        and (one.exercise, one.question) == (text.exercise, text.key)
        and one.counts
    ]
    last = made[-1] if made else None
    return OpenAnswer(
        key=f"{standing.people[0]}/{text.exercise}/{text.key}",
        people=standing.people,
        student=result.student,
        exercise=text.exercise,
        question_key=text.key,
        question=text.question,
        answer=text.answer,
        most=worth.get((text.exercise, text.key), Decimal(0)),
        points=last.points if last else None,
        comment=last.reason if last else "",
        number=last.number if last else 0,
        is_other=last.stale if last else False,
    )


def grade_answer(
    connection: Connection,
    course: Course,
    answer: OpenAnswer,
    *,
    points: Decimal,
    comment: str,
    author: str,
) -> Made:
    """Grade an answer; what was given before is taken back, and stays in the history.

    Parameters
    ----------
    connection : Connection
        In a transaction that may write.
    course : Course
        With what questions are worth.
    answer : OpenAnswer
        As `open_answers` returned it.
    points : Decimal
        From 0 to what it is worth.
    comment : str
        What the student reads; may be empty.
    author : str
        Who graded it.

    Raises
    ------
    UsageError
        Where the points are none for this answer.
    """
    if not 0 <= points <= min(answer.most, MOST_POINTS):
        raise UsageError(
            f"{points:f} points are not between 0 and {answer.most:f}, which "
            f"{answer.question_key!r} is worth."
        )
    if answer.number:
        why = "graded again"
        revoke_of(connection, answer.people[0], answer.number, reason=why, author=author)
    wanted = Wanted(
        kind=ChangeKind.ANSWER,
        exercise=answer.exercise,
        question=answer.question_key,
        points=points,
        reason=comment or "read, and graded",
        author=author,
    )
    return change_grade(connection, course, answer.people[0], wanted)


def comments(book: Gradebook, question: str = "") -> list[StoredComment]:
    """Return the comments of the bank: those for all questions, and those for this one."""
    table = BankComment.__table__
    with book.database.reading() as connection:
        rows = connection.execute(select(table).order_by(table.c.id)).all()
    return [
        StoredComment(number=row.id, comment=row.comment, points=row.points, question=row.question)
        for row in rows
        if not question or row.question in ("", question)
    ]


def add_comment(
    book: Gradebook, comment: str, *, author: str, question: str = "", points: Decimal | None = None
) -> int:
    """Put a comment into the bank, and return its number.

    Parameters
    ----------
    book : Gradebook
        Whose bank it is.
    comment : str
        What students read.
    author : str
        Who wrote it.
    question : str
        For which question it is; empty for all.
    points : Decimal, optional
        What an answer with this comment gets.

    Raises
    ------
    UsageError
        Where it is empty, or there already.
    """
    comment = " ".join(comment.split())
    if not comment:
        raise UsageError("The comment is empty.")
    for one in comments(book, question):
        if (one.comment, one.question, one.points) == (comment, question, points):
            raise UsageError(f"The bank has this comment already: number {one.number}.")
    with book.database.writing() as connection:
        return add(
            connection,
            BankComment,
            question=question,
            comment=comment,
            points=points,
            author=author,
            made_at=now_in_words(),
        )
