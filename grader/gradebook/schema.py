"""Find the schema version of a gradebook, and migrate it to the newest one."""

from __future__ import annotations

__all__ = ["HEAD", "bring_up_to_date", "version_of_book"]

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
# A table that no other program's Alembic-managed database has.
_OURS = "exercise_grades"


def bring_up_to_date(connection: Connection, name: str) -> None:
    """Create the tables, or migrate an older version's tables to the newest, in one transaction.

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
