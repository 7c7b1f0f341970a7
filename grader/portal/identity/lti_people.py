"""Match the people of a platform with the people of the gradebook."""

from __future__ import annotations

__all__ = ["PlatformUser", "kind_of", "person_at", "remember_link", "take_role"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select, update

from grader.gradebook.access_models import PlatformLink, RoleGrant
from grader.gradebook.holders import resolve, spelled
from grader.gradebook.models import Identity, Participant
from grader.gradebook.rows import add, add_rows, write_history
from grader.portal.identity.campus import matched_by_email, matched_by_id
from grader.portal.identity.refusing import NotLetInError
from grader.portal.identity.roles import RANKS, PortalRole
from grader.portal.identity.sessions import grant_within, role_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from grader.portal.identity.lti_messages import LtiMessage
    from grader.portal.identity.sign_in_settings import PlatformSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformUser:
    """A platform's data about a person."""

    user: str
    name: str = ""
    email: str = ""
    sourced_id: str = ""


def kind_of(platform: str) -> str:
    """Return the kind of identity under which the gradebook stores a platform's user ids."""
    return f"lti:{platform}"[:64]


def person_at(connection: Connection, platform: PlatformSettings, said: PlatformUser) -> int:
    """Return the person with a platform's user id; a new person is added.

    Parameters
    ----------
    connection : Connection
        In a transaction that may write.
    platform : PlatformSettings
        Whose number counts before all else. Then the id of the university's records, which people
        cannot choose; then, only where the settings say so, the e-mail address. Never a name.
    said : PlatformUser
        What it says.
    """
    kind, user = kind_of(platform.name), said.user
    known = select(Identity.person_id).where(Identity.kind == kind, Identity.value == user)
    found = connection.execute(known).scalar()
    if found is not None:
        person = resolve(connection, int(found))
        _learn(connection, person, platform, said)
        return person
    matched = _matched(connection, platform, said)
    if matched is None:
        name = " ".join(said.name.split())[:200] or f"{platform.name} {user}"
        person = add(
            connection,
            Participant,
            name=name,
            spelled=spelled(name),
            email="",
            section="",
            enrolled=False,
        )
        write_history(connection, "enrolled", who=kind, person=person)
    else:
        person = matched
    row = {"person_id": person, "kind": kind, "value": user}
    add_rows(connection, Identity, [row])
    write_history(connection, "platform account linked", who=kind, person=person)
    _learn(connection, person, platform, said)
    return person


def _matched(connection: Connection, platform: PlatformSettings, said: PlatformUser) -> int | None:
    ways = []
    if said.sourced_id:
        ways.append((matched_by_id, said.sourced_id))
    if said.email and platform.match_email:
        ways.append((matched_by_email, said.email))
    for way, value in ways:
        try:
            found = way(connection, value)
        except NotLetInError:
            continue
        # Another user of this platform is already matched with this person: one match is wrong.
        asked = select(Identity.id).where(
            Identity.kind == kind_of(platform.name), Identity.person_id == found
        )
        if connection.execute(asked).first() is None:
            return found
    return None


def _learn(
    connection: Connection, person: int, platform: PlatformSettings, said: PlatformUser
) -> None:
    """Store an e-mail address, if the person has none and nobody else has it."""
    if not said.email or not platform.match_email:
        return
    row = connection.execute(select(Participant.email).where(Participant.id == person)).one()
    asked = select(Participant.id).where(func.lower(Participant.email) == said.email.lower())
    if not row.email and connection.execute(asked).first() is None:
        learned = update(Participant).where(Participant.id == person)
        connection.execute(learned.values(email=said.email))


def take_role(
    connection: Connection, person: int, platform: str, role: PortalRole, now: int
) -> PortalRole:
    """Give a person the role that a platform states; it replaces one that it gave before.

    Parameters
    ----------
    connection : Connection
        In a transaction that may write.
    person : int
        Their row.
    platform : str
        Its name. A role that somebody here gave stays, unless the platform's is higher.
    role : PortalRole
        Never admin.
    now : int
        The time.

    Returns
    -------
    PortalRole
        Which they have.
    """
    has = role_of(connection, person)
    asked = select(RoleGrant.granted_by).where(RoleGrant.person_id == person)
    is_its_own = connection.execute(asked).scalar() == kind_of(platform)
    if has is not role and (is_its_own or RANKS.index(role) > RANKS.index(has)):
        grant_within(connection, person, role, by=kind_of(platform), now=now)
    return role_of(connection, person)


def remember_link(connection: Connection, message: LtiMessage, exercise: str, now: int) -> int:
    """Store a link's target and the URLs of its services; return its row.

    Parameters
    ----------
    connection : Connection
        In a transaction that may write.
    message : LtiMessage
        A launch of the link.
    exercise : str
        An exercise of the course, or empty.
    now : int
        The time.
    """
    values = {
        "context": message.context,
        "exercise": exercise,
        "lineitems": message.lineitems,
        "memberships": message.memberships,
        "scopes": message.scopes,
        "seen_at": now,
        # What was found or made once stays, where a launch does not name it.
        **({"lineitem": message.lineitem} if message.lineitem else {}),
    }
    same = (
        PlatformLink.platform == message.platform,
        PlatformLink.deployment == message.deployment,
        PlatformLink.resource_link == message.link,
    )
    found = connection.execute(select(PlatformLink.id).where(*same)).scalar()
    if found is not None:
        connection.execute(update(PlatformLink).where(PlatformLink.id == found).values(**values))
        return int(found)
    key = {
        "platform": message.platform,
        "deployment": message.deployment,
        "resource_link": message.link,
    }
    made = insert(PlatformLink).values(**key, **values).returning(PlatformLink.id)
    return int(connection.execute(made).scalar_one())
