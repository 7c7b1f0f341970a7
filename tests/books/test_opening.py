"""A gradebook is made, brought up to date, or refused in one sentence."""

from __future__ import annotations

import contextlib
import sqlite3
import sys
import threading
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

from grader.errors import GraderError, StorageError, UsageError
from grader.gradebook import Gradebook, book_file, place_of_book, schema
from grader.gradebook.models import Base

if TYPE_CHECKING:
    from pathlib import Path

    from private_postgresql import PrivateServer


def change(place: str, *statements: str) -> None:
    """Change a database behind our back."""
    engine = create_engine(place if "://" in place else f"sqlite:///{place}")
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def test_the_tables_are_those_of_the_models(bare: str) -> None:
    with Gradebook(bare) as book, book.database.reading() as connection:
        assert {*Base.metadata.tables, "alembic_version"} == {
            *inspect(connection).get_table_names()
        }
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_newest_step_is_the_one_that_is_known() -> None:
    assert ScriptDirectory(str(schema._MIGRATIONS)).get_heads() == [schema.HEAD]


# All of a file but SQLite's own tables, in the order in which it was made.
MADE_OF = (
    "SELECT sql FROM sqlite_master WHERE sql NOTNULL AND name NOT LIKE 'sqlite%' ORDER BY rowid"
)


def by_migrations(path: Path) -> str:
    """Make a book by all migrations, one after the other; return the statements of its file."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        schema.migrate(connection, str(path), "")
        made = [" ".join(sql.split()) for (sql,) in connection.execute(text(MADE_OF))]
        version = schema.version_of_book(connection)
    engine.dispose()
    return "\n\n".join([*made, f"INSERT INTO alembic_version VALUES ('{version}')"]) + "\n"  # noqa: S608 - of ours


def test_a_new_file_is_what_all_migrations_make(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Down to the last row: no migration may put something into a table that a new file lacks."""
    expected = by_migrations(tmp_path / "migrated.sqlite")
    if request.config.getoption("--update-golden"):
        schema._NEW_FILE.write_text(expected, encoding="utf-8")
    assert schema._NEW_FILE.read_text(encoding="utf-8") == expected
    Gradebook(str(tmp_path / "new.sqlite")).close()
    dumps = []
    for name in ("migrated", "new"):
        with contextlib.closing(sqlite3.connect(tmp_path / f"{name}.sqlite")) as connection:
            dumps.append(["".join(line.split()) for line in connection.iterdump()])
    assert dumps[0] == dumps[1]
    assert len(dumps[0]) > len(Base.metadata.tables)


def test_a_new_file_needs_no_library_for_migrations(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "alembic", None)
    with Gradebook(str(tmp_path / "book.sqlite")) as book:
        assert book.standings() == []


