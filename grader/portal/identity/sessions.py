"""Sessions: who is signed in, how long, and how sessions end."""

from __future__ import annotations

__all__ = ["Lifetime", "Sessions", "SignInWay"]

import contextlib
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, or_, select, update

from grader.errors import StorageError
from grader.gradebook.access_models import RoleGrant, SignedIn
from grader.gradebook.adjustment_rows import same_people
from grader.gradebook.holders import resolve
from grader.gradebook.models import Participant
from grader.gradebook.rows import add_rows, ask, write_history
from grader.languages import N_
from grader.portal.identity.roles import RANKS, PortalRole, Visitor
from grader.portal.identity.secret import LONGEST, draw, hashed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Connection

    from grader.gradebook.engine import Database

MINUTE, HOUR, DAY = 60, 3600, 86_400


class SignInWay(StrEnum):
    """How a person signed in."""

    INVITATION = "invitation"
    EMAIL = "email"
    OIDC = "oidc"
    LTI = "lti"


SAID = (N_("invitation"), N_("email"))
"""Ways as the history names them; the others are called so in every language."""


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a session lasts: unused, and in total."""

    idle_seconds: int
    seconds: int


# Students hand in from their own computers; who sees everybody's work comes in anew each day.
LIFETIMES: Mapping[PortalRole, Lifetime] = {
    PortalRole.STUDENT: Lifetime(2 * DAY, 14 * DAY),
    PortalRole.ASSISTANT: Lifetime(2 * HOUR, 12 * HOUR),
    PortalRole.INSTRUCTOR: Lifetime(2 * HOUR, 12 * HOUR),
    PortalRole.ADMIN: Lifetime(2 * HOUR, 12 * HOUR),
}
# A book has one writer at a time: the use of a session is recorded only this often.
NOTED_SECONDS = 5 * MINUTE
# The maximal number of sessions of a person; a further one ends the oldest.
MOST_SESSIONS = 20

_SESSION = (
    select(
        SignedIn.person_id, SignedIn.how, SignedIn.seen_at, SignedIn.ends_at,
        Participant.name, Participant.email, Participant.merged_into, Participant.purged_at,
    )
    .join(Participant, Participant.id == SignedIn.person_id)
    .where(SignedIn.key == bindparam("key"))
)  # fmt: skip
_ROLES = (
    select(RoleGrant.role)
    .join(Participant, Participant.id == RoleGrant.person_id)
    .where(or_(Participant.id == bindparam("person"), Participant.merged_into == bindparam("into")))
)


def role_of(connection: Connection, person: int) -> PortalRole:
    """Return the role of a person; without an explicit role, a person is a student.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    person : int
        The row that goes on.
    """
    found = [PortalRole(one) for (one,) in ask(connection, _ROLES, person=person, into=person)]
    return max(found, key=RANKS.index, default=PortalRole.STUDENT)


def _held(connection: Connection, key: str, now: int) -> tuple[Any, int, PortalRole] | None:
    """Return a session that holds: its row, the person's row and role; None where it ended."""
    row = next(iter(ask(connection, _SESSION, key=key)), None)
    if row is None or row.purged_at:
        return None
    person = resolve(connection, int(row.person_id))
    role = role_of(connection, person)
    is_idle = now - row.seen_at >= LIFETIMES[role].idle_seconds
    return None if is_idle or now >= row.ends_at else (row, person, role)


