"""Adding rows and asking for them, in the one way that both databases have.

A statement is compiled once and then given to the driver itself, as text: SQLAlchemy's own
execution takes several times as long as a small statement does, and a result is twenty of them.
"""

from __future__ import annotations

__all__ = [
    "add",
    "add_if_new",
    "add_rows",
    "add_values",
    "ask",
    "ask_plain",
    "give",
    "now_in_words",
    "write_history",
]

import functools
from collections import namedtuple
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert
from sqlalchemy.exc import DBAPIError

from grader.errors import UsageError
from grader.gradebook.columns import Points, millionths
from grader.gradebook.models import History
from grader.results import now as now_in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sqlalchemy import Connection, Dialect, SelectBase

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
    row : callable
        Makes of a row of the answer what has its columns as attributes.
    pick : callable
        Takes these values out of a mapping, in their order.
    """

    text: str
    names: tuple[str, ...]
    points: tuple[int, ...]
    defaults: dict[str, Any]
    positional: bool
    row: Callable[[Iterable[Any]], Any] = tuple
    pick: Callable[[Mapping[str, Any]], tuple[Any, ...]] = field(init=False)

    def __post_init__(self) -> None:
        """Make `pick`."""
        names = self.names
        pick: Any = (
            itemgetter(*names) if len(names) > 1 else lambda one: tuple(map(one.__getitem__, names))
        )
        object.__setattr__(self, "pick", pick)

    def bound(self, given: Mapping[str, Any]) -> tuple[Any, ...] | dict[str, Any]:
        """Return values as the driver takes them."""
        whole = {**self.defaults, **given} if self.defaults else given
        values = self.pick(whole)
        if self.points:
            exact = [*values]
            for place in self.points:
                if exact[place] is not None:
                    exact[place] = millionths(exact[place])
            values = tuple(exact)
        return values if self.positional else dict(zip(self.names, values, strict=True))


# The first dialect of each kind: a process compiles a statement once, however many books it opens.
_DIALECTS: dict[tuple[Any, ...], Dialect] = {}


@functools.lru_cache(maxsize=64)
def _first_of_its_kind(its: Dialect) -> Dialect:
    kind = (its.name, its.driver, getattr(its, "server_version_info", None))
    return _DIALECTS.setdefault(kind, its)


def _dialect(connection: Connection) -> Dialect:
    """Return the dialect by which statements for such a database are compiled."""
    return _first_of_its_kind(connection.dialect)


def _own_insert(dialect: Dialect) -> Callable[[type[Base]], Any]:
    """Return the insertion of a kind of database that may pass over what is there.

    Nobody imports the dialect of another kind than their book's.
    """
    if dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as passing  # noqa: PLC0415
    else:
        from sqlalchemy.dialects.postgresql import insert as passing  # type: ignore[assignment]  # noqa: PLC0415
    return passing


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
        asked = _own_insert(dialect)(table).on_conflict_do_nothing()
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
def _question(question: SelectBase, dialect: Dialect) -> _Statement:
    compiled: Any = question.compile(dialect=dialect)
    constants = {name: value for name, value in compiled.params.items() if value is not None}
    names = compiled.positiontup if compiled.positional else compiled.params
    columns = [one.name for one in question.selected_columns]
    row: Any = namedtuple("Row", columns)  # type: ignore[misc]  # noqa: PYI024
    return _Statement(
        text=str(compiled),
        names=tuple(names or ()),
        points=(),
        defaults=constants,
        positional=bool(compiled.positional),
        row=row._make,
    )


def give(connection: Connection, asked: str, values: Any = (), *, many: bool = False) -> Any:
    """Give a statement to the driver itself; return its cursor, or raise as SQLAlchemy would.

    Parameters
    ----------
    connection : Connection
        To the database.
    asked : str
        The statement, as the driver takes it.
    values : tuple or dict, or a list of these
        What its places are bound to.
    many : bool
        Whether `values` is a list, for each of which the statement is run.

    Raises
    ------
    DBAPIError
        The database refuses it, or cannot be reached.
    """
    driver: Any = connection.connection
    dialect: Any = connection.dialect
    cursor = driver.cursor()
    try:
        if many:
            cursor.executemany(asked, values)
        else:
            cursor.execute(asked, values)
    except UnicodeEncodeError as error:
        raise UsageError(f"{error.object!r:.100} is not text in UTF-8: type it again.") from error
    except dialect.dbapi.Error as error:
        is_lost = dialect.is_disconnect(error, driver, cursor)
        if is_lost:
            connection.invalidate(error)
        raise DBAPIError.instance(
            asked, None, error, dialect.dbapi.Error,
            hide_parameters=True, connection_invalidated=is_lost, dialect=dialect,
        ) from error  # fmt: skip
    return cursor


def ask(connection: Connection, question: SelectBase, **values: Any) -> list[Any]:
    """Ask for rows.

    Parameters
    ----------
    connection : Connection
        In a transaction.
    question : Select
        Made once, for it is compiled once.
    **values
        What it is bound to.

    Returns
    -------
    list of tuple
        With the columns as attributes, as the database has them: numbers, texts and bytes, and no
        points.
    """
    return [
        *map(
            _question(question, _dialect(connection)).row, ask_plain(connection, question, **values)
        )
    ]


def ask_plain(connection: Connection, question: SelectBase, **values: Any) -> list[tuple[Any, ...]]:
    """Ask for many rows: as `ask`, without names for their columns."""
    asked = _question(question, _dialect(connection))
    rows: list[tuple[Any, ...]] = give(connection, asked.text, asked.bound(values)).fetchall()
    return rows


def add(connection: Connection, table: type[Base], **values: Any) -> int:
    """Add a row and return its number."""
    asked = _statement(table, tuple(values), _dialect(connection), passes=False, tells=True)
    return int(give(connection, asked.text, asked.bound(values)).fetchall()[0][0])


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
    asked = _statement(table, tuple(values), _dialect(connection), passes=True, tells=True)
    added = give(connection, asked.text, asked.bound(values)).fetchall()
    return int(added[0][0]) if added else None


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
        asked = _statement(table, given, _dialect(connection), passes=if_new, tells=False)
        give(connection, asked.text, [asked.bound(row) for row in rows], many=True)


def add_values(
    connection: Connection,
    table: type[Base],
    names: tuple[str, ...],
    rows: Sequence[tuple[Any, ...]],
    *,
    if_new: bool = False,
) -> None:
    """Add many small rows: as `add_rows`, without a mapping for each of them.

    Parameters
    ----------
    connection : Connection
        In a transaction that may write.
    table : type
        Of the rows.
    names : tuple of str
        All columns that are given.
    rows : sequence of tuple
        The values in this order, as the database stores them: points in millionths.
    if_new : bool
        Whether those that are there already are passed over.
    """
    if not rows:
        return
    asked = _statement(table, names, _dialect(connection), passes=if_new, tells=False)
    if asked.positional and asked.names == names:
        give(connection, asked.text, rows, many=True)
    else:
        given = [{**asked.defaults, **dict(zip(names, row, strict=True))} for row in rows]
        if asked.positional:
            values: Any = [asked.pick(one) for one in given]
        else:
            values = [{name: one[name] for name in asked.names} for one in given]
        give(connection, asked.text, values, many=True)


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
