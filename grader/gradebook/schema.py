"""Find the schema version of a gradebook, and migrate it to the newest one."""

from __future__ import annotations

__all__ = ["HEAD", "bring_up_to_date", "migrate", "version_of_book"]

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from grader.errors import UsageError

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

# The newest migration in `grader/gradebook/migrations/versions`; a test compares the two.
HEAD = "0008"
_MIGRATIONS = Path(__file__).with_name("migrations")
# What all migrations one after the other come to in a new file of SQLite: its statements, with an
# empty line between two. A test makes it from the migrations, by `--update-golden`.
_NEW_FILE = Path(__file__).with_name("new_book.sql")
# A table that no other program's Alembic-managed database has.
_OURS = "exercise_grades"


def bring_up_to_date(connection: Connection, name: str) -> None:
    """Create the tables, or migrate an older version's tables to the newest, in one transaction.

    The tables of a new file are written as they are in the end: quicker than all migrations one
    after the other, and without the library for them.

    Parameters
    ----------
    connection : Connection
        In a transaction that may write; only one process at a time has it.
    name : str
        The gradebook's name, for messages.

    Raises
    ------
    UsageError
        A newer program wrote the book, or the database is not a gradebook.
    """
    tables = set(inspect(connection).get_table_names())
    version = version_of_book(connection) if "alembic_version" in tables else ""
    if version == HEAD:
        return
    if tables and (not version or _OURS not in tables):
        raise UsageError(f"{name} is a database of something else: name another gradebook.")
    if not tables and connection.dialect.name == "sqlite":
        for statement in _NEW_FILE.read_text(encoding="utf-8").split("\n\n"):
            connection.exec_driver_sql(statement)
        return
    migrate(connection, name, version)


def migrate(connection: Connection, name: str, version: str) -> None:
    """Bring the tables of a book up to date by the migrations that follow their version.

    Parameters
    ----------
    connection : Connection
    name : str
        As in `bring_up_to_date`.
    version : str
        Of the tables; empty where there are none.

    Raises
    ------
    UsageError
        A newer program wrote the book.
    """
    from alembic import command  # noqa: PLC0415 - a tenth of a second, once a version
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    if version and version not in _known_versions(config):
        raise UsageError(
            f"{name} was written by a newer grader (its tables have version {version}, this one "
            f"knows {HEAD}): install that version of the grader. Nothing was changed."
        )
    command.upgrade(config, "head")


def _known_versions(config: Config) -> set[str]:
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    return {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}


def version_of_book(connection: Connection) -> str:
    """Return the version of a book's tables."""
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return str(found or "")
