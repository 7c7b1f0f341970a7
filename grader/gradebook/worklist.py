"""List the free-text answers that wait for hand grading, grade them, and keep reusable comments."""

from __future__ import annotations

__all__ = [
    "OpenAnswer",
    "add_comment",
    "answer_named",
    "comments",
    "grade_answer",
    "open_answers",
]

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from sqlalchemy import select

from grader.errors import UsageError
from grader.gradebook.adjusting import MOST_POINTS, AdjustmentRequest, change_grade, revoke_of
from grader.gradebook.book import result_of, standing_of, standings_of
from grader.gradebook.models import BankComment
from grader.gradebook.rows import add, now_in_words
from grader.results import ChangeKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from grader.course import Course
    from grader.gradebook.adjusting import StoredAdjustment
    from grader.gradebook.book import Gradebook, Standing
    from grader.results import FreeText, SubmissionResult


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAnswer:
    """A free-text answer, with the points and the comment it has.

    Attributes
    ----------
    key : str
        Names the answer in a table: the person's row number, the exercise, the question.
    people : tuple of int
        Row numbers of the people who wrote it.
    most : Decimal
        The maximum points; 0 for an answer that only gets a comment.
    points : Decimal, optional
        The points given; None where nobody has graded it.
    comment : str
        The grader's comment.
    is_other : bool
        Whether the student has changed the answer since it was graded.
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
        """Whether somebody still has to grade it."""
        return self.points is None or self.is_other


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredComment:
    """A comment of the comment bank, by its number."""

    number: int
    comment: str
    points: Decimal | None
    question: str


def open_answers(
    book: Gradebook, course: Course, *, exercise: str = "", graded: bool = False
) -> list[OpenAnswer]:
    """Return the answers that wait for hand grading, ordered by exercise, question and student.

    Parameters
    ----------
    book, course
        The gradebook, and the course, which says what questions are worth.
    exercise : str
        Id or number of the only exercise to list; empty for all.
    graded : bool
        Whether to include answers that are graded already.
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


def answer_named(connection: Connection, course: Course, key: str) -> OpenAnswer | None:
    """Return an answer by its key, as it is now; None where there is no such answer any more.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    course : Course
        With what questions are worth.
    key : str
        As `OpenAnswer.key` has it.
    """
    person = key.partition("/")[0]
    if not (person.isascii() and person.isdecimal() and len(person) < 18):
        return None
    standing = standing_of(connection, int(person))
    found = _of(connection, standing, course) if standing else iter(())
    return next((one for one in found if one.key == key), None)


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
) -> StoredAdjustment:
    """Grade an answer; an earlier grade is taken back and stays in the history.

    Parameters
    ----------
    connection : Connection
        In a transaction that may write.
    course : Course
        The course, which says what questions are worth.
    answer : OpenAnswer
        The answer, as returned by `open_answers`.
    points : Decimal
        Points from 0 to the answer's maximum.
    comment : str
        The comment for the student; may be empty.
    author : str
        Who graded the answer.

    Raises
    ------
    UsageError
        The points are outside the answer's range.
    """
    if not 0 <= points <= min(answer.most, MOST_POINTS):
        raise UsageError(
            f"{points:f} points are not between 0 and {answer.most:f}, which "
            f"{answer.question_key!r} is worth."
        )
    if answer.number:
        why = "graded again"
        revoke_of(connection, answer.people[0], answer.number, reason=why, author=author)
    wanted = AdjustmentRequest(
        kind=ChangeKind.ANSWER,
        exercise=answer.exercise,
        question=answer.question_key,
        points=points,
        reason=comment or "read, and graded",
        author=author,
    )
    return change_grade(connection, course, answer.people[0], wanted)


def comments(book: Gradebook, question: str = "") -> list[StoredComment]:
    """Return the bank's comments for all questions, and those for `question`; all if empty."""
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
    """Add a comment to the bank, and return its number.

    Parameters
    ----------
    book : Gradebook
        The gradebook with the bank.
    comment : str
        The text that students read.
    author : str
        Who wrote the comment.
    question : str
        The question that it is for; empty for all questions.
    points : Decimal, optional
        The points of an answer that gets this comment.

    Raises
    ------
    UsageError
        The comment is empty, or the bank has it already.
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
