"""A book of the first version is brought up to date, and what is in it is read as ever."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from alembic import command
from alembic.config import Config
from sqlalchemy import MetaData, create_engine, inspect, text

from grader.gradebook import Conditions, Gradebook, schema
from grader.gradebook.codec import digest_of, path_in_words, squeezed
from grader.gradebook.contents import notebooks_in, remove_files, store, stored
from grader.gradebook.enrolling import absent_people
from grader.gradebook.wordings import read_graded
from grader.results import Outcome
from tests.books.pretending import Pretending, sealed

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from grader.course import Course


VERDICTS = "SELECT * FROM check_outcomes ORDER BY grade_id, check_row"


def engine_of(place: str) -> Engine:
    return create_engine(place if "://" in place else f"sqlite:///{place}")


def make_first(place: str) -> None:
    """Make the tables of the first version."""
    engine = engine_of(place)
    with engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(schema._MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()


def files_alone(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of a book's files as they were before 0008: each by itself."""
    contents, places = {}, []
    for (number,) in connection.execute(text("SELECT id FROM submissions ORDER BY id")):
        for path, data in stored(connection, number, "").files.items():
            digest = digest_of(data)
            contents[digest] = {"digest": digest, "size": len(data), "data": squeezed(data)}
            place = {"submission_id": number, "path": path_in_words(path), "digest": digest}
            places.append(place)
    return {"contents": [*contents.values()], "submission_files": places}


def copied(book: Gradebook, place: str) -> None:
    """Copy a book to one of the first version, with results and files as that version had them."""
    engine = engine_of(place)
    with book.database.reading() as ours, engine.begin() as theirs:
        first = MetaData()
        first.reflect(theirs)
        alone = files_alone(ours)
        for table in first.sorted_tables:
            if table.name == "alembic_version":
                continue
            rows = alone.get(table.name, [])
            asked = text(f"SELECT * FROM {table.name}")  # noqa: S608 - ours
            for row in () if rows else ours.execute(asked).mappings().all():
                values = {one.name: row[one.name] for one in table.c}
                if table.name == "exercise_grades":
                    graded = read_graded(ours, row["wording_id"], row["body"])
                    values["body"] = squeezed(msgspec.json.encode(graded))
                rows.append(values)
            if rows:
                theirs.execute(table.insert(), rows)
    engine.dispose()


def test_a_book_of_the_first_version_is_read_as_ever(bare: str, place: str, course: Course) -> None:
    conditions = Conditions(salt=b"s", isolation="none")
    with Gradebook(place) as book:
        pretending = Pretending(book, course, conditions, outcomes={"halve": Outcome.FAILED})
        pretending(sealed("ann"))
        pretending(sealed("bob", "b"))
        before = book.results()
        make_first(bare)
        copied(book, bare)
        with book.database.reading() as connection:
            verdicts = connection.execute(text(VERDICTS)).all()
    assert len(verdicts) == 4
    with Gradebook(bare) as old:
        assert old.results() == before
        with old.database.reading() as connection:
            assert connection.execute(text(VERDICTS)).all() == verdicts
        assert absent_people(old, course) == []
        again = Pretending(old, course, conditions)
        with old.database.reading() as connection:
            for table in ("submission_files", "submissions"):
                indexes = inspect(connection).get_indexes(table)
                assert not [one for one in indexes if one["column_names"] == ["digest"]]
            asked = connection.execute(
                text("SELECT count(*), count(wording_id) FROM exercise_grades")
            )
            assert tuple(asked.one()) == (4, 0)
        if Path(bare).exists():  # a copy on a server has numbers that its counters do not know of
            again(sealed("ann"))
            assert again.graded == {}
            again(sealed("cy", "c"))
            assert again.graded == {"double": 1, "halve": 1}
            assert len(old.results()) == 3


def test_files_of_an_older_book_are_read_used_again_and_removed(
    bare: str, place: str, course: Course
) -> None:
    """Before 0008 each file had a row of its own, and those that are there stay where they are."""
    files = {"work/halve.py": b"pass", "notes.ipynb": b"{}", "work/large.bin": bytes(20_000)}
    given = [sealed("ann", "a", **files), sealed("bob", "b", **files)]
    with Gradebook(place) as book:
        pretending = Pretending(book, course, Conditions(salt=b"s", isolation="none"))
        for one in given:
            pretending(one)
        make_first(bare)
        copied(book, bare)
    with Gradebook(bare) as old, old.database.writing() as connection:
        files_held = "SELECT count(*) FROM submissions WHERE files IS NOT NULL"
        assert connection.execute(text(files_held)).scalar() == 0
        for number, one in enumerate(given, 1):
            assert dict(stored(connection, number, one.name).files) == dict(one.files)
            assert notebooks_in(connection, number) == ["notes.ipynb"]
            assert store(connection, one) == (number, False)
        assert remove_files(connection, [1]) == 4
        assert dict(stored(connection, 2, "bob").files) == dict(given[1].files)
        assert connection.execute(text("SELECT count(*) FROM contents")).scalar() == 4
