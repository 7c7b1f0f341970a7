"""Invitation links, each usable once: for a person, or for anybody who is to get a role."""

from __future__ import annotations

__all__ = ["Invitations", "Invited"]

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, update

from grader.gradebook.access_models import Invitation
from grader.gradebook.holders import resolve, spelled
from grader.gradebook.models import Identity, Participant
from grader.gradebook.rows import add, write_history
from grader.portal.identity.refusing import NotLetInError
from grader.portal.identity.roles import RANKS, PortalRole
from grader.portal.identity.secret import LONGEST, draw, hashed
from grader.portal.identity.sessions import (
    DAY,
    HOUR,
    SignInWay,
    grant_within,
    role_of,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from grader.portal.identity.entrance import Entrance

LASTS_SECONDS, ADMIN_SECONDS = 14 * DAY, HOUR
SERVE = "grader serve"
# A person whom the book knows by no roster: whoever used the link on the terminal.
ADMINISTRATOR = ("portal", "administrator")
LONGEST_NAME = 200
WORN = (
    "This link has been used, or it is too old: ask for another one. A link lets somebody in once."
)
NAMELESS = "Please say your name."

_SHOWN = select(
    Invitation.id, Invitation.role, Invitation.made_by, Invitation.ends_at, Participant.name
).outerjoin(Participant, Participant.id == Invitation.person_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """An invitation, without its secret.

    Attributes
    ----------
    name : str
        For whom it is; empty where whoever opens it says their name.
    """

    id: int
    name: str
    role: PortalRole
    made_by: str
    ends_at: int


class Invitations:
    """The invitations of a portal; its methods wait for the database.

    Parameters
    ----------
    entrance : Entrance
        Of the portal.
    """

    def __init__(self, entrance: Entrance) -> None:
        self._entrance = entrance
        self._database = entrance.database

    def make(self, role: PortalRole, *, by: str, person: int | None = None) -> str:
        """Return a new link.

        Parameters
        ----------
        role : PortalRole
            Which somebody gets by it; it takes none away.
        by : str
            Who makes it.
        person : int, optional
            For whom; None for whoever opens it.
        """
        with self._database.writing() as connection:
            return self._made(connection, role, by, person, LASTS_SECONDS)

    def admin_link(self) -> str:
        """Return the administrator's link; the links of earlier starts become void."""
        with self._database.writing() as connection:
            unused = delete(Invitation).where(Invitation.made_by == SERVE, Invitation.used_at == 0)
            connection.execute(unused)
            who = self._administrator(connection)
            return self._made(connection, PortalRole.ADMIN, SERVE, who, ADMIN_SECONDS)

    def _administrator(self, connection: Connection) -> int:
        kind, value = ADMINISTRATOR
        known = select(Identity.person_id).where(Identity.kind == kind, Identity.value == value)
        found = connection.execute(known).scalar()
        if found is not None:
            return resolve(connection, int(found))
        new = _new_person(connection, "Administrator")
        add(connection, Identity, person_id=new, kind=kind, value=value)
        return new

    def _made(
        self, connection: Connection, role: PortalRole, by: str, person: int | None, seconds: int
    ) -> str:
        now, secret = self._entrance.sessions.now(), draw()
        connection.execute(delete(Invitation).where(Invitation.ends_at <= now - LASTS_SECONDS))
        add(
            connection,
            Invitation,
            key=hashed(secret),
            person_id=person,
            role=str(role),
            made_by=by,
            made_at=now,
            ends_at=now + seconds,
        )
        write_history(connection, "invited", who=by, person=person, detail=str(role))
        return self._entrance.url.page(f"/invitation/{secret}")

    def open_ones(self) -> list[Invited]:
        """Return the invitations that can still be used, the newest first."""
        now = self._entrance.sessions.now()
        with self._database.reading() as connection:
            unused = _SHOWN.where(Invitation.used_at == 0, Invitation.ends_at > now)
            asked = unused.order_by(Invitation.id.desc())
            return [_invited(row) for row in connection.execute(asked)]

    def take_back(self, number: int, *, by: str) -> None:
        """Revoke an invitation, by its number."""
        with self._database.writing() as connection:
            unused = delete(Invitation).where(Invitation.id == number, Invitation.used_at == 0)
            if connection.execute(unused).rowcount:
                write_history(connection, "invitation taken back", who=by, detail=str(number))

    def look(self, secret: str) -> Invited | None:
        """Return a usable invitation by its link's secret, without using it."""
        if not 0 < len(secret) <= LONGEST:
            return None
        now = self._entrance.sessions.now()
        with self._database.reading() as connection:
            asked = _SHOWN.where(
                Invitation.key == hashed(secret), Invitation.used_at == 0, Invitation.ends_at > now
            )
            row = connection.execute(asked).one_or_none()
        return None if row is None else _invited(row)

    def use(self, secret: str, *, name: str = "", instead_of: str = "") -> tuple[str, PortalRole]:
        """Sign in by a link; it cannot be used again.

        Parameters
        ----------
        secret : str
            What the link says.
        name : str
            What somebody is called whom the link does not name.
        instead_of : str
            The session that the browser had.

        Returns
        -------
        tuple of str and PortalRole
            The id of a new session, and whose role it has.

        Raises
        ------
        NotLetInError
            Where it is void, or the name is missing.
        """
        now, sessions = self._entrance.sessions.now(), self._entrance.sessions
        if not 0 < len(secret) <= LONGEST:
            raise NotLetInError(WORN, "invitation: malformed")
        with self._database.writing() as connection:
            # The one statement that uses it up: of two at the same time, one changes the row.
            used = (
                update(Invitation)
                .where(
                    Invitation.key == hashed(secret),
                    Invitation.used_at == 0,
                    Invitation.ends_at > now,
                )
                .values(used_at=now)
                .returning(Invitation.person_id, Invitation.role, Invitation.made_by)
            )
            row = connection.execute(used).one_or_none()
            if row is None:
                raise NotLetInError(WORN, "invitation: used, expired or unknown")
            role = PortalRole(row.role)
            if row.person_id is None:
                called = " ".join(name.split())[:LONGEST_NAME]
                if not called:
                    raise NotLetInError(NAMELESS, "invitation: no name")
                person = _new_person(connection, called, enrolled=role is PortalRole.STUDENT)
                write_history(connection, "enrolled", who=row.made_by, person=person)
            else:
                person = resolve(connection, int(row.person_id))
            if RANKS.index(role) > RANKS.index(role_of(connection, person)):
                grant_within(connection, person, role, by=row.made_by, now=now)
            role = role_of(connection, person)
            session = sessions.begin_within(
                connection, person, SignInWay.INVITATION, instead_of=instead_of
            )
        return session, role


def _new_person(connection: Connection, name: str, *, enrolled: bool = False) -> int:
    return add(
        connection,
        Participant,
        name=name,
        spelled=spelled(name),
        email="",
        section="",
        enrolled=enrolled,
    )


def _invited(row: Any) -> Invited:
    return Invited(
        id=row.id,
        name=row.name or "",
        role=PortalRole(row.role),
        made_by=row.made_by,
        ends_at=row.ends_at,
    )
