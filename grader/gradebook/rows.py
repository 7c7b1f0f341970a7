"""Adding rows, in the one way that both databases have."""

from __future__ import annotations

__all__ = [
    "add",
    "add_all",
    "add_new",
    "adding",
    "insert_or_pass",
    "now_in_words",
    "write_history",
]

import functools
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from grader.gradebook.models import History
from grader.results import now as now_in_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Insert, Select
    from sqlalchemy.sql.dml import ReturningInsert

    from grader.gradebook.models import Base


@functools.cache
def adding(table: type[Base]) -> Insert:
    """Return what adds rows to a table: made once, since that takes longer than the database."""
    return insert(table)


@functools.cache
def adding_with_numbers(table: type[Base]) -> ReturningInsert[Any]:
    """Return what adds rows and tells their numbers, in the same order."""
    key = next(iter(table.__table__.primary_key))
    return insert(table).returning(key, sort_by_parameter_order=True)


@functools.cache
def _same(table: type[Base], unique: tuple[str, ...]) -> Select[Any]:
    key = next(iter(table.__table__.primary_key))
    return select(key).where(*(getattr(table, name) == bindparam(name) for name in unique))


def add(connection: Connection, table: type[Base], **values: Any) -> int:
    """Add a row and return its number."""
    done = connection.execute(adding(table), values)
    return int(done.inserted_primary_key[0])  # type: ignore[index]


def add_all(connection: Connection, table: type[Base], rows: Sequence[dict[str, Any]]) -> list[int]:
    """Add rows and return their numbers, in the same order."""
    if not rows:
        return []
    done = connection.execute(adding_with_numbers(table), rows)
    return [int(number) for number in done.scalars()]


def add_new(connection: Connection, table: type[Base], unique: Sequence[str], **values: Any) -> int:
    """Add a row where there is none of the same kind, and return the number of the one there is.

    Parameters
    ----------
    connection : Connection
        In a transaction that may write, which nobody else has.
    table : type
        Of the row.
    unique : sequence of str
        The columns that tell rows apart.
    **values
        Of the row, by column.
    """
    asked = _same(table, tuple(unique))
    found = connection.execute(asked, {name: values[name] for name in unique}).scalar()
    return add(connection, table, **values) if found is None else int(found)


def insert_or_pass(connection: Connection, table: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """Return what adds rows, but for those that are there already."""
    return _or_pass(table, connection.dialect.name)


@functools.cache
def _or_pass(table: type[Base], dialect: str) -> sqlite.Insert | postgresql.Insert:
    if dialect == "sqlite":
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
