"""Whose a submission is: people are found by what they are known by, and made where they are new.

The rule is that of a folder of reports (`grader.keeping`): an id of the roster decides, then the
platform's number, and where there is none of both, the name.
"""

from __future__ import annotations

__all__ = ["Holder", "find_person", "holder_of", "resolve"]

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from grader.errors import UsageError, near
from grader.gradebook.models import Identity, Participant
from grader.gradebook.rows import add, add_new
from grader.results import Person

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from grader.results import SubmissionResult

ID, NAME = "id", "name"
_HERE = (Participant.merged_into.is_(None), Participant.purged_at == "")


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
    platform = (delivery.platform, delivery.id) if delivery.id else None
    people = [one for one in delivery.people if one.id or one.name] or [Person(name=name)]
    alone = len(people) == 1
    return Holder(
        tuple(
            dict.fromkeys(_person(connection, one, platform if alone else None) for one in people)
        )
    )


def _person(connection: Connection, person: Person, platform: tuple[str, str] | None) -> int:
    known = [(ID, spelled(person.id))] if person.id else []
    if platform is not None:
        known.append((f"platform:{platform[0]}", platform[1]))
    for kind, value in known:
        if (found := _known(connection, kind, value)) is not None:
            break
    else:
        found = _by_name(connection, person, is_known=bool(known))
    if found is None:
        found = add(
            connection,
            Participant,
            name=person.name or person.id,
            spelled=spelled(person.name or person.id),
            email=person.email,
            section=person.section,
        )
    for kind, value in known or [(NAME, spelled(person.name))]:
        add_new(connection, Identity, ["kind", "value"], person_id=found, kind=kind, value=value)
    return resolve(connection, found)


def _known(connection: Connection, kind: str, value: str) -> int | None:
    asked = select(Identity.person_id).where(Identity.kind == kind, Identity.value == value)
    found = connection.execute(asked).scalar()
    return None if found is None else int(found)


def _by_name(connection: Connection, person: Person, *, is_known: bool) -> int | None:
    """Return who is known by this name alone, as before there was a roster."""
    found = _known(connection, NAME, spelled(person.name)) if person.name else None
    if found is not None or is_known or not person.name:
        return found
    # A name without any number, of somebody who has one: it is theirs if nobody else has the name.
    asked = select(Participant.id, Participant.name).where(*_HERE)
    same = [
        row.id for row in connection.execute(asked) if spelled(row.name) == spelled(person.name)
    ]
    return same[0] if len(same) == 1 else None


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
    asked = select(Identity.person_id).where(Identity.value == wanted)
    found = {resolve(connection, int(one)) for one in connection.execute(asked).scalars()}
    people = list(connection.execute(select(Participant.id, Participant.spelled).where(*_HERE)))
    if not found:
        found = {row.id for row in people if row.spelled.casefold() == wanted.casefold()}
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
