"""The database of a gradebook: where it is, how it is opened, and what its errors say."""

from __future__ import annotations

__all__ = ["Database", "NoGradebookError", "name_of"]

import contextlib
import os
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

from grader.errors import StorageError, UsageError, os_error_sentence
from grader.gradebook import (
    access_models,  # noqa: F401  (its tables are those of every book)
    portal_models,  # noqa: F401  (its tables are those of every book)
)
from grader.gradebook.book_file import (
    GRADES,
    identity_of,
    is_begun,
    refuse_place,
    refuse_strange_log,
)
from grader.gradebook.database_errors import sentence_of
from grader.gradebook.rows import give
from grader.gradebook.schema import bring_up_to_date
from grader.gradebook.vacuuming import write_anew

try:
    import fcntl
except ImportError:  # Windows
    LOCKS = False
else:
    LOCKS = True

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

# How long a process waits for another one that is writing, in seconds.
WAIT_SECONDS = 60
# How a server's writers take turns: any number, the same in all. A writer whose machine has gone
# must not stop the others, so that one that is silent in the middle loses its turn.
TURN = 0x6E6E67
PORTAL = 0x6E6E70  # who has this number's lock is the portal of the book
_ONE_WRITER = (
    f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'; "
    f"SET LOCAL idle_in_transaction_session_timeout = '{WAIT_SECONDS}s'; "
    f"SELECT pg_advisory_xact_lock({TURN})"
)
# The key in `Connection.info` by which a connection that may write says that it only asks.
_ASKS = "asks"
_ONE_MOMENT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"


class NoGradebookError(UsageError):
    """There is no gradebook where one is to be read."""


class Database:
    """The database of one gradebook, for one process.

    Parameters
    ----------
    place : str
        A file of SQLite, or the URL of a database.
    make : bool
        Whether a new gradebook is made where there is none.

    Raises
    ------
    NoGradebookError
        Where there is none, and none is to be made: nothing is written then.
    UsageError
        Where there cannot be a gradebook: one sentence.
    StorageError
        Where it is damaged or cannot be reached: one sentence.
    """

    def __init__(self, place: str, *, make: bool = True) -> None:
        url = _url(place)
        self.is_sqlite = url.get_backend_name() == "sqlite"
        self.name = _shown(url)
        # What tells this book's file from another one that takes its place.
        self._file = Path(url.database or "") if self.is_sqlite else None
        self._opened: tuple[int, int] | None = None
        if self.is_sqlite:
            file = Path(url.database or "")
            refuse_place(file, self.name)
            if not (make or is_begun(file)):
                raise NoGradebookError(f"There is no gradebook {self.name}.")
            refuse_strange_log(file, self.name)
        with self._told():
            self._engine = _sqlite(url) if self.is_sqlite else _server(url)
        self._writer = self._engine.execution_options(writes=True)
        # At most one connection to a file, ready for the next that writes or asks, and whose it is.
        self._ready: list[tuple[int, Connection]] = []
        try:
            with self.writing() as connection:
                if not make and not inspect(connection).get_table_names():
                    raise NoGradebookError(f"There is no gradebook {self.name}.")
                bring_up_to_date(connection, self.name)
            self._opened = identity_of(self._file) if self._file else None
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the database."""
        while self._ready:
            self._ready.pop()[1].close()
        self._engine.dispose()

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield a connection in a transaction: all of it is stored at the end, or nothing.

        Raises
        ------
        GraderError
            Where the database cannot: one sentence.
        """
        with self._told(), self._lent() as connection, connection.begin():
            yield connection

    @contextlib.contextmanager
    def _lent(self) -> Iterator[Connection]:
        """Yield a connection that writes; one to a file is kept ready for the next.

        To check one out of SQLAlchemy's pool and back takes as long as several small statements. A
        server's is checked out each time: only so is it found that the server was started anew. Nor
        does a process use what another one has opened, of which it is a fork.
        """
        ready = self._ready.pop() if self._ready else None
        is_own = ready is not None and ready[0] == os.getpid()
        connection = ready[1] if ready is not None and is_own else self._writer.connect()
        try:
            yield connection
        except BaseException:
            connection.close()
            raise
        if self.is_sqlite and not self._ready:
            self._ready.append((os.getpid(), connection))
        else:
            connection.close()

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection that sees the book as it is now, until the end.

        Raises
        ------
        GraderError
            As `writing`.
        """
        with self._told(), self._engine.connect() as connection, connection.begin():
            yield connection

    @contextlib.contextmanager
    def asking(self) -> Iterator[Connection]:
        """Yield a connection for one question by `grader.gradebook.rows.ask`.

        A file of SQLite needs no transaction for that.

        Raises
        ------
        GraderError
            As `writing`.
        """
        if self.is_sqlite:
            with self._told(), self._lent() as connection:
                connection.info[_ASKS] = True
                try:
                    yield connection
                    if connection.in_transaction():  # SQLAlchemy was asked itself, and began one
                        connection.rollback()
                finally:
                    del connection.info[_ASKS]
        else:
            with self.reading() as connection:
                yield connection

    def grades(self) -> int:
        """Return how many people have a result that counts."""
        with self.reading() as connection:
            return int(connection.execute(text(GRADES)).scalar_one())

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Be the only portal of this book: as long as this is open, another one is refused.

        Raises
        ------
        UsageError
            Where there is one already.
        """
        if self.is_sqlite:
            with _locked(Path(self._engine.url.database or ""), self._taken()):
                yield
            return
        with self._told(), self._engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            raw.rollback()
            raw.autocommit = True
            found = raw.execute(f"SELECT pg_try_advisory_lock({PORTAL})").fetchone()
            if not (found and found[0]):
                raise self._taken()
            try:
                yield
            finally:
                connection.invalidate()  # and with its connection goes the lock

    def _taken(self) -> UsageError:
        return UsageError(
            f"A portal of the gradebook {self.name} is running already: stop that one first."
        )

    def compact(self, tables: Sequence[str]) -> str:
        """Leave nothing of what was removed where the database keeps its rows; say what was done.

        Parameters
        ----------
        tables : sequence of str
            Those from which something was removed, or in which something was changed.

        Raises
        ------
        GraderError
            Where a file of SQLite cannot be written anew.
        """
        with self._told(), self._engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            if not self.is_sqlite:
                return write_anew(raw, tables, WAIT_SECONDS)
            raw.execute("VACUUM")
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return "The file was written anew: nothing that was removed is left in it."

    def backup(self, target: Path) -> bool:
        """Copy a book of SQLite while others may write to it: the copy is whole.

        Returns
        -------
        bool
            Whether its folder was made for it.

        Raises
        ------
        UsageError
            Where the book is no file, or the copy cannot be written.
        """
        if not self.is_sqlite:
            raise UsageError(
                f"{self.name} is a PostgreSQL database: back it up by `pg_dump --format=custom`, "
                "and restore it by `pg_restore`."
            )
        if target.exists():
            raise UsageError(f"{target} is there already: name a new file for the backup.")
        is_new = not target.parent.is_dir()
        with self._told(), self._engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                with contextlib.closing(sqlite3.connect(target)) as copy:
                    raw.backup(copy)
                    copy.execute("PRAGMA journal_mode = DELETE")
            except (sqlite3.Error, OSError) as error:
                why = os_error_sentence(error) if isinstance(error, OSError) else error
                raise UsageError(f"The backup {target} cannot be written: {why}.") from error
        return is_new

    @contextlib.contextmanager
    def _told(self) -> Iterator[None]:
        """Say in one sentence what went wrong with the database, and with its file.

        A file that another one took the place of could be written to further, and nobody would see
        it again.
        """
        if self._opened and self._file and identity_of(self._file) != self._opened:
            raise StorageError(
                f"The gradebook {self.name} was moved or replaced while it was in use: start this "
                "program again. What was stored before is in the file that was moved or replaced."
            )
        try:
            yield
        except SQLAlchemyError as error:
            raise StorageError(sentence_of(error, self.name, WAIT_SECONDS)) from error
        except OSError as error:
            raise StorageError(
                f"The gradebook {self.name} cannot be used: {os_error_sentence(error)}."
            ) from error


