"""Grade free-text answers: a list of those that wait, and a page for each.

Two who grade the same answer are told of each other: while both look at it, and again where one has
stored something that the other has not seen; then nothing is stored until that one has looked.
"""

from __future__ import annotations

__all__ = ["answer_routes"]

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from grader.errors import UsageError
from grader.gradebook.adjusting import exact
from grader.gradebook.adjustment_rows import written_digest
from grader.gradebook.exercise_rules import course_as_ruled
from grader.gradebook.worklist import (
    OpenAnswer,
    add_comment,
    answer_named,
    comments,
    grade_answer,
    open_answers,
)
from grader.portal.access import AllowedRoute, visitor_of
from grader.portal.context import context_of
from grader.portal.identity import Permission, roles_that_may
from grader.portal.teaching.teaching_room import done, fields_of, problem, room_of, show
from grader.report.text import clean, exact_points, line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from decimal import Decimal

    from starlette.requests import Request
    from starlette.responses import Response

    from grader.gradebook import Gradebook
    from grader.gradebook.worklist import StoredComment
    from grader.portal.context import PortalContext

MOST_WORDS = 4_000
MOST_LETTERS = 20_000


def answer_routes() -> list[AllowedRoute]:
    """Return the routes."""
    may = roles_that_may(Permission.WORK_GRADE)
    return [
        AllowedRoute("/answers", answers_page, may=may),
        AllowedRoute("/answers/one", answer_page, may=may),
        AllowedRoute("/answers/one", grade_one, may=may, methods=["POST"]),
        AllowedRoute("/answers/bank", add_to_bank, may=may, methods=["POST"]),
    ]


async def answers_page(request: Request) -> Response:
    """Show how many answers wait, question by question."""
    context = context_of(request)
    answers = await context.ask(_all, context, graded=True)
    by_question: dict[tuple[str, str], list[OpenAnswer]] = {}
    for one in answers:
        by_question.setdefault((one.exercise, one.question_key), []).append(one)
    titles = {one.id: f"{one.number} {one.title}" for one in context.course.exercises}
    lines = []
    for (exercise, key), some in by_question.items():
        waiting = [one for one in some if one.is_open]
        first = (waiting or some)[0]
        lines.append({
            "exercise": titles.get(exercise, exercise),
            "question": line(some[0].question, 200),
            "key": key,
            "waiting": len(waiting),
            "count": len(some),
            "worth": f"{exact_points(some[0].most)} points" if some[0].most else "a comment",
            "href": _href(first.key),
        })  # fmt: skip
    waiting_all = sum(one.is_open for one in answers)
    return show(request, "teaching_answers.html.j2", lines=lines, waiting=waiting_all)


def _all(context: PortalContext, *, graded: bool) -> list[OpenAnswer]:
    with context.book.database.reading() as connection:
        course = course_as_ruled(connection, context.course)
    return open_answers(context.book, course, graded=graded)


def _href(key: str) -> str:
    return f"/answers/one?key={quote(key, safe='')}"


@dataclass(frozen=True, slots=True)
class GradingDesk:
    """An answer, with everything that its grading page shows."""

    answer: OpenAnswer
    bank: list[StoredComment]
    before: str = ""
    after: str = ""
    next_open: str = ""
    place: str = ""


def _desk(context: PortalContext, key: str) -> GradingDesk | None:
    with context.book.database.reading() as connection:
        course = course_as_ruled(connection, context.course)
        answer = answer_named(connection, course, key)
    if answer is None:
        return None
    same = [
        one
        for one in open_answers(context.book, course, graded=True)
        if (one.exercise, one.question_key) == (answer.exercise, answer.question_key)
    ]
    keys = [one.key for one in same]
    at = keys.index(key)
    later = [*same[at + 1 :], *same[:at]]
    return GradingDesk(
        answer=answer,
        bank=comments(context.book, answer.question_key),
        before=_href(keys[at - 1]) if at else "",
        after=_href(keys[at + 1]) if at + 1 < len(keys) else "",
        next_open=next((_href(one.key) for one in later if one.is_open), ""),
        place=f"{at + 1} of {len(keys)}",
    )


async def answer_page(request: Request) -> Response:
    """Show one answer, to be graded."""
    return await _answer(request, request.query_params.get("key", "")[:600])


