"""A book of the first version is brought up to date, and what is in it is read as ever."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from alembic import command
from alembic.config import Config
from sqlalchemy import MetaData, create_engine, inspect, text

from grader.gradebook import Conditions, Gradebook, schema
from grader.gradebook.codec import squeezed
from grader.gradebook.enrolling import absent_people
from grader.gradebook.wordings import read_graded
from grader.results import Outcome
from tests.books.pretending import Pretending, sealed

if TYPE_CHECKING:
    from sqlalchemy import Engine

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


def copied(book: Gradebook, place: str) -> None:
    """Copy a book to one of the first version, with results as that version had them."""
    engine = engine_of(place)
    with book.database.reading() as ours, engine.begin() as theirs:
        first = MetaData()
        first.reflect(theirs)
        for table in first.sorted_tables:
            if table.name == "alembic_version":
                continue
            rows = []
            for row in ours.execute(text(f"SELECT * FROM {table.name}")).mappings().all():  # noqa: S608 - ours
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