class Sessions:
    """The sessions of a portal, in its gradebook; its methods wait for the database.

    Parameters
    ----------
    database : Database
        Of the gradebook.
    clock : callable
        The time in seconds since 1970.
    """

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def now(self) -> int:
        """Return the time, in whole seconds since 1970."""
        return int(self._clock())

    def begin(self, person: int, how: SignInWay, *, instead_of: str = "") -> str:
        """Begin a session.

        Parameters
        ----------
        person : int
            Their row in the gradebook.
        how : SignInWay
            The way in which they came.
        instead_of : str
            The id that the browser had until now; it is worth nothing any more.

        Returns
        -------
        str
            A new id. It is nowhere else: the gradebook has a hash of it.
        """
        with self._database.writing() as connection:
            return self.begin_within(connection, person, how, instead_of=instead_of)

    def begin_within(
        self, connection: Connection, person: int, how: SignInWay, *, instead_of: str = ""
    ) -> str:
        """As `begin`, within a transaction of the caller."""
        now, person = self.now(), resolve(connection, person)
        secret = draw()
        role = role_of(connection, person)
        lifetime = LIFETIMES[role]
        connection.execute(delete(SignedIn).where(SignedIn.ends_at <= now))
        if instead_of:
            connection.execute(delete(SignedIn).where(SignedIn.key == hashed(instead_of)))
        theirs = select(SignedIn.key).where(SignedIn.person_id == person)
        oldest = list(connection.execute(theirs.order_by(SignedIn.seen_at.desc())).scalars())
        gone = oldest[MOST_SESSIONS - 1 :]
        connection.execute(delete(SignedIn).where(SignedIn.key.in_(gone)))
        row = {
            "key": hashed(secret), "person_id": person, "how": str(how),
            "began_at": now, "seen_at": now, "ends_at": now + lifetime.seconds,
        }  # fmt: skip
        add_rows(connection, SignedIn, [row])
        if role is not PortalRole.STUDENT:
            write_history(connection, "signed in", person=person, detail=str(how))
        return secret

    def visitor(self, secret: str) -> Visitor | None:
        """Return the visitor with a session id.

        Parameters
        ----------
        secret : str
            What a browser says.

        Returns
        -------
        Visitor or None
            None where there is no such session, or it ended, or the person is gone.
        """
        if not 0 < len(secret) <= LONGEST:
            return None
        key, now = hashed(secret), self.now()
        with self._database.reading() as connection:
            held = _held(connection, key, now)
            if held is None:
                return None
            row, person, role = held
            if row.merged_into is None:
                name, email = row.name, row.email
            else:
                asked = select(Participant.name, Participant.email)
                name, email = connection.execute(asked.where(Participant.id == person)).one()
        if now - row.seen_at >= NOTED_SECONDS:
            # If this use cannot be recorded now, the next one will be.
            with contextlib.suppress(StorageError), self._database.writing() as connection:
                seen = update(SignedIn).where(SignedIn.key == key)
                connection.execute(seen.values(seen_at=now))
        return Visitor(person=person, name=name, role=role, email=email, how=row.how, session=key)

    def role_in(self, session: str) -> PortalRole | None:
        """Return the role that a session gives now; None where it has ended.

        It is no use of the session: a page that is only open does not keep it.

        Parameters
        ----------
        session : str
            A `Visitor.session`.
        """
        with self._database.reading() as connection:
            held = _held(connection, session, self.now())
        return None if held is None else held[2]

    def end(self, session: str) -> None:
        """Sign out: end one session, by `Visitor.session`."""
        with self._database.writing() as connection:
            connection.execute(delete(SignedIn).where(SignedIn.key == session))

    def end_all(self, person: int) -> int:
        """Sign out everywhere: end all sessions of a person.

        Parameters
        ----------
        person : int
            Their row.

        Returns
        -------
        int
            How many there were.
        """
        with self._database.writing() as connection:
            rows = same_people(connection, resolve(connection, person))
            gone = connection.execute(delete(SignedIn).where(SignedIn.person_id.in_(rows)))
            write_history(connection, "signed out everywhere", person=person)
            return int(gone.rowcount)

    def grant(self, person: int, role: PortalRole, *, by: str) -> None:
        """Give a person a role in place of their present one; they have to sign in again.

        Parameters
        ----------
        person : int
            Their row.
        role : PortalRole
            Student takes away what they had.
        by : str
            Who gives it: for the history.
        """
        with self._database.writing() as connection:
            grant_within(connection, person, role, by=by, now=self.now())


def grant_within(
    connection: Connection, person: int, role: PortalRole, *, by: str, now: int
) -> None:
    """Give a role within a transaction of the caller; parameters as `Sessions.grant`."""
    person = resolve(connection, person)
    if role_of(connection, person) is role:
        return
    rows = same_people(connection, person)
    connection.execute(delete(RoleGrant).where(RoleGrant.person_id.in_(rows)))
    if role is not PortalRole.STUDENT:
        row = {"person_id": person, "role": str(role), "granted_by": by, "granted_at": now}
        add_rows(connection, RoleGrant, [row])
    connection.execute(delete(SignedIn).where(SignedIn.person_id.in_(rows)))
    write_history(connection, N_("role"), who=by, person=person, detail=str(role))