async def _answer(
    request: Request, key: str, given: dict[str, str] | None = None, wrong: str = ""
) -> Response:
    context, visitor = context_of(request), visitor_of(request)
    desk = await context.ask(_desk, context, key)
    if desk is None:
        said = "This answer is not there any more: its author may have handed in another one."
        return problem(request, "No such answer", said, "/answers", 404)
    answer = desk.answer
    given = given or {
        "points": "" if answer.points is None or answer.is_other else exact_points(answer.points),
        "comment": "" if answer.is_other else answer.comment,
    }
    others = room_of(request).viewers.look(answer.key, visitor.person, visitor.name)
    titles = {one.id: f"exercise {one.number}, {one.title}" for one in context.course.exercises}
    return show(
        request,
        "teaching_answer.html.j2",
        status=409 if wrong else 200,
        problem=wrong,
        desk=desk,
        answer=replace(answer, answer=clean(answer.answer, MOST_LETTERS)),
        name=line(answer.student, 60),
        where=titles.get(answer.exercise, answer.exercise),
        href=f"/class/people/{answer.people[0]}",
        worth=exact_points(answer.most),
        had="" if answer.points is None else exact_points(answer.points),
        given=given,
        version=version_of(answer),
        others=others,
        bank=[
            (one.number, one.comment, "" if one.points is None else exact_points(one.points))
            for one in desk.bank
        ],
    )


async def grade_one(request: Request) -> Response:
    """Store a grade, unless somebody else has graded the answer since."""
    context, visitor = context_of(request), visitor_of(request)
    given = await fields_of(request)
    key, seen = given.get("key", "")[:600], given.get("seen", "")
    ticked = {
        int(n) for name in given if (n := name.removeprefix("bank-")) != name and n.isdecimal()
    }
    bank = [one for one in await context.ask(comments, context.book) if one.number in ticked]
    given = with_bank(given, bank)
    try:
        points = exact(given["points"] or "nothing", given["points"])
        outcome = await context.ask(
            _grade, context.book, context, key, seen, (points, given["comment"]), visitor.name
        )
    except UsageError as error:
        return await _answer(request, key, given, str(error))
    if outcome is None:
        return await _answer(request, key)
    if isinstance(outcome, OpenAnswer):
        had = "" if outcome.points is None else exact_points(outcome.points)
        said = (
            "Somebody else has graded this answer since you opened it"
            + (f": {had} points, “{line(outcome.comment, 200)}”. " if had else ". ")
            + "What you gave is below and was not stored: store it again if it is to take the "
            "place of theirs."
        )
        return await _answer(request, key, given, said)
    where, said = outcome
    return done(request, where or "/answers", said)


def with_bank(given: Mapping[str, str], bank: Sequence[StoredComment]) -> dict[str, str]:
    """Return points and comment of a form, with the comments that were ticked in the bank.

    Points that are written count; else those of a ticked comment that has some.
    """
    words = [one.comment for one in bank]
    own = " ".join(given.get("comment", "").split())
    if own and own not in words:
        words.append(own)
    worth = [exact_points(one.points) for one in bank if one.points is not None]
    points = given.get("points", "").strip().replace(",", ".")[:40]
    if not points and len(worth) == 1:
        points = worth[0]
    return {"points": points, "comment": " ".join(words)[:MOST_WORDS]}


def _grade(
    book: Gradebook,
    context: PortalContext,
    key: str,
    seen: str,
    given: tuple[Decimal, str],
    author: str,
) -> tuple[str, str] | OpenAnswer | None:
    """Store a grade; return the next page and what was done, or the answer as it is now."""
    points, comment = given
    with book.database.writing() as connection:
        course = course_as_ruled(connection, context.course)
        answer = answer_named(connection, course, key)
        if answer is None:
            return None
        if seen != version_of(answer):
            return answer
        made = grade_answer(
            connection, course, answer, points=points, comment=comment, author=author
        )
    desk = _desk(context, key)
    left = desk.next_open if desk else ""
    said = f"{', '.join(made.people)}: {exact_points(points)} of {exact_points(answer.most)}."
    if made.after is not None:
        total = f"{exact_points(made.after.total)} of {exact_points(made.after.most)}"
        said += f" Their total is {total} now."
    if not left:
        said += " No other answer to this question waits."
    return left, said


def version_of(answer: OpenAnswer) -> str:
    """Return a version that changes when somebody grades the answer or hands in a new one."""
    return f"{answer.number}-{written_digest(answer.answer)[:16]}"


async def add_to_bank(request: Request) -> Response:
    """Put a comment into the bank."""
    context, visitor = context_of(request), visitor_of(request)
    given = await fields_of(request)
    key = given.get("key", "")[:600]
    question = key.split("/", 2)[2] if key.count("/") >= 2 and given.get("own") == "yes" else ""
    text = given.get("points", "").strip().replace(",", ".")
    try:
        points = exact(text, text) if text else None
        number = await context.ask(
            add_comment,
            context.book,
            given.get("comment", "")[:MOST_WORDS],
            author=visitor.name,
            question=question,
            points=points,
        )
    except UsageError as error:
        return problem(request, "Not in the bank", str(error), _href(key))
    return done(request, _href(key), f"Comment {number} is in the bank.")
