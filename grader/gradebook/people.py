"""Merge two rows that belong to one person, split a row that belongs to two, read a history."""

from __future__ import annotations

__all__ = ["HistoryLine", "history_lines", "history_of", "merge", "split"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import select, update

from grader.errors import UsageError
from grader.gradebook.adjustment_rows import rows_of, same_people
from grader.gradebook.holders import find_person, spelled
from grader.gradebook.models import Attempt, AttemptPerson, History, Identity, Participant
from grader.gradebook.rows import add, write_history
from grader.results import Delivery

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from grader.gradebook.book import Gradebook


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One line of a person's history."""

    at: str
    what: str
    who: str
    why: str
    detail: str


def merge(book: Gradebook, gone: str, kept: str, *, author: str) -> str:
    """Merge two people of the book into one, under the second one's name; no data are lost.

    Parameters
    ----------
    book : Gradebook
        The gradebook that holds them.
    gone, kept : str
        The person whose row is merged, and the person who remains; as for
        `grader.gradebook.holders.find_person`.
    author : str
        Who says that they are one person.

    Returns
    -------
    str
        One or two sentences about the merge and the things to look at.

    Raises
    ------
    UsageError
        One of them is not in the book, or both are already one person.
    """
    with book.database.writing() as connection:
        one, other = find_person(connection, gone), find_person(connection, kept)
        if one == other:
            raise UsageError(f"{gone!r} and {kept!r} are one person already.")
        ours, theirs = rows_of(connection, one), rows_of(connection, other)
        both = {row.origin for row in ours} - {row.origin for row in theirs}
        connection.execute(
            update(Participant)
            .where(Participant.id.in_(same_people(connection, one)))
            .values(merged_into=other)
        )
        names = _name(connection, one), _name(connection, other)
        for person in (one, other):
            write_history(
                connection, "merged", who=author, person=person,
                detail=f"person {one} goes on as person {other}",
            )  # fmt: skip
    said = (
        f"{names[0]} ({gone}) and {names[1]} ({kept}) are one person now; the latest result counts."
    )
    if both and theirs:
        said += " Both had changes by hand, and all of them count now: see `grader adjust`."
    return said


def split(book: Gradebook, said: str, *, name: str = "", author: str) -> str:
    """Make one of a person's ids a person of its own, with the submissions made under it.

    If two people were merged, this undoes it. Changes by hand stay with the person they are for.
    for.

    Parameters
    ----------
    book : Gradebook
        The gradebook that holds them.
    said : str
        The id or platform number that becomes a person.
    name : str
        The name of that person; by default the name that the person had so far.
    author : str
        Who says that they are two people.

    Returns
    -------
    str
        What was done, in one sentence.

    Raises
    ------
    UsageError
        Nobody has that id, or the person has no other.
    """
    with book.database.writing() as connection:
        identity = _identity(connection, said)
        holder = connection.execute(
            select(Participant.id, Participant.name, Participant.merged_into).where(
                Participant.id == identity.person_id
            )
        ).one()
        if holder.merged_into is not None:
            new, left = holder.id, holder.merged_into
            values = {
                "merged_into": None,
                **({"name": name, "spelled": spelled(name)} if name else {}),
            }
            connection.execute(update(Participant).where(Participant.id == new).values(**values))
            moved = 0
        else:
            left = holder.id
            new, moved = _taken_out(connection, identity, holder.name, name)
        for person in (new, left):
            write_history(
                connection, "split", who=author, person=person,
                detail=f"person {new} is not person {left}",
            )  # fmt: skip
        called, other = _name(connection, new), _name(connection, left)
    tail = f" with {moved} of the submissions" if moved else ""
    return f"{called} ({said}) is a person apart from {other} now{tail}."


def _identity(connection: Connection, said: str) -> Identity:
    table = Identity.__table__
    asked = select(table).where(table.c.value == spelled(said))
    found = list(connection.execute(asked))
    if len(found) != 1:
        count = "Nobody has" if not found else f"{len(found)} kinds of id are"
        raise UsageError(f"{count} {said!r}: name the id that becomes a person of its own.")
    return found[0]  # type: ignore[return-value]  # a row has the same columns


def _taken_out(connection: Connection, identity: Identity, old: str, name: str) -> tuple[int, int]:
    """Make a person from one identity; return the new row and the number of its submissions."""
    person = identity.person_id
    ids = select(Identity.id).where(Identity.person_id == person)
    if len(list(connection.execute(ids))) < 2:
        raise UsageError(
            f"{identity.value!r} is all that {old} is known by: there is nobody to split off."
        )
    called = name or old
    new = add(connection, Participant, name=called, spelled=spelled(called), email="", section="")
    connection.execute(update(Identity).where(Identity.id == identity.id).values(person_id=new))
    asked = (
        select(Attempt.id, Attempt.delivery)
        .join(AttemptPerson, AttemptPerson.attempt_id == Attempt.id)
        .where(AttemptPerson.person_id == person)
    )
    moved = 0
    for row in connection.execute(asked).all():
        delivery = msgspec.json.decode(row.delivery, type=Delivery)
        known = {spelled(one.id) for one in delivery.people} | {delivery.id}
        if identity.value in known:
            moved += 1
            connection.execute(
                update(AttemptPerson)
                .where(AttemptPerson.attempt_id == row.id, AttemptPerson.person_id == person)
                .values(person_id=new)
            )
    return new, moved


def _name(connection: Connection, person: int) -> str:
    return connection.execute(select(Participant.name).where(Participant.id == person)).scalar_one()


def history_of(book: Gradebook, said: str) -> list[HistoryLine]:
    """Return the history of a person, the oldest line first.

    Parameters
    ----------
    book : Gradebook
        The gradebook that holds the person.
    said : str
        The person's id, platform number or name.

    Raises
    ------
    UsageError
        Nobody has this id or name, or several people have it.
    """
    with book.database.reading() as connection:
        return history_lines(connection, find_person(connection, said))


def history_lines(connection: Connection, person: int) -> list[HistoryLine]:
    """Return all that happened to a person who is known by number, the oldest first."""
    asked = (
        select(History.at, History.what, History.who, History.why, History.detail)
        .where(History.person_id.in_(same_people(connection, person)))
        .order_by(History.id)
    )
    return [HistoryLine(*row) for row in connection.execute(asked)]
