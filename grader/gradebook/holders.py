"""Find the people that a submission belongs to by their ids and names; add those who are new.

The rule is that of a folder of reports (`grader.keeping`): an id of the roster decides, then the
platform's number; without either of them, the name decides.
"""

from __future__ import annotations

__all__ = [
    "Holder", "find_person", "handle_of", "holder_of", "people_of", "person_of", "platform_of",
    "resolve", "ways_of",
]  # fmt: skip

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, literal, or_, select, union_all, update

from grader.errors import UsageError, did_you_mean
from grader.gradebook.models import Identity, Participant
from grader.gradebook.rows import add, add_rows, ask
from grader.results import Person

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from grader.results import Delivery, SubmissionResult

ID, NAME = "id", "name"
# Platforms whose numbers name submissions: a person's next submission has another number.
_OF_SUBMISSIONS = frozenset(["gradescope"])
_HERE = (Participant.merged_into.is_(None), Participant.purged_at == "")
# The columns of a person that a roster may update.
_ABOUT = (
    Participant.id, Participant.merged_into, Participant.name, Participant.email,
    Participant.section,
)  # fmt: skip
_CALLED = "called"
# One query for all candidates: people known by an id, a number or a name, and people with this
# name. Compiled once: compiling takes longer than running the query.
_MEANT = union_all(
    select(Identity.kind.label("kind"), Identity.value.label("value"), *_ABOUT)
    .join(Participant, Participant.id == Identity.person_id)
    .where(
        or_(
            *(
                and_(Identity.kind == bindparam(f"kind{n}"), Identity.value == bindparam(f"is{n}"))
                for n in range(3)
            )
        )
    ),
    select(literal(_CALLED), Participant.spelled, *_ABOUT).where(
        Participant.spelled == bindparam("name"), *_HERE
    ),
)

# Candidate rows of people, by kind and value of what identifies them.
Meant = dict[tuple[str, str], list[Any]]


@dataclass(frozen=True, slots=True)
class Holder:
    """The people who handed something in, by their row numbers in the book.

    Attributes
    ----------
    is_new : bool
        Whether none of them was in the book before.
    """

    people: tuple[int, ...]
    is_new: bool = False

    @property
    def key(self) -> str:
        """The key under which their attempts are stored: the row numbers, sorted."""
        return ",".join(map(str, sorted(self.people)))


def spelled(name: str) -> str:
    """Return a name in the form used for comparison: NFC, single spaces."""
    return " ".join(unicodedata.normalize("NFC", name).split())


def holder_of(connection: Connection, result: SubmissionResult) -> Holder:
    """Return the people to whom a result belongs; those who are new are added to the book."""
    delivery = result.delivery
    people = people_of(result.student, delivery)
    platform = platform_of(delivery) if len(people) == 1 else None
    found = [person_of(connection, one, platform) for one in people]
    numbers = tuple(dict.fromkeys(number for number, _ in found))
    return Holder(numbers, is_new=all(is_new for _, is_new in found))


def people_of(name: str, delivery: Delivery) -> tuple[Person, ...]:
    """Return who handed something in: who the platform says, or whoever is called so."""
    people = tuple(one for one in delivery.people if one.id or one.name)
    return people or (Person(name=name.removesuffix(f", attempt {delivery.attempt}")),)


def platform_of(delivery: Delivery) -> tuple[str, str] | None:
    """Return a platform's name, and the number that it has for a person; None without one."""
    numbered = delivery.id and delivery.platform not in _OF_SUBMISSIONS
    return (delivery.platform, delivery.id) if numbered else None


def ways_of(person: Person, platform: tuple[str, str] | None = None) -> list[tuple[str, str]]:
    """Return the numbers by which a person is known, each with its kind, the best one first."""
    known = [(ID, spelled(person.id))] if person.id else []
    if platform is not None:
        known.append((f"platform:{platform[0]}", platform[1]))
    return known


def person_of(
    connection: Connection,
    person: Person,
    platform: tuple[str, str] | None = None,
    *,
    by_name: bool = True,
) -> tuple[int, bool]:
    """Return a person's row number, and whether they are new; a new person is added.

    Parameters
    ----------
    connection : Connection
        In a transaction that may write.
    person : Person
        The person, with an id or a name.
    platform : tuple of str, optional
        A platform's name, and the person's number on it.
    by_name : bool
        Whether they may be a person whom the book knows by name alone.
    """
    known = ways_of(person, platform)
    meant = _meant(connection, person, known)
    found, is_new = None, False
    for number, one in enumerate(known):
        found = _known(connection, meant.get(one))
        if found is not None and not _differs(connection, found, known[:number]):
            break
        found = None
    else:
        found = _by_name(connection, person, known, meant) if by_name else None
    if found is None:
        is_new = True
        found = add(
            connection,
            Participant,
            name=person.name or person.id,
            spelled=spelled(person.name or person.id),
            email=person.email,
            section=person.section,
        )
    elif person.id:
        _learn(connection, found, person, meant)
    new = [one for one in known or [(NAME, spelled(person.name))] if one not in meant]
    rows = [{"person_id": found, "kind": kind, "value": value} for kind, value in new]
    add_rows(connection, Identity, rows, if_new=True)
    return found, is_new


