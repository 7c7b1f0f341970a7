"""Tables of a PostgreSQL server written anew, so that nothing removed is left in their files.

A row that is removed there, and the former state of one that is changed, stays in the table's file.
`VACUUM` lets its room be used again and does not blank it; `VACUUM FULL` writes the rows that are
left into a new file, and gives the old one back. It keeps what another transaction could still see:
so those that are open are waited for.
"""

from __future__ import annotations

__all__ = ["write_anew"]

import time
from typing import TYPE_CHECKING, Any

from grader.util.wording import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

# Whose view of this database is older than now: what they could see, no vacuum removes.
_LOOKING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid() AND (backend_xmin IS NOT NULL OR backend_xid IS NOT NULL)"
)
_PAUSE_SECONDS = 0.1
_LATER = (
    "It is removed from the gradebook, but its bytes may still lie in the server's files ({why}): "
    "ask who runs the server for `VACUUM FULL` when nobody grades."
)


def write_anew(connection: Any, tables: Sequence[str], patience_seconds: float) -> str:
    """Write tables anew, and say what was done, or what has still to be done.

    Parameters
    ----------
    connection : psycopg.Connection
        In no transaction.
    tables : sequence of str
        Their names.
    patience_seconds : float
        How long is waited for others who read or write.
    """
    warned: list[str] = []

    def note(said: Any) -> None:
        if said.severity_nonlocalized == "WARNING":
            warned.append(said.message_primary)

    connection.autocommit = True
    connection.add_notice_handler(note)
    try:
        with connection.cursor() as cursor:
            if not _alone(cursor, patience_seconds):
                return _LATER.format(why="another program is reading")
            cursor.execute(f"SET lock_timeout = '{patience_seconds:.0f}s'")
            try:
                for table in tables:
                    # Its statistics may name some of the values.
                    cursor.execute(f"VACUUM (FULL, ANALYZE) {table}")
            finally:
                cursor.execute("RESET lock_timeout")
    except connection.Error as error:
        return _LATER.format(why=str(error).strip().partition("\n")[0])
    finally:
        connection.remove_notice_handler(note)
        if not connection.closed:
            connection.autocommit = False
    if warned:
        return _LATER.format(why=warned[0])
    return (
        f"{counted(len(tables), 'table')} of the server were written anew (`VACUUM FULL`): nothing "
        "that was removed is left in them. The server's log and its backups are for who runs it."
    )


def _alone(cursor: Any, patience_seconds: float) -> bool:
    """Wait until nobody looks at an older state; say whether it came to that."""
    end = time.monotonic() + patience_seconds
    while cursor.execute(_LOOKING).fetchone()[0]:
        if time.monotonic() > end:
            return False
        time.sleep(_PAUSE_SECONDS)
    return True
