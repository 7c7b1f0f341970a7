"""Adding rows and asking for them, in the one way that both databases have.

A statement is compiled once and then given to the driver as text: SQLAlchemy's own execution takes
several times as long as a small statement does, and a result is a dozen of them.
"""

from __future__ import annotations

__all__ = ["add", "add_if_new", "add_rows", "ask", "now_in_words", "write_history"]

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert
from sqlalchemy.dialects import postgresql, sqlite

from grader.gradebook.columns import Points, millionths
from grader.gradebook.models import History
from grader.results import now as now_in_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import ClauseElement, Connection, CursorResult, Dialect

    from grader.gradebook.models import Base


@dataclass(frozen=True, slots=True)
class _Statement:
    """A statement as the driver takes it.

    Attributes
    ----------
    text : str
        With the driver's own places for values.
    names : tuple of str
        The values in the order of these places.
    points : tuple of int
        Which of them are points.
    defaults : dict of str to object
        What those have that nobody gives.
    positional : bool
        Whether the driver takes values by place, and not by name.
    """

    text: str
    names: tuple[str, ...]
    points: tuple[int, ...]
    defaults: dict[str, Any]
    positional: bool

    def bound(self, given: Mapping[str, Any]) -> tuple[Any, ...] | dict[str, Any]:
        """Return values as the driver takes them."""
        whole = {**self.defaults, **given} if self.defaults else given
        values = [*map(whole.__getitem__, self.names)]
        for place in self.points:
            if values[place] is not None:
                values[place] = millionths(values[place])
        return tuple(values) if self.positional else dict(zip(self.names, values, strict=True))


@functools.lru_cache(maxsize=256)
def _statement(
    table: type[Base], given: tuple[str, ...], dialect: Dialect, passes: bool, tells: bool
) -> _Statement:
    columns = table.__table__.columns
    defaults = {
        one.name: one.default.arg
        for one in columns
        if one.default is not None and one.name not in given
    }
    names = (*given, *defaults)
    asked: Any = insert(table)
    if passes:
        kind = sqlite if dialect.name == "sqlite" else postgresql
        asked = kind.insert(table).on_conflict_do_nothing()
    if tells:
        asked = asked.returning(next(iter(table.__table__.primary_key)))
    compiled = asked.compile(dialect=dialect, column_keys=names)
    names = tuple(compiled.positiontup) if compiled.positional else names
    return _Statement(
        text=str(compiled),
        names=names,
        points=tuple(n for n, name in enumerate(names) if isinstance(columns[name].type, Points)),
        defaults=defaults,
        positional=bool(compiled.positional),
    )


@functools.lru_cache(maxsize=256)
def _question(question: ClauseElement, dialect: Dialect) -> _Statement:
    compiled: Any = question.compile(dialect=dialect)
    constants = {name: value for name, value in compiled.params.items() if value is not None}
    names = compiled.positiontup if compiled.positional else compiled.params
    return _Statement(
        text=str(compiled),
        names=tuple(names or ()),
        points=(),
        defaults=constants,
        positional=bool(compiled.positional),
    )


def ask(connection: Connection, question: ClauseElement, **values: Any) -> CursorResult[Any]:
    """Ask for rows.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    question : Select
        Made once, for it is compiled once. The columns come as the database has them: numbers,
        texts and bytes, and no points.
    **values
        What it is bound to.
    """
    asked = _question(question, connection.dialect)
    return connection.exec_driver_sql(asked.text, asked.bound(values))


def add(connection: Connection, table: type[Base], **values: Any) -> int:
    """Add a row and return its number."""
    asked = _statement(table, tuple(values), connection.dialect, passes=False, tells=True)
    return int(connection.exec_driver_sql(asked.text, asked.bound(values)).scalar_one())


def add_if_new(connection: Connection, table: type[Base], **values: Any) -> int | None:
    """Add a row and return its number; None where there is one of the same kind.

    Parameters
    ----------
    connection : Connection
        In a transaction that may write.
    table : type
        Of the row; what is unique in it tells rows apart.
    **values
        Of the row, by column.
    """
    asked = _statement(table, tuple(values), connection.dialect, passes=True, tells=True)
    number = connection.exec_driver_sql(asked.text, asked.bound(values)).scalar_one_or_none()
    return None if number is None else int(number)


def add_rows(
    connection: Connection,
    table: type[Base],
    rows: Sequence[Mapping[str, Any]],
    *,
    if_new: bool = False,
) -> None:
    """Add rows, in one statement.

    Parameters
    ----------
    connection : Connection
        In a transaction that may write.
    table : type
        Of the rows.
    rows : sequence of mapping of str to object
        Values by column; all rows have the same columns.
    if_new : bool
        Whether those that are there already are passed over.
    """
    if rows:
        given = tuple(rows[0])
        asked = _statement(table, given, connection.dialect, passes=if_new, tells=False)
        connection.exec_driver_sql(asked.text, [asked.bound(row) for row in rows])


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
    line = {
        "at": now_in_words(), "who": who, "what": what, "person_id": person, "why": why,
        "detail": detail,
    }  # fmt: skip
    add_rows(connection, History, [line])
