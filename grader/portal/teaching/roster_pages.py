"""The roster: who takes the course; a new one is shown before it takes the place of the old one."""

from __future__ import annotations

__all__ = ["roster_routes"]

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import select

from grader.course.roster import read_roster
from grader.course.salt import load_salt
from grader.errors import UsageError
from grader.gradebook.enrolling import enrol_within
from grader.gradebook.holders import ID, resolve
from grader.gradebook.models import Identity, Participant
from grader.gradebook.rows import write_history
from grader.languages.readers import remember
from grader.portal.access import AllowedRoute, visitor_of
from grader.portal.context import context_of
from grader.portal.identity import Permission, roles_that_may
from grader.portal.teaching.teaching_room import done, fields_of, problem, room_of, show
from grader.portal.teaching.uploading import SENT, sent_table
from grader.util.wording import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection
    from starlette.requests import Request
    from starlette.responses import Response

    from grader.portal.context import PortalContext
    from grader.results import Person

MOST_SHOWN = 2_000


def roster_routes() -> list[AllowedRoute]:
    """Return the routes."""
    may = roles_that_may(Permission.ROSTER_IMPORT)
    return [
        AllowedRoute("/roster", roster_page, may=may),
        AllowedRoute("/roster", preview_roster, may=may, methods=["POST"]),
        AllowedRoute("/roster/store", store_roster, may=may, methods=["POST"]),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Enrolled:
    """The data of a person that a roster can change."""

    name: str
    id: str
    email: str
    section: str
    enrolled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterChanges:
    """The changes that a roster makes.

    Attributes
    ----------
    added, gone : tuple of Enrolled
        Who was not in the class, and who is not any more; their work stays in the book.
    changed : tuple of (Enrolled, Enrolled)
        Before and after, of whom something else is known.
    same : int
        How many stay as they are.
    """

    added: tuple[Enrolled, ...]
    gone: tuple[Enrolled, ...]
    changed: tuple[tuple[Enrolled, Enrolled], ...]
    same: int

    @property
    def is_none(self) -> bool:
        """Whether nothing changes."""
        return not (self.added or self.gone or self.changed)


@dataclass(frozen=True, slots=True)
class RosterRead:
    """A roster that was shown before it is stored, with what it changes."""

    people: tuple[Person, ...]
    changes: RosterChanges
    languages: Mapping[str, str]


class _OnlyTried(Exception):
    """Ends a transaction whose effects are shown but not stored."""


def everybody(connection: Connection) -> dict[int, Enrolled]:
    """Return all people of a book, by row; merged people only once."""
    ids: dict[int, str] = {}
    known = select(Identity.person_id, Identity.value).where(Identity.kind == ID)
    for person, value in connection.execute(known.order_by(Identity.id)):
        ids.setdefault(person, value)
    rows = connection.execute(
        select(
            Participant.id, Participant.name, Participant.email, Participant.section,
            Participant.enrolled, Participant.merged_into,
        )
        .where(Participant.purged_at == "")
        .order_by(Participant.spelled, Participant.id)
    ).all()  # fmt: skip
    also = {resolve(connection, row.id) for row in rows if row.merged_into and row.enrolled}
    return {
        row.id: Enrolled(
            name=row.name,
            id=ids.get(row.id, ""),
            email=row.email,
            section=row.section,
            enrolled=row.enrolled or row.id in also,
        )
        for row in rows
        if row.merged_into is None
    }


def changes_by(connection: Connection, people: tuple[Person, ...]) -> RosterChanges:
    """Put the people of a roster into the book, in a transaction, and return what that changed."""
    before = everybody(connection)
    enrol_within(connection, people)
    after = everybody(connection)
    added, gone, changed = [], [], []
    for number, one in after.items():
        was = before.get(number)
        if one.enrolled and (was is None or not was.enrolled):
            added.append(one)
        elif was is not None and was.enrolled and not one.enrolled:
            gone.append(one)
        elif was is not None and one.enrolled and was != one:
            changed.append((was, one))
    total = sum(one.enrolled for one in after.values())
    return RosterChanges(
        added=tuple(added),
        gone=tuple(gone),
        changed=tuple(changed),
        same=total - len(added) - len(changed),
    )


async def roster_page(request: Request) -> Response:
    """Show the people who take the course."""
    return await _page(request)


async def _page(request: Request, wrong: str = "") -> Response:
    context = context_of(request)

    def work() -> list[tuple[int, Enrolled]]:
        with context.book.database.reading() as connection:
            return [(n, one) for n, one in everybody(connection).items() if one.enrolled]

    people = await context.ask(work)
    return show(
        request,
        "teaching_roster.html.j2",
        status=422 if wrong else 200,
        problem=wrong,
        people=people[:MOST_SHOWN],
        count=len(people),
    )


async def preview_roster(request: Request) -> Response:
    """Read a roster, and show the changes that it makes."""
    context, room = context_of(request), room_of(request)
    try:
        read = partial(read_roster, called=SENT)
        roster, _ = await sent_table(request, context, read)
    except UsageError as error:
        return await _page(request, str(error))
    changes = await context.ask(_tried, context, roster.people)
    if changes.is_none:
        await context.ask(_spoken_to, context, roster.languages)
        count = counted(len(roster.people), "student")
        said = f"The roster of {count} is the one that is there already."
        if roster.without_id:
            without = counted(len(roster.without_id), "name")
            said += f" {without} without an id stayed out: {', '.join(roster.without_id[:20])}."
        said = " ".join((said, *roster.notes))
        return done(request, "/roster", said)
    shown = RosterRead(roster.people, changes, roster.languages)
    kept = room.kept.put(visitor_of(request).person, shown)
    return show(
        request,
        "teaching_roster_changes.html.j2",
        changes=changes,
        kept=kept,
        without_id=roster.without_id,
        notes=roster.notes,
    )


def _spoken_to(context: PortalContext, languages: Mapping[str, str]) -> None:
    """Store the languages that a roster gives: for reports and for the portal."""
    if languages:
        remember(context.course.root, languages, load_salt(context.course.root))


def _tried(context: PortalContext, people: tuple[Person, ...]) -> RosterChanges:
    found: RosterChanges | None = None
    try:
        with context.book.database.writing() as connection:
            found = changes_by(connection, people)
            raise _OnlyTried
    except _OnlyTried:
        pass
    assert found is not None  # noqa: S101  (it was made before what ends the transaction)
    return found


async def store_roster(request: Request) -> Response:
    """Store the roster, if it still makes the changes that were shown."""
    context, room, visitor = context_of(request), room_of(request), visitor_of(request)
    name = (await fields_of(request)).get("kept", "")
    read = room.kept.get(visitor.person, name)
    if not isinstance(read, RosterRead):
        said = "The roster that you sent is not known any more: send it again."
        return problem(request, "Nothing was changed", said, "/roster", 409)

    def work() -> bool:
        try:
            with context.book.database.writing() as connection:
                if changes_by(connection, read.people) != read.changes:
                    raise _OnlyTried
                write_history(connection, "roster", who=visitor.name, detail=said)
        except _OnlyTried:
            return False
        return True

    changes = read.changes
    said = (
        f"{counted(len(read.people), 'student')}: {len(changes.added)} new, {len(changes.gone)} no "
        f"longer, {len(changes.changed)} changed"
    )
    if not await context.ask(work):
        wrong = "The class has changed since you looked: send the roster again."
        return problem(request, "Nothing was changed", wrong, "/roster", 409)
    await context.ask(_spoken_to, context, read.languages)
    room.kept.drop(name)
    return done(request, "/roster", f"The roster is stored. {said}.")
