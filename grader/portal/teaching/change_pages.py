"""Changes by hand of one student's grade: shown before they are stored, asked once, told after."""

from __future__ import annotations

__all__ = ["change_routes"]

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from grader.course.policies import seconds_of
from grader.errors import UsageError
from grader.gradebook.adjusting import (
    AdjustmentRequest,
    StoredAdjustment,
    change_grade,
    confirm_of,
    points_of,
    revoke_of,
)
from grader.gradebook.exercise_rules import course_as_ruled
from grader.portal.access import AllowedRoute, visitor_of
from grader.portal.context import context_of
from grader.portal.identity import Permission, roles_that_may
from grader.portal.teaching.person_pages import found_in, person_shown
from grader.portal.teaching.person_views import KINDS, change_line
from grader.portal.teaching.teaching_room import (
    allowed,
    done,
    fields_of,
    number_in,
    problem,
    room_of,
    show,
)
from grader.report.text import exact_points
from grader.results import Adjusted, ChangeKind

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from grader.portal.context import PortalContext

MOST_WORDS = 2_000


def change_routes() -> list[AllowedRoute]:
    """Return the routes."""
    grade = roles_that_may(Permission.WORK_GRADE)
    adjust = roles_that_may(Permission.ADJUST)
    one = "/class/people/{person}"
    return [
        AllowedRoute(f"{one}/change", preview_change, may=grade, methods=["POST"]),
        AllowedRoute(f"{one}/change/store", store_change, may=grade, methods=["POST"]),
        AllowedRoute(f"{one}/changes/{{number}}", ask_revoke, may=adjust),
        AllowedRoute(f"{one}/changes/{{number}}", do_revoke, may=adjust, methods=["POST"]),
        AllowedRoute(f"{one}/changes/{{number}}/holds", do_confirm, may=adjust, methods=["POST"]),
    ]


@dataclass(frozen=True, slots=True)
class ChangeRead:
    """A change that was shown to somebody before it is stored."""

    person: int
    wanted: AdjustmentRequest
    total: Decimal | None


def wanted_of(given: dict[str, str], author: str) -> AdjustmentRequest:
    """Return the change that a form asks for.

    Raises
    ------
    UsageError
        Where it is none, in a sentence.
    """
    kind = given.get("kind", "")
    known = {str(one): one for one in KINDS}
    if kind not in known:
        raise UsageError("Choose what is to be changed.")
    which, text, points, value = known[kind], given.get("value", "").strip()[:80], None, ""
    if which is ChangeKind.POINTS:
        which, points = points_of(text)
    elif which is ChangeKind.BONUS:
        points = points_of(f"+{text.lstrip('+')}")[1]
    elif which is ChangeKind.EXTENSION:
        seconds = seconds_of(text)
        if not seconds:
            raise UsageError(f"{text!r} is not a duration: write 2d, 12h or 1d 12h.")
        value = str(seconds)
    elif which is ChangeKind.HANDED_IN:
        value = text
    elif text:
        raise UsageError("This kind of change has no value: leave it empty, and write the reason.")
    about = given.get("about", "")
    return AdjustmentRequest(
        kind=which,
        reason=given.get("reason", "")[:MOST_WORDS],
        author=author,
        exercise=about.removeprefix("exercise:"),
        check=given.get("check", "").strip()[:300],
        points=points,
        value=value,
    )


class _OnlyTried(Exception):
    """Ends a transaction whose effects are shown but not stored."""


def _tried(context: PortalContext, person: int, wanted: AdjustmentRequest) -> StoredAdjustment:
    """Return the effect of a change without storing it."""
    made: StoredAdjustment | None = None
    try:
        with context.book.database.writing() as connection:
            course = course_as_ruled(connection, context.course)
            made = change_grade(connection, course, person, wanted)
            raise _OnlyTried
    except _OnlyTried:
        pass
    assert made is not None  # noqa: S101  (it was made before what ends the transaction)
    return made


async def preview_change(request: Request) -> Response:
    """Show the effect of a change before it is stored."""
    found, context, visitor = await found_in(request), context_of(request), visitor_of(request)
    given = await fields_of(request)
    try:
        wanted = wanted_of(given, visitor.name)
        _refuse_not_allowed(request, wanted)
        made = await context.ask(_tried, context, found.person, wanted)
    except UsageError as error:
        return await person_shown(request, found, given, str(error))
    total = made.before.total if made.before else None
    kept = room_of(request).kept.put(visitor.person, ChangeRead(found.person, wanted, total))
    return show(
        request,
        "teaching_change.html.j2",
        found=found,
        people=made.people,
        change=change_line(_as_adjusted(wanted), found.course),
        before="" if made.before is None else exact_points(made.before.total),
        after="" if made.after is None else exact_points(made.after.total),
        most="" if made.after is None else exact_points(made.after.most),
        kept=kept,
    )


