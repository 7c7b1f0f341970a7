"""Adding rows, in the one way that both databases have."""

from __future__ import annotations

__all__ = ["add", "add_new", "insert_or_pass", "now_in_words", "write_history"]

from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite

from grader.gradebook.models import History
from grader.results import now as now_in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from grader.gradebook.models import Base


def add(connection: Connection, table: type[Base], **values: Any) -> int:
    """Add a row and return its number."""
    done = connection.execute(insert(table).values(**values))
    return int(done.inserted_primary_key[0])  # type: ignore[index]


def add_new(connection: Connection, table: type[Base], unique: Sequence[str], **values: Any) -> Any:
    """Add a row where there is none of the same kind, and return the key of the one that is there.

    Parameters
    ----------
    connection : Connection
        In a transaction that may write.
    table : type
        Of the row.
    unique : sequence of str
        The columns that tell rows apart.
    **values
        Of the row, by column.
    """
    key = next(iter(table.__table__.primary_key))
    same = [getattr(table, name) == values[name] for name in unique]
    asked = select(key).where(*same)
    if (found := connection.execute(asked).scalar()) is not None:
        return found
    connection.execute(insert_or_pass(connection, table).values(**values))
    return connection.execute(asked).scalar_one()


def insert_or_pass(connection: Connection, table: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """Return what adds rows, but for those that are there already."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing()
    return postgresql.insert(table).on_conflict_do_nothing()


def write_history(
    connection: Connection, what: str, *, who: str = "", person: int | None = None,
    why: str = "", detail: str = "",
) -> None:  # fmt: skip
    """Add a line to the history.

    Parameters
    ----------
    connection : Connection
        In the transaction that does what is told.
    what : str
        ``graded``, ``adjusted``, ``revoked``, ``merged``, ``purged``, …
    who : str
        The person at the keyboard, as far as that is known.
    person : int, optional
        Whom it is about.
    why, detail : str
        The reason, and what is needed to understand the line later.
    """
    add(
        connection, History, at=now_in_words(), who=who, what=what, person_id=person, why=why,
        detail=detail,
    )  # fmt: skip
