"""Pages on roles, and on how people sign in; they show no secret."""

from __future__ import annotations

__all__ = ["people_routes"]

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from grader.errors import UsageError
from grader.gradebook.access_models import RoleGrant, SignedIn
from grader.gradebook.holders import find_person, resolve
from grader.gradebook.models import Participant
from grader.languages import N_
from grader.portal.access import AllowedRoute, visitor_of
from grader.portal.context import context_of
from grader.portal.identity import Permission, PortalRole, entrance_of, roles_that_may
from grader.portal.limits_of_attempts import when_in_words
from grader.portal.teaching.teaching_room import done, fields_of, show
from grader.util.wording import counted

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from starlette.requests import Request
    from starlette.responses import Response

    from grader.gradebook import Gradebook


def people_routes() -> list[AllowedRoute]:
    """Return the routes."""
    invite = roles_that_may(Permission.PEOPLE_INVITE)
    grant = roles_that_may(Permission.ROLES_GRANT)
    settings = roles_that_may(Permission.SETTINGS_SEE)
    return [
        AllowedRoute("/people", people_page, may=invite),
        AllowedRoute("/people/role", ask_role, may=grant, methods=["POST"]),
        AllowedRoute("/people/role/store", give_role, may=grant, methods=["POST"]),
        AllowedRoute("/settings", settings_page, may=settings),
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffLine:
    """A person with a role."""

    person: int
    name: str
    role: str
    granted_by: str
    when: str
    sessions: int


def _moment(seconds: int) -> str:
    return when_in_words(datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


def _staff(book: Gradebook) -> list[StaffLine]:
    with book.database.reading() as connection:
        counts = select(SignedIn.person_id, func.count()).group_by(SignedIn.person_id)
        sessions: dict[int, int] = {}
        for person, count in connection.execute(counts):
            sessions[person] = int(count)
        rows = connection.execute(
            select(
                RoleGrant.person_id, RoleGrant.role, RoleGrant.granted_by, RoleGrant.granted_at,
                Participant.name,
            )
            .join(Participant, Participant.id == RoleGrant.person_id)
            .order_by(Participant.spelled)
        ).all()  # fmt: skip
        return [
            StaffLine(
                person=resolve(connection, row.person_id),
                name=row.name,
                role=row.role,
                granted_by=row.granted_by,
                when=_moment(row.granted_at),
                sessions=sessions.get(row.person_id, 0),
            )
            for row in rows
        ]


async def people_page(request: Request) -> Response:
    """Show the people with roles."""
    return await _page(request)


async def _page(request: Request, wrong: str = "") -> Response:
    context = context_of(request)
    staff = await context.ask(_staff, context.book)
    return show(
        request,
        "teaching_people.html.j2",
        status=422 if wrong else 200,
        problem=wrong,
        staff=staff,
        roles=[(str(one), str(one)) for one in PortalRole],
    )


def role_named(text: str) -> PortalRole:
    """Return a role by its name.

    Raises
    ------
    UsageError
        Where there is none of this name.
    """
    try:
        return PortalRole(text)
    except ValueError:
        raise UsageError("Choose a role.") from None


def _person(connection: Connection, who: str) -> tuple[int, str]:
    person = find_person(connection, who)
    asked = select(Participant.name).where(Participant.id == person)
    return person, str(connection.execute(asked).scalar_one())


async def _role_asked(request: Request) -> tuple[int, str, PortalRole]:
    """Return the person and the role that a form names."""
    context, given = context_of(request), await fields_of(request)
    role = role_named(given.get("role", ""))

    def work() -> tuple[int, str]:
        with context.book.database.reading() as connection:
            return _person(connection, given.get("who", "").strip()[:200])

    person, name = await context.ask(work)
    if person == visitor_of(request).person:
        raise UsageError("Nobody changes their own role: ask another administrator.")
    return person, name, role


async def ask_role(request: Request) -> Response:
    """Ask for confirmation before a role is given."""
    try:
        _, name, role = await _role_asked(request)
    except UsageError as error:
        return await _page(request, str(error))
    given = await fields_of(request)
    return show(
        request,
        "teaching_ask.html.j2",
        title=f"Make {name} {role}?",
        said="Whatever role they have now is replaced, and they have to sign in again.",
        action="/people/role/store",
        button="Give the role",
        back="/people",
        kept={"who": given.get("who", ""), "role": str(role)},
    )


async def give_role(request: Request) -> Response:
    """Give a person a role, which replaces their present one."""
    try:
        person, name, role = await _role_asked(request)
    except UsageError as error:
        return await _page(request, str(error))
    sessions = entrance_of(request).sessions
    await context_of(request).ask(sessions.grant, person, role, by=visitor_of(request).name)
    return done(request, "/people", f"{name} is {role} now, and has to sign in again.")


async def settings_page(request: Request) -> Response:
    """Show the portal's settings and the ways to sign in, without any secret."""
    settings, sign_in = context_of(request).settings, entrance_of(request).settings
    mail, campus = sign_in.mail, sign_in.campus
    uploads = f"{settings.upload_bytes >> 20} MiB and {settings.upload_files} files at most"
    portal = [
        (N_("Address"), context_of(request).address),
        (N_("Gradebook"), context_of(request).book.database.name),
        (N_("Workers"), f"{counted(settings.workers, 'worker')}"
         + (" of a cluster" if settings.scheduler else " on this machine")),
        (N_("Isolation"), settings.isolation or "the best that holds here"),
        ("Trusted proxies", ", ".join(settings.proxies) or "none"),
        (N_("Uploads"), uploads),
    ]  # fmt: skip
    ways = [("Invitation links", N_("always"))]
    if mail:
        user = f", as {mail.user}" if mail.user else ""
        where = f"{mail.host}:{mail.port} ({mail.security}){user}, from {mail.sender}"
        ways.append(("Codes by e-mail", where))
    elif sign_in.console:
        ways.append(("Codes by e-mail", "shown at the terminal, for trying"))
    if campus:
        where = f"{campus.name}: {campus.issuer}, client {campus.client_id}, by {campus.claim}"
        ways.append(("Campus sign-on", where))
    for one in sign_in.platform:
        deployments = ", ".join(one.deployments)
        where = f"LTI 1.3: {one.issuer}, client {one.client_id}, deployments {deployments}"
        ways.append((one.name, where))
    return show(request, "teaching_settings.html.j2", portal=portal, ways=ways)