def _as_adjusted(wanted: AdjustmentRequest) -> Adjusted:
    return Adjusted(
        number=0,
        kind=wanted.kind,
        exercise=wanted.exercise,
        check=wanted.check,
        points=wanted.points or Decimal(0),
        value=wanted.value,
        reason=wanted.reason,
        author=wanted.author,
    )


def _refuse_not_allowed(request: Request, wanted: AdjustmentRequest) -> None:
    kind = ChangeKind.POINTS if wanted.kind is ChangeKind.SET else wanted.kind
    if not allowed(request, KINDS[kind][1]):
        raise HTTPException(403)


async def store_change(request: Request) -> Response:
    """Store a change that was shown before, if nobody has changed the total meanwhile."""
    person, context, visitor = (
        number_in(request, "person"),
        context_of(request),
        visitor_of(request),
    )
    name, room = (await fields_of(request)).get("kept", ""), room_of(request)
    read = room.kept.get(visitor.person, name)
    back = f"/class/people/{person}"
    if not isinstance(read, ChangeRead) or read.person != person:
        said = "What you wanted to change is not known any more: enter it again."
        return problem(request, "Nothing was changed", said, back, 409)
    _refuse_not_allowed(request, read.wanted)

    def work() -> StoredAdjustment | None:
        made: StoredAdjustment | None = None
        try:
            with context.book.database.writing() as connection:
                course = course_as_ruled(connection, context.course)
                made = change_grade(connection, course, person, read.wanted)
                if (made.before.total if made.before else None) != read.total:
                    made = None
                    raise _OnlyTried
        except _OnlyTried:
            pass
        return made

    try:
        made = await context.ask(work)
    except UsageError as error:
        return problem(request, "Nothing was changed", str(error), back, 409)
    if made is None:
        said = "The total has changed since you looked: look again, and enter it again."
        return problem(request, "Nothing was changed", said, back, 409)
    room.kept.drop(name)
    said = f"Change {made.number} holds for {', '.join(made.people)}."
    if made.after is not None:
        total = f"{exact_points(made.after.total)} of {exact_points(made.after.most)}"
        said += f" The total is {total}."
    return done(request, back, said)


async def ask_revoke(request: Request) -> Response:
    """Show the form that asks why a change is taken back."""
    found, number = await found_in(request), number_in(request, "number")
    change = next((one for one in found.changes if one.number == number), None)
    if change is None:
        raise HTTPException(404)
    shown = change_line(change, found.course)
    return show(request, "teaching_revoke.html.j2", found=found, change=shown)


async def do_revoke(request: Request) -> Response:
    """Take a change back."""
    person, number, context = (
        number_in(request, "person"),
        number_in(request, "number"),
        context_of(request),
    )
    reason = (await fields_of(request)).get("reason", "")[:MOST_WORDS].strip()
    back = f"/class/people/{person}"
    if not reason:
        said = "To take a change back needs a reason: the history keeps it."
        return problem(request, "Nothing was changed", said, f"{back}/changes/{number}")

    def work() -> tuple[str, ...]:
        with context.book.database.writing() as connection:
            author = visitor_of(request).name
            return revoke_of(connection, person, number, reason=reason, author=author)

    try:
        people = await context.ask(work)
    except UsageError as error:
        return problem(request, "Nothing was changed", str(error), back, 409)
    return done(request, back, f"Change {number} of {', '.join(people)} was taken back.")


async def do_confirm(request: Request) -> Response:
    """Say that a change still holds though its exercise has been changed."""
    person, number, context = (
        number_in(request, "person"),
        number_in(request, "number"),
        context_of(request),
    )
    back = f"/class/people/{person}"

    def work() -> StoredAdjustment:
        with context.book.database.writing() as connection:
            course = course_as_ruled(connection, context.course)
            author = visitor_of(request).name
            return confirm_of(connection, course, person, number, author=author)

    try:
        made = await context.ask(work)
    except UsageError as error:
        return problem(request, "Nothing was changed", str(error), back, 409)
    return done(request, back, f"It still holds, as change {made.number}.")
