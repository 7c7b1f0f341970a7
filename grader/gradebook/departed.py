"""People who were removed from a book, told when they come again, and let in only when asked to.

Of somebody who was removed the book keeps no name and no id. It keeps digests of the ids under the
course's salt: who has an id and the salt can tell that it is one of those, and who has the book
alone can tell nothing. So a roster that still has a person who asked to be removed does not bring
them back in silence.
"""

from __future__ import annotations

__all__ = ["RemovedPerson", "admit", "keep_out", "left_out", "was_removed", "without"]

import hashlib
import hmac
import secrets
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from grader.gradebook.holders import NAME, people_of, platform_of, spelled, ways_of
from grader.gradebook.models import Departed, Identity
from grader.gradebook.rows import add_rows, now_in_words, write_history

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection

    from grader.course.roster import Roster
    from grader.gradebook.book import Gradebook
    from grader.intake import Entry
    from grader.results import Person

# More than these are not named in one statement.
_SOME = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedPerson:
    """Somebody who was removed from the book, and came again.

    Attributes
    ----------
    purged_at : str
        When they were removed.
    token : str
        By which the book has all that they are told by.
    """

    person: Person
    purged_at: str
    token: str

    def sentence(self) -> str:
        """Say that they are left out, and what to do if that is wrong."""
        name = self.person.name or self.person.id
        return (
            f"{name} was removed from the gradebook on {self.purged_at[:10]} and is left out: "
            "`--again` takes such people back."
        )


def _digest(salt: bytes, kind: str, value: str) -> str:
    text = f"{kind}\0{value}".encode("utf-8", "surrogateescape")
    return hmac.new(b"departed" + salt, text, hashlib.sha256).hexdigest()


def keep_out(connection: Connection, people: Sequence[int], salt: bytes) -> None:
    """Note by what somebody is told when they come again; called while their ids are still there.

    A name is noted of somebody who is known by nothing else: another person may have it, too.

    Parameters
    ----------
    connection : Connection
        In the transaction that removes them.
    people : sequence of int
        All rows of one person.
    salt : bytes
        The course's (`grader.course.salt`).
    """
    asked = select(Identity.kind, Identity.value).where(Identity.person_id.in_(people))
    known = {(row.kind, row.value) for row in connection.execute(asked)}
    numbers = {one for one in known if one[0] != NAME}
    both = {"token": secrets.token_hex(16), "purged_at": now_in_words()}
    digests = sorted(_digest(salt, kind, value) for kind, value in numbers or known)
    add_rows(connection, Departed, [{"digest": one, **both} for one in digests], if_new=True)


def was_removed(connection: Connection, ways: Iterable[tuple[str, str]], salt: bytes) -> bool:
    """Say whether somebody who is known in one of these ways was removed from the book.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    ways : iterable of tuple of str
        Kinds and values of `grader.gradebook.models.Identity`.
    salt : bytes
        The course's.
    """
    digests = [_digest(salt, *way) for way in ways]
    asked = select(Departed.digest).where(Departed.digest.in_(digests))
    return connection.execute(asked).first() is not None


def left_out(
    book: Gradebook, entries: Sequence[Entry], roster: Roster | None, salt: bytes
) -> list[RemovedPerson]:
    """Return who is on a roster, or handed something in, and was removed from the book."""
    digests: dict[str, Person] = {}

    def note(person: Person, platform: tuple[str, str] | None = None) -> None:
        ways = ways_of(person, platform) or [(NAME, spelled(person.name))]
        digests.update((_digest(salt, *way), person) for way in ways)

    for person in roster.people if roster else ():
        note(person)
    for entry in _assigned(entries, roster):
        people = people_of(entry.name, entry.delivery)
        for person in people:
            note(person, platform_of(entry.delivery) if len(people) == 1 else None)
    found: dict[Person, RemovedPerson] = {}
    every = sorted(digests)
    with book.database.reading() as connection:
        for start in range(0, len(every), _SOME):
            some = select(Departed).where(Departed.digest.in_(every[start : start + _SOME]))
            for row in connection.execute(some):
                person = digests[row.digest]
                found[person] = RemovedPerson(
                    person=person, purged_at=row.purged_at, token=row.token
                )
    return [found[one] for one in dict.fromkeys(digests.values()) if one in found]


def admit(book: Gradebook, people: Iterable[RemovedPerson]) -> None:
    """Take people back who were removed: they begin anew, and the history says so."""
    with book.database.writing() as connection:
        for one in people:
            connection.execute(delete(Departed).where(Departed.token == one.token))
            write_history(connection, "taken back", detail=f"removed at {one.purged_at}")


def without(
    entries: Sequence[Entry], roster: Roster | None, people: Sequence[RemovedPerson]
) -> tuple[list[Entry], Roster | None]:
    """Return a class without these people.

    What is theirs alone is left out; what they handed in with others is the others'.
    """
    gone = {one.person for one in people}
    kept = []
    for entry, assigned in zip(entries, _assigned(entries, roster), strict=True):
        stays = [one not in gone for one in people_of(assigned.name, assigned.delivery)]
        if any(stays):
            kept.append(_of_others(entry, stays))
    return kept, roster.without(gone) if roster else None


def _assigned(entries: Sequence[Entry], roster: Roster | None) -> Sequence[Entry]:
    return roster.assign(entries)[0] if roster else entries


def _of_others(entry: Entry, stays: Sequence[bool]) -> Entry:
    people = entry.delivery.people
    if all(stays) or len(people) != len(stays):
        return entry
    left = tuple(one for one, is_here in zip(people, stays, strict=True) if is_here)
    attempts = tuple(_of_others(one, stays) for one in entry.attempts)
    return replace(entry, delivery=replace(entry.delivery, people=left), attempts=attempts)
