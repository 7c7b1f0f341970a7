"""Whose a submission is: people are found by what they are known by, and made where they are new.

The rule is that of a folder of reports (`grader.keeping`): an id of the roster decides, then the
platform's number, and where there is none of both, the name.
"""

from __future__ import annotations

__all__ = ["Holder", "find_person", "holder_of", "resolve"]

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select, update

from grader.errors import UsageError, near
from grader.gradebook.models import Identity, Participant
from grader.gradebook.rows import add, add_new
from grader.results import Person

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from grader.results import SubmissionResult

ID, NAME = "id", "name"
# Whose numbers are those of submissions: the next one of the same person has another.
_OF_SUBMISSIONS = frozenset(["gradescope"])
_HERE = (Participant.merged_into.is_(None), Participant.purged_at == "")
# Made once: that takes longer than the database.
_KNOWN_BY = (
    select(Participant.id, Participant.merged_into)
    .join(Identity, Identity.person_id == Participant.id)
    .where(Identity.kind == bindparam("kind"), Identity.value == bindparam("value"))
)
_CALLED = select(Participant.id).where(Participant.spelled == bindparam("name"), *_HERE)


@dataclass(frozen=True, slots=True)
class Holder:
    """The people who handed something in, by their numbers in the book."""

    people: tuple[int, ...]

    @property
    def key(self) -> str:
        """What an attempt is found by."""
        return ",".join(map(str, sorted(self.people)))


def spelled(name: str) -> str:
    """Return a name as it is compared: composed, with single blanks."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def holder_of(connection: Connection, result: SubmissionResult) -> Holder:
    """Return whose a result is; who is new is added to the book."""
    delivery = result.delivery
    name = result.student.removesuffix(f", attempt {delivery.attempt}")
    numbered = delivery.id and delivery.platform not in _OF_SUBMISSIONS
    platform = (delivery.platform, delivery.id) if numbered else None
    people = [one for one in delivery.people if one.id or one.name] or [Person(name=name)]
    alone = len(people) == 1
    return Holder(
        tuple(
            dict.fromkeys(_person(connection, one, platform if alone else None) for one in people)
        )
    )


def _person(connection: Connection, person: Person, platform: tuple[str, str] | None) -> int:
    """Return the row of a person; who is new is added, and by what they are known."""
    known = [(ID, spelled(person.id))] if person.id else []
    if platform is not None:
        known.append((f"platform:{platform[0]}", platform[1]))
    found = None
    for number, (kind, value) in enumerate(known):
        found = _known(connection, kind, value)
        if found is not None and not _differs(connection, found, known[:number]):
            break
        found = None
    else:
        found = _by_name(connection, person, known)
    if found is None:
        found = add(
            connection,
            Participant,
            name=person.name or person.id,
            spelled=spelled(person.name or person.id),
            email=person.email,
            section=person.section,
        )
    elif person.id:
        _learn(connection, found, person)
    for kind, value in known or [(NAME, spelled(person.name))]:
        add_new(connection, Identity, ["kind", "value"], person_id=found, kind=kind, value=value)
    return found


def _known(connection: Connection, kind: str, value: str) -> int | None:
    found = connection.execute(_KNOWN_BY, {"kind": kind, "value": value}).one_or_none()
    if found is None or found.merged_into is None:
        return found and int(found.id)
    return resolve(connection, int(found.merged_into))


def _differs(connection: Connection, found: int, known: Sequence[tuple[str, str]]) -> bool:
    """Say whether somebody is known by another number of a kind than this: so is somebody else."""
    kinds = [kind for kind, _ in known]
    if not kinds:
        return False
    asked = select(Identity.kind).where(Identity.person_id == found, Identity.kind.in_(kinds))
    return connection.execute(asked.limit(1)).scalar() is not None


def _by_name(
    connection: Connection, person: Person, known: Sequence[tuple[str, str]]
) -> int | None:
    """Return who is known by this name: those with a number, where no other number is theirs.

    Whoever was known by the name alone, as before there was a roster, has the number from now on;
    and a name without a number is theirs who has one, if nobody else is called so.
    """
    if not person.name:
        return None
    found = _known(connection, NAME, spelled(person.name))
    if found is not None and not _differs(connection, found, known):
        return found
    same = [
        int(one)
        for one in connection.execute(_CALLED, {"name": spelled(person.name)}).scalars()
        if not _differs(connection, int(one), known)
    ]
    return same[0] if len(same) == 1 else None


def _learn(connection: Connection, found: int, person: Person) -> None:
    """Take in what a roster says of somebody of whom less was known."""
    asked = select(Participant.name, Participant.email, Participant.section)
    row = connection.execute(asked.where(Participant.id == found)).one()
    new = {
        "email": person.email or row.email,
        "section": person.section or row.section,
        "name": person.name if person.name and row.name == person.id else row.name,
    }
    if new != dict(row._mapping):  # noqa: SLF001 - SQLAlchemy's name for what it documents
        new["spelled"] = spelled(new["name"])
        connection.execute(update(Participant).where(Participant.id == found).values(new))


def resolve(connection: Connection, person: int) -> int:
    """Return the row that goes on, of somebody who was merged."""
    asked = select(Participant.merged_into).where(Participant.id == person)
    while (into := connection.execute(asked).scalar()) is not None:
        person = int(into)
        asked = select(Participant.merged_into).where(Participant.id == person)
    return person


def find_person(connection: Connection, said: str) -> int:
    """Return the one person whom somebody names: by an id, a platform's number, or the name.

    Raises
    ------
    UsageError
        Where there is nobody of that name, or more than one.
    """
    wanted = spelled(said)
    numbers = select(Identity.person_id).where(Identity.value == wanted, Identity.kind != NAME)
    found = {resolve(connection, int(one)) for one in connection.execute(numbers).scalars()}
    people = list(connection.execute(select(Participant.id, Participant.spelled).where(*_HERE)))
    if not found:
        found = {row.id for row in people if row.spelled.casefold() == wanted.casefold()}
    if not found and (known := _known(connection, NAME, wanted)) is not None:
        found = {known}
    if len(found) == 1:
        return found.pop()
    if found:
        ids = "; ".join(_called(connection, one) for one in sorted(found))
        raise UsageError(f"{len(found)} people are called {said!r}: name one by an id: {ids}.")
    guess = near(said, [row.spelled for row in people])
    raise UsageError(f"Nobody in the gradebook is called {said!r}.{guess}")


def _called(connection: Connection, person: int) -> str:
    asked = select(Identity.value).where(Identity.person_id == person).order_by(Identity.id)
    return ", ".join(connection.execute(asked).scalars())