def _url(place: str) -> URL:
    if "://" not in place:
        return URL.create("sqlite", database=str(Path(place).absolute()))
    try:
        url = make_url(place)
        backend = url.get_backend_name()
    except (ArgumentError, ValueError) as error:
        raise UsageError(
            "The address of the gradebook cannot be read: write it as "
            "postgresql+psycopg://user:password@host/name."
        ) from error
    if backend == "postgresql" and url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    if backend not in ("sqlite", "postgresql") or (backend == "sqlite" and not url.database):
        raise UsageError(
            f"A gradebook is a file (SQLite) or a PostgreSQL database, not {url.drivername}://."
        )
    return url


def name_of(place: str) -> str:
    """Return what the gradebook at a place is called in messages, without its password."""
    return _shown(_url(place))


def _shown(url: URL) -> str:
    """Return what a gradebook is called in messages, without its password."""
    return str(url.database) if url.get_backend_name() == "sqlite" else url.render_as_string()


def _server(url: URL) -> Engine:
    try:
        engine = create_engine(url, pool_pre_ping=True)
    except (NoSuchModuleError, ModuleNotFoundError) as error:
        raise UsageError(
            f"The gradebook {_shown(url)} needs a package that is not installed: install the extra "
            "`postgresql`."
        ) from error

    @event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:
        # One writer at a time, as in a file: so nothing is stored twice, and none waits for another
        # that waits for it. A reader sees one moment of the book.
        writes = connection.get_execution_options().get("writes")
        give(connection, _ONE_WRITER if writes else _ONE_MOMENT)

    return engine


def _sqlite(url: URL) -> Engine:
    file = Path(url.database or "")
    file.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, connect_args={"timeout": WAIT_SECONDS})

    @event.listens_for(engine, "connect")
    def _(connection: sqlite3.Connection, _record: Any) -> None:
        connection.isolation_level = None  # transactions are begun below, and by nobody else
        cursor = connection.cursor()
        cursor.execute("PRAGMA page_size = 4096")  # of a new book: results have a few KiB each
        cursor.execute("PRAGMA journal_mode = WAL")
        # A process that is killed loses nothing that was stored; a machine without power may lose
        # the last moments, and never more.
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute(f"PRAGMA busy_timeout = {WAIT_SECONDS * 1000}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes") and _ASKS not in connection.info
        give(connection, "BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextlib.contextmanager
def _locked(file: Path, taken: UsageError) -> Iterator[None]:
    """Hold a lock beside a file, which goes with the process that holds it."""
    with file.with_name(f"{file.name}.portal").open("wb") as lock:
        if LOCKS:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise taken from error
        yield
