"""The roster, filled from a platform's course (Names and Role Provisioning Services 2.0)."""

from __future__ import annotations

__all__ = ["FilledRoster", "fill_roster"]

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anyio import to_thread
from sqlalchemy import func, select, tuple_, update

from grader.gradebook.access_models import PlatformLink
from grader.gradebook.departed import was_removed
from grader.gradebook.holders import ID, spelled
from grader.gradebook.models import Identity, Participant
from grader.gradebook.rows import write_history
from grader.portal.identity.http_client import RemoteServerError
from grader.portal.identity.lti_messages import is_learner, role_at
from grader.portal.identity.lti_people import PlatformUser, kind_of, person_at, take_role
from grader.portal.identity.refusing import NotLetInError
from grader.portal.identity.roles import PortalRole
from grader.util.wording import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from grader.portal.identity.launching import Lti
    from grader.portal.identity.platform_services import Services
    from grader.portal.identity.sign_in_settings import PlatformSettings

_SOME = 200
NO_MEMBERS = "{name} does not let this portal see who is in the course."
AWAY = "{name} did not say who is in the course: try again in a moment."


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledRoster:
    """The changes to a roster."""

    students: int
    staff: int
    gone: int
    removed: int

    def sentence(self) -> str:
        """Return the changes as a sentence."""
        gone = f" {counted(self.gone, 'student')} left the course." if self.gone else ""
        students = counted(self.students, "student")
        out = (
            f" {counted(self.removed, 'person', 'people')} removed from the gradebook before "
            "stayed out."
            if self.removed
            else ""
        )
        return f"The roster has {students} and {self.staff} of staff.{gone}{out}"


async def fill_roster(lti: Lti, services: Services, link: int, *, by: str) -> FilledRoster:
    """Put the members of a platform's course on the roster.

    Parameters
    ----------
    lti : Lti
        The platforms.
    services : Services
        By which they are asked.
    link : int
        The row of a link in that course.
    by : str
        Who does it.

    Returns
    -------
    FilledRoster
        How many are on it. Who came from this platform before, and is not in the course any more,
        is taken off; who came from another roster stays.

    Raises
    ------
    NotLetInError
        Where the platform does not say who is in the course: one sentence.
    """

    def find() -> Any:
        with lti.entrance.database.reading() as connection:
            asked = select(PlatformLink.platform, PlatformLink.memberships)
            return connection.execute(asked.where(PlatformLink.id == link)).one_or_none()

    row = await to_thread.run_sync(find)
    platform = lti.platforms.get(row.platform) if row is not None else None
    if platform is None or not row.memberships:
        name = row.platform if row is not None else "The platform"
        raise NotLetInError(NO_MEMBERS.format(name=name), "members: no service", 409)
    try:
        members = await services.members(platform, row.memberships)
    except RemoteServerError as error:
        raise NotLetInError(
            AWAY.format(name=platform.name), f"members: {error.reason}", 502
        ) from error
    return await to_thread.run_sync(_put, lti, platform, members, by)


def _put(
    lti: Lti, platform: PlatformSettings, members: Sequence[Mapping[str, Any]], by: str
) -> FilledRoster:
    students: set[int] = set()
    staff: set[int] = set()
    removed = 0
    # Some at a time, so that whoever hands in meanwhile does not wait for all of them.
    for start in range(0, len(members), _SOME):
        with lti.entrance.database.writing() as connection:
            for member in members[start : start + _SOME]:
                if _is_removed(connection, lti, platform, member):
                    removed += 1
                    continue
                found = _member(connection, lti, platform, member)
                if found is not None:
                    person, role = found
                    (students if role is PortalRole.STUDENT else staff).add(person)
    students -= staff
    with lti.entrance.database.writing() as connection:
        gone = _left(connection, platform, students)
        for numbers, value in ((sorted(students), True), (gone, False)):
            for start in range(0, len(numbers), _SOME):
                some = Participant.id.in_(numbers[start : start + _SOME])
                connection.execute(update(Participant).where(some).values(enrolled=value))
        for person in gone:
            write_history(connection, "left the course", who=by, person=person)
        write_history(connection, "roster", who=by, detail=f"{len(students)} from {platform.name}")
    return FilledRoster(students=len(students), staff=len(staff), gone=len(gone), removed=removed)


def _member(
    connection: Connection, lti: Lti, platform: PlatformSettings, member: Mapping[str, Any]
) -> tuple[int, PortalRole] | None:
    """Add a member to the gradebook; return None if they are neither student nor staff."""
    said, roles = _said(member), member.get("roles")
    if said is None or not isinstance(roles, list):
        return None
    texts = [one for one in roles if isinstance(one, str)]
    role = role_at(texts)
    if role is PortalRole.STUDENT and not is_learner(texts):
        return None
    person = person_at(connection, platform, said)
    take_role(connection, person, platform.name, role, lti.entrance.sessions.now())
    return person, role


def _is_removed(
    connection: Connection, lti: Lti, platform: PlatformSettings, member: Mapping[str, Any]
) -> bool:
    """Say whether a member was removed: a platform does not bring them back in silence."""
    said = _said(member)
    if said is None:
        return False
    ways = [(kind_of(platform.name), said.user)]
    if said.sourced_id:
        ways.append((ID, spelled(said.sourced_id)))
    known = select(Identity.id).where(tuple_(Identity.kind, Identity.value).in_(ways))
    if connection.execute(known).first() is not None:
        return False  # they came again by themselves, or were taken back
    return was_removed(connection, ways, lti.entrance.salt)


def _left(connection: Connection, platform: PlatformSettings, students: set[int]) -> list[int]:
    """Return the people of this platform on the roster who have left its course.

    Where several of its courses lead here, nobody: who is not in the one may be in another.
    """
    courses = select(func.count(PlatformLink.context.distinct())).where(
        PlatformLink.platform == platform.name
    )
    if connection.execute(courses).scalar_one() > 1:
        return []
    asked = (
        select(Participant.id)
        .join(Identity, Identity.person_id == Participant.id)
        .where(Identity.kind == kind_of(platform.name), Participant.enrolled)
    )
    return sorted(set(connection.execute(asked).scalars()) - students)


def _said(member: Mapping[str, Any]) -> PlatformUser | None:
    """Return a member's data; None if the member is not active or has no number."""
    user = member.get("user_id")
    if member.get("status", "Active") != "Active" or not isinstance(user, str) or not user:
        return None

    def text(name: str) -> str:
        value = member.get(name)
        return value.strip()[:254] if isinstance(value, str) else ""

    name = text("name") or f"{text('given_name')} {text('family_name')}".strip()
    return PlatformUser(
        user=user, name=name, email=text("email"), sourced_id=text("lis_person_sourcedid")
    )