def _meant(connection: Connection, person: Person, known: Sequence[tuple[str, str]]) -> Meant:
    """Return all candidates for a person, by kind and value of what identifies them."""
    name = spelled(person.name)
    ways = [*known, (NAME, name), *[("", "")] * (2 - len(known))]
    asked: dict[str, str] = {"name": name}
    for number, (kind, value) in enumerate(ways):
        asked |= {f"kind{number}": kind, f"is{number}": value}
    found: Meant = {}
    for row in ask(connection, _MEANT, **asked):
        found.setdefault((row.kind, row.value), []).append(row)
    return found


def _known(connection: Connection, found: Sequence[Any] | None) -> int | None:
    """Return the person behind an identity, or None; an identity has at most one person."""
    if not found:
        return None
    row = found[0]
    return int(row.id) if row.merged_into is None else resolve(connection, int(row.merged_into))


def _differs(connection: Connection, found: int, known: Sequence[tuple[str, str]]) -> bool:
    """Return whether a person already has an identity of one of these kinds: it is someone else."""
    kinds = [kind for kind, _ in known]
    if not kinds:
        return False
    asked = select(Identity.kind).where(Identity.person_id == found, Identity.kind.in_(kinds))
    return connection.execute(asked.limit(1)).scalar() is not None


def _by_name(
    connection: Connection,
    person: Person,
    known: Sequence[tuple[str, str]],
    meant: Meant,
) -> int | None:
    """Return the person with this name, unless they have another id or number of the same kind.

    A person known by name alone, as before there was a roster, gets the number from now on. A name
    without a number belongs to the one person with this name, if only one has it.
    """
    if not person.name:
        return None
    name = spelled(person.name)
    found = _known(connection, meant.get((NAME, name)))
    if found is not None and not _differs(connection, found, known):
        return found
    called = [int(row.id) for row in meant.get((_CALLED, name), ())]
    same = [one for one in called if not _differs(connection, one, known)]
    return same[0] if len(same) == 1 else None


def _learn(
    connection: Connection,
    found: int,
    person: Person,
    meant: Meant,
) -> None:
    """Update a person's name, e-mail address and section from a roster."""
    rows = (row for rows in meant.values() for row in rows)
    row: Any = next((row for row in rows if row.id == found), None)
    if row is None:  # the row that remains of a merged person
        row = connection.execute(select(*_ABOUT).where(Participant.id == found)).one()
    old = {"email": row.email, "section": row.section, "name": row.name}
    new = {
        "email": person.email or row.email,
        "section": person.section or row.section,
        "name": person.name if person.name and row.name == person.id else row.name,
    }
    if new != old:
        new["spelled"] = spelled(new["name"])
        connection.execute(update(Participant).where(Participant.id == found).values(new))


def resolve(connection: Connection, person: int) -> int:
    """Return the row that remains of a merged person; the given row if it was not merged."""
    asked = select(Participant.merged_into).where(Participant.id == person)
    while (into := connection.execute(asked).scalar()) is not None:
        person = int(into)
        asked = select(Participant.merged_into).where(Participant.id == person)
    return person


def find_person(connection: Connection, said: str) -> int:
    """Return the one person that `said` names: by an id, a platform's number, or a name.

    ``#12`` names the person of a row, for those who share a name and have no id.

    Raises
    ------
    UsageError
        Nobody has this id or name, or several people have it.
    """
    wanted = spelled(said)
    numbers = select(Identity.person_id).where(Identity.value == wanted, Identity.kind != NAME)
    found = {resolve(connection, int(one)) for one in connection.execute(numbers).scalars()}
    people = list(connection.execute(select(Participant.id, Participant.spelled).where(*_HERE)))
    if not found and wanted.startswith("#"):
        found = {row.id for row in people if f"#{row.id}" == wanted}
    if not found:
        found = {row.id for row in people if row.spelled.casefold() == wanted.casefold()}
    if not found:
        names = select(Identity.person_id).where(Identity.value == wanted, Identity.kind == NAME)
        found = {resolve(connection, int(one)) for one in connection.execute(names).scalars()}
    if len(found) == 1:
        return found.pop()
    if found:
        ids = "; ".join(_handles(connection, one) for one in sorted(found))
        raise UsageError(f"{len(found)} people are called {said!r}: name one by an id: {ids}.")
    guess = did_you_mean(said, [row.spelled for row in people])
    raise UsageError(f"Nobody in the gradebook is called {said!r}.{guess}")


def handle_of(connection: Connection, person: int) -> str:
    """Return what names one person and nobody else: the first id, or else ``#`` and the row."""
    return _handles(connection, person).partition(", ")[0]


def _handles(connection: Connection, person: int) -> str:
    asked = (
        select(Identity.value)
        .where(Identity.person_id == person, Identity.kind != NAME)
        .order_by(Identity.kind != ID, Identity.id)
    )
    return ", ".join(connection.execute(asked).scalars()) or f"#{person}"