def test_many_may_begin_the_same_book_at_once(bare: str) -> None:
    errors: list[Exception] = []

    def begin() -> None:
        try:
            Gradebook(bare).close()
        except GraderError as error:
            errors.append(error)

    threads = [threading.Thread(target=begin) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with Gradebook(bare) as book:
        assert book.standings() == []


def test_a_book_of_a_newer_grader_is_refused_and_left_alone(place: str) -> None:
    change(place, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(UsageError, match=r"was written by a newer grader .* Nothing was changed\."):
        Gradebook(place)
    change(place, f"UPDATE alembic_version SET version_num = '{schema.HEAD}'")  # noqa: S608 - of ours
    Gradebook(place).close()


@pytest.mark.parametrize("table", ["songs", "alembic_version"])
def test_a_database_of_something_else_is_refused_and_left_alone(bare: str, table: str) -> None:
    change(
        bare,
        f"CREATE TABLE {table} (version_num TEXT)",
        f"INSERT INTO {table} VALUES ('abc')",  # noqa: S608 - of ours
    )
    with pytest.raises(UsageError, match="is a database of something else: name another gradebook"):
        Gradebook(bare)
    engine = create_engine(bare if "://" in bare else f"sqlite:///{bare}")
    assert inspect(engine).get_table_names() == [table]
    engine.dispose()


@pytest.mark.parametrize("content", [b"This is no database. " * 100, b"SQLite format 3\0" * 200])
def test_a_file_that_is_no_database(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "book.sqlite"
    path.write_bytes(content)
    with pytest.raises(StorageError, match=r"is damaged \(.*\): restore it from a backup, or move"):
        Gradebook(str(path))
    assert path.read_bytes() == content


def test_a_file_that_was_damaged_in_the_middle(template: Path, tmp_path: Path) -> None:
    content = bytearray(template.read_bytes())
    content[2048:] = b"\x7f" * (len(content) - 2048)
    path = tmp_path / "book.sqlite"
    path.write_bytes(content)
    with pytest.raises(StorageError, match="is damaged"):
        Gradebook(str(path))


def test_a_folder_that_cannot_be_had(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match=r"file: File exists|Not a directory"):
        Gradebook(str(tmp_path / "file" / "book.sqlite"))
    with pytest.raises(UsageError, match=r"is a folder: name a file in it, as .*gradebook\.sqlite"):
        Gradebook(str(tmp_path))


@pytest.mark.parametrize("kind", sorted(book_file._NETWORK)[:3])
def test_a_file_on_a_networks_disk_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    where = str(tmp_path).replace(" ", "\\040")
    mounts = f"/dev/vda / ext4 rw 0 0\nserver:/home {where} {kind} rw 0 0\n"
    fake = tmp_path / "mounts"
    fake.write_text(mounts)
    monkeypatch.setattr(book_file, "MOUNTS", str(fake))
    with pytest.raises(UsageError, match=rf"network file system \({kind}\).*PostgreSQL.*--gradeb"):
        Gradebook(str(tmp_path / "deep" / "book.sqlite"))
    assert not (tmp_path / "deep" / "book.sqlite").exists()


def test_a_file_beside_a_networks_disk_is_no_network(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mounts").write_text(
        f"/dev/vda / ext4 rw\nserver: {tmp_path}/home nfs4 rw\n\nodd\n"
    )
    monkeypatch.setattr(book_file, "MOUNTS", str(tmp_path / "mounts"))
    Gradebook(str(tmp_path / "homely" / "book.sqlite")).close()
    monkeypatch.setattr(book_file, "MOUNTS", str(tmp_path / "none"))
    Gradebook(str(tmp_path / "homely" / "book.sqlite")).close()


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("mysql://user:secret@host/name", "is a file .* or a PostgreSQL database, not mysql://"),
        ("nothing://", "is a file .* or a PostgreSQL database, not nothing://"),
        ("postgresql://user:secret@host:port/name", "address of the gradebook cannot be read"),
        ("sqlite://", "is a file .* or a PostgreSQL database, not sqlite://"),
    ],
)
def test_an_address_of_nothing(place: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as raised:
        Gradebook(place)
    assert "secret" not in str(raised.value)


def test_a_server_that_is_not_there_is_told_without_the_password() -> None:
    with pytest.raises(StorageError, match=r"cannot be reached .*: see to its server") as raised:
        Gradebook("postgresql://user:secret@localhost:1/name")
    assert "secret" not in str(raised.value)


def test_a_database_that_is_not_there(server: PrivateServer) -> None:
    with pytest.raises(StorageError, match=r'database "nobodys" does not exist.*check its address'):
        Gradebook(server.url("nobodys"))


def test_a_driver_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(UsageError, match="install the extra `postgresql`"):
        Gradebook("postgresql://localhost/name")


def test_where_the_book_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert place_of_book(None, tmp_path) == ""  # as the tests are set up
    assert place_of_book("mine.sqlite", tmp_path) == "mine.sqlite"
    monkeypatch.setenv("GRADER_GRADEBOOK", "theirs.sqlite")
    assert place_of_book(None, tmp_path) == "theirs.sqlite"
    assert place_of_book("none", tmp_path) == ""
    monkeypatch.delenv("GRADER_GRADEBOOK")
    assert place_of_book(None, tmp_path) == str(tmp_path / ".grader" / "gradebook.sqlite")
