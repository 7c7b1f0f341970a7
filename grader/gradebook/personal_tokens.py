"""Tokens with which people hand in from a terminal: shown once, kept as digests."""

from __future__ import annotations

__all__ = ["GivenToken", "find_token", "make_token", "revoke_token", "tokens_of", "use_token"]

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from grader.gradebook.adjustment_rows import same_people
from grader.gradebook.holders import resolve
from grader.gradebook.portal_models import PersonalToken
from grader.gradebook.rows import add, now_in_words, write_history

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

BEGINNING = "grader_"
DAYS = 200  # a semester
MOST_TOKENS = 20  # of one person; a further one ends the oldest


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenToken:
    """A token as its owner sees it; fields as in `PersonalToken`."""

    id: int
    label: str
    made_at: str
    expires_at: str
    used_at: str


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def make_token(connection: Connection, person: int, label: str) -> str:
    """Make a token for a person and return it: it is not known here afterwards.

    Of more than `MOST_TOKENS` the oldest end.

    Parameters
    ----------
    connection : Connection
        In a transaction that may write.
    person : int
        Whose it is.
    label : str
        What the person calls it.
    """
    token = BEGINNING + secrets.token_urlsafe(32)
    now = datetime.now(UTC)
    for one in tokens_of(connection, person)[MOST_TOKENS - 1 :]:
        revoke_token(connection, person, one.id)
    number = add(
        connection,
        PersonalToken,
        person_id=person,
        digest=_digest(token),
        label=" ".join(label.split())[:80],
        made_at=now_in_words(),
        expires_at=(now + timedelta(days=DAYS)).strftime("%Y-%m-%dT%H:%M:%SZ"),
    )
    write_history(connection, "token made", person=person, detail=f"token {number}")
    return token


def find_token(connection: Connection, token: str) -> int | None:
    """Return the person whose token this is; None where it holds no more.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    token : str
        As it was sent.
    """
    row = _row_of(connection, token)
    return None if row is None else resolve(connection, int(row.person_id))


def use_token(connection: Connection, token: str) -> int | None:
    """Return the person whose token this is and note that it was used; None where it holds no more.

    Parameters
    ----------
    connection : Connection
        In a transaction that may write.
    token : str
        As it was sent.
    """
    row = _row_of(connection, token)
    if row is None:
        return None
    used = update(PersonalToken).where(PersonalToken.id == row.id)
    connection.execute(used.values(used_at=now_in_words()))
    return resolve(connection, int(row.person_id))


def _row_of(connection: Connection, token: str) -> Row[int, int] | None:
    asked = select(PersonalToken.id, PersonalToken.person_id).where(
        PersonalToken.digest == _digest(token),
        PersonalToken.revoked_at == "",
        PersonalToken.expires_at > now_in_words(),
    )
    return connection.execute(asked).one_or_none()


def tokens_of(connection: Connection, person: int) -> list[GivenToken]:
    """Return the tokens of a person that hold, the newest first."""
    asked = (
        select(
            PersonalToken.id, PersonalToken.label, PersonalToken.made_at,
            PersonalToken.expires_at, PersonalToken.used_at,
        )
        .where(
            PersonalToken.person_id.in_(same_people(connection, person)),
            PersonalToken.revoked_at == "",
            PersonalToken.expires_at > now_in_words(),
        )
        .order_by(PersonalToken.id.desc())
    )  # fmt: skip
    return [GivenToken(**row._mapping) for row in connection.execute(asked)]  # noqa: SLF001


def revoke_token(connection: Connection, person: int, number: int) -> bool:
    """Take a token of a person back; say whether there was one of this number that is theirs."""
    mine = PersonalToken.person_id.in_(same_people(connection, person))
    asked = update(PersonalToken).where(
        PersonalToken.id == number, mine, PersonalToken.revoked_at == ""
    )
    done = connection.execute(asked.values(revoked_at=now_in_words())).rowcount == 1
    if done:
        write_history(connection, "token revoked", person=person, detail=f"token {number}")
    return done
