"""The audit log: the gradebook's history, to which lines are only added."""

from __future__ import annotations

__all__ = ["audit_routes"]

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from sqlalchemy import func, or_, select

from grader.gradebook.models import History, Participant
from grader.portal.access import AllowedRoute
from grader.portal.context import context_of
from grader.portal.identity import Permission, roles_that_may
from grader.portal.limits_of_attempts import when_in_words
from grader.portal.teaching.teaching_room import show

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from grader.gradebook import Gradebook

ON_A_PAGE = 100


def audit_routes() -> list[AllowedRoute]:
    """Return the routes."""
    return [AllowedRoute("/audit", audit_page, may=roles_that_may(Permission.AUDIT_SEE))]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditAsked:
    """The filter of the audit log; an empty field filters nothing.

    Attributes
    ----------
    below : int
        Only lines before this one; 0 for the latest.
    """

    who: str = ""
    what: str = ""
    day: str = ""
    below: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """One line of the log."""

    number: int
    when: str
    what: str
    who: str
    person: int
    name: str
    why: str
    detail: str


def _read(book: Gradebook, wanted: AuditAsked) -> tuple[list[AuditLine], list[str], int]:
    """Return the matching lines, all kinds of lines, and the number of lines."""
    asked = (
        select(
            History.id, History.at, History.who, History.what, History.why, History.detail,
            History.person_id, Participant.name,
        )
        .outerjoin(Participant, Participant.id == History.person_id)
        .order_by(History.id.desc())
        .limit(ON_A_PAGE)
    )  # fmt: skip
    if wanted.below:
        asked = asked.where(History.id < wanted.below)
    if wanted.what:
        asked = asked.where(History.what == wanted.what)
    if wanted.who:
        like = "%" + wanted.who.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        one_of = (History.who.ilike(like, escape="\\"), Participant.name.ilike(like, escape="\\"))
        asked = asked.where(or_(*one_of))
    if wanted.day:
        asked = asked.where(History.at.like(f"{wanted.day}%"))
    with book.database.reading() as connection:
        lines = [
            AuditLine(
                number=row.id,
                when=when_in_words(row.at),
                what=row.what,
                who=row.who,
                person=row.person_id or 0,
                name=row.name or "",
                why=row.why,
                detail=row.detail,
            )
            for row in connection.execute(asked)
        ]
        kinds = sorted(connection.execute(select(History.what).distinct()).scalars())
        count = int(connection.execute(select(func.count(History.id))).scalar_one())
    return lines, kinds, count


async def audit_page(request: Request) -> Response:
    """Show the log, the latest first."""
    context, asked = context_of(request), request.query_params
    below = asked.get("below", "")
    day = asked.get("day", "")[:10]
    wanted = AuditAsked(
        who=asked.get("who", "").strip()[:80],
        what=asked.get("what", "")[:32],
        day=day if all(one.isdecimal() or one == "-" for one in day) else "",
        below=int(below) if below.isascii() and below.isdecimal() and len(below) < 18 else 0,
    )
    lines, kinds, count = await context.ask(_read, context.book, wanted)
    older = ""
    if len(lines) == ON_A_PAGE:
        kept = {"who": wanted.who, "what": wanted.what, "day": wanted.day}
        older = "/audit?" + urlencode({**kept, "below": str(lines[-1].number)})
    return show(
        request,
        "teaching_audit.html.j2",
        lines=lines,
        kinds=kinds,
        count=count,
        wanted=wanted,
        older=older,
    )
