"""People of a gradebook: two rows that are one person, one row that is two, and what happened."""

from __future__ import annotations

__all__ = ["HistoryLine", "history_of", "merge", "split"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import select, update

from grader.errors import UsageError
from grader.gradebook.changing import rows_of, same_people
from grader.gradebook.holders import find_person, spelled
from grader.gradebook.models import Attempt, AttemptPerson, History, Identity, Participant
from grader.gradebook.rows import add, write_history
from grader.results import Delivery

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from grader.gradebook.book import Gradebook


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One line of what happened to a person."""

    at: str
    what: str
    who: str
    why: str
    detail: str


def merge(book: Gradebook, gone: str, kept: str, *, author: str) -> str:
    """Make two people of the book one, who goes on as the second; nothing is lost.

    Parameters
    ----------
    book : Gradebook
        In which they are.
    gone, kept : str
        Whose row goes on in the other one, as `grader.gradebook.holders.find_person` takes them.
    author : str
        Who says that they are one.

    Returns
    -------
    str
        What was done, and what to look at, in a sentence or two.

    Raises
    ------
    UsageError
        Where one of them is not there, or they are one already.
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
    """Make an id of somebody a person of their own again, with what was handed in under it.

    Where two people were merged, that is undone. Changes by hand stay with whom they were made for.

    Parameters
    ----------
    book : Gradebook
        In which they are.
    said : str
        The id (or the platform's number) that becomes a person.
    name : str
        What that person is called; as before where not given.
    author : str
        Who says that they are two.

    Returns
    -------
    str
        What was done, in a sentence.

    Raises
    ------
    UsageError
        Where nobody has that id, or it is all that the person has.
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
    """Make a person of one of somebody's ids; return the row, and how many submissions went."""
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
    """Return all that happened to a person, the oldest first.

    Parameters
    ----------
    book : Gradebook
        In which they are.
    said : str
        Who it is.

    Raises
    ------
    UsageError
        Where there is nobody of that name.
    """
    with book.database.reading() as connection:
        people = same_people(connection, find_person(connection, said))
        asked = (
            select(History.at, History.what, History.who, History.why, History.detail)
            .where(History.person_id.in_(people))
            .order_by(History.id)
        )
        return [HistoryLine(*row) for row in connection.execute(asked)]
