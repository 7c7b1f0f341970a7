"""People put together, taken apart, removed; a backup; the tables as the models say."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from grader.errors import StorageError, UsageError
from grader.gradebook import Gradebook
from grader.gradebook.adjusting import AdjustmentRequest, adjust
from grader.gradebook.models import Base
from grader.gradebook.namesakes import last_person, tell_namesakes
from grader.gradebook.people import history_of, merge, split
from grader.gradebook.purging import purge
from grader.results import ChangeKind, Person, reckon

if TYPE_CHECKING:
    from grader.course import Course

TRAIN = "net.code.train"


def plus_one(book: Gradebook, course: Course, who: str, reason: str = "an extra point") -> None:
    """Give somebody a point."""
    from decimal import Decimal  # noqa: PLC0415

    wanted = AdjustmentRequest(
        kind=ChangeKind.POINTS, points=Decimal(1), check=TRAIN, reason=reason, author="M"
    )
    adjust(book, course, who, wanted)


def test_models_and_migrations_agree(book: Gradebook) -> None:
    with book.database.reading() as connection:
        found = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    assert found == []


def test_a_namesake_whose_id_changed_is_told_with_the_way_to_merge_them(
    hand: Any, book: Gradebook, course: Course, ada: Person, bo: Person
) -> None:
    hand.grade(Person(id="8812", name=ada.name), train=0)
    hand.grade(Person(id="8813", name=bo.name))
    plus_one(book, course, "8812")
    before = last_person(book)
    now = [hand.grade(one) for one in (ada, bo, Person(id="s3", name="Cy"))]
    found = list(tell_namesakes(book, now, before))
    assert found == [
        (
            "The gradebook has another Ada Byron (8812): s1 is graded without the 1 change made by "
            "hand for 8812. If they are one person, whose id is another now: `grader gradebook "
            "merge 8812 s1`."
        ),
        (
            "Bo Li (s2) is new in the gradebook, which has another Bo Li (8813). If they are one "
            "person, whose id is another now: `grader gradebook merge 8813 s2`."
        ),
    ]
    assert list(tell_namesakes(book, now, last_person(book))) == found[:1]
    both = [*now, hand.grade(Person(id="8812", name=ada.name))]  # two people, both in the class
    assert list(tell_namesakes(book, both, last_person(book))) == []
    nameless = hand.grade(Person(id="", name=ada.name))
    [first, second] = tell_namesakes(book, [nameless], before)
    assert first.startswith("The gradebook has another Ada Byron (8812): #")
    merge(book, first.split("merge 8812 ")[1].removesuffix("`."), "s1", author="M")
    assert "(s1)" in second


def test_ids_that_changed_in_the_middle_are_one_person(
    hand: Any, book: Gradebook, course: Course, ada: Person
) -> None:
    old = Person(id="8812", name="Ada Byron")
    hand.grade(old, train=0, digest="in spring")
    plus_one(book, course, "8812")
    hand.grade(ada, train=1)
    assert len(book.results(course)) == 2
    said = merge(book, "8812", "s1", author="M")
    assert "are one person now" in said
    [result] = book.results(course)
    assert [reckon(result).raw, reckon(result).total] == [3, 4]  # the later result, and the point
    assert hand.grade(old, train=2, digest="later").final_score == 5
    [result] = book.results(course)
    assert [one.what for one in history_of(book, "8812")].count("merged") == 2
    with pytest.raises(UsageError, match="one person already"):
        merge(book, "s1", "8812", author="M")


def test_a_merge_is_undone(hand: Any, book: Gradebook, course: Course, ada: Person) -> None:
    other = Person(id="8812", name="Ada Byron")
    hand.grade(other, train=0, digest="another's")
    hand.grade(ada)
    merge(book, "8812", "s1", author="M")
    assert "Ada Lane (8812) is a person apart" in split(book, "8812", name="Ada Lane", author="M")
    assert [reckon(one).total for one in book.results(course)] == [2, 5]
    with pytest.raises(UsageError, match="Nobody has 'x'"):
        split(book, "x", author="M")
    with pytest.raises(UsageError, match="is all that Ada Byron is known by"):
        split(book, "s1", author="M")


def test_an_id_that_was_taken_for_somebody_elses_goes_with_its_work(
    hand: Any, book: Gradebook, course: Course
) -> None:
    # Without a number first, and then two people with the name.
    hand.grade(Person(name="Ada Byron"), train=0, digest="nobody's")
    hand.grade(Person(id="s1", name="Ada Byron"), train=1)
    assert len(book.results(course)) == 1
    assert "with 1 of the submissions" in split(book, "s1", author="M")
    assert [reckon(one).raw for one in book.results(course)] == [2, 3]


def test_a_purge_leaves_numbers_and_no_name(
    hand: Any, book: Gradebook, course: Course, ada: Person, bo: Person
) -> None:
    hand.grade(ada, train=1, files="secret of Ada")
    plus_one(book, course, "s1", reason="she told me of her illness")
    hand.grade(bo, ada, digest="of both")
    done = purge(book, "s1", author="M")
    assert (done.submissions, done.files, done.shared) == (1, 1, 1)
    assert "1 submission with 1 file" in done.sentence()
    [left] = book.results(course)
    assert (left.student, left.delivery.people) == ("Bo Li", (bo,))
    with pytest.raises(UsageError, match="Nobody"):
        history_of(book, "s1")
    with book.database.reading() as connection:
        outcomes = connection.execute(text("SELECT count(*) FROM check_outcomes")).scalar_one()
    assert outcomes > 0
    with (
        pytest.raises(StorageError, match="never changed"),
        book.database.writing() as connection,
    ):
        connection.execute(text("DELETE FROM history"))
    raw = everything(book)
    assert b"Bo Li" in raw
    for word in (b"Ada", b"example.org", b"illness"):
        assert word not in raw


def everything(book: Gradebook) -> bytes:
    """Return all bytes of a file, and of a server's database all rows."""
    if book.database.is_sqlite:
        book.close()
        place = Path(book.place)
        return b"".join(path.read_bytes() for path in place.parent.glob(f"{place.name}*"))
    with book.database.reading() as connection:
        rows = [
            tuple(row)
            for name in Base.metadata.tables
            for row in connection.execute(text(f"SELECT * FROM {name}"))  # noqa: S608 - of ours
        ]
    return repr(rows).encode()


def test_a_purge_leaves_the_same_files_with_others(
    hand: Any, book: Gradebook, course: Course, ada: Person, bo: Person
) -> None:
    hand.grade(ada, digest="the same", files="the same")
    hand.grade(bo, digest="the same", files="the same")
    done = purge(book, "s1", author="M")
    assert (done.submissions, done.files) == (0, 0)
    [left] = book.results(course)
    assert (left.student, left.final_score) == ("Bo Li", 5)


def test_a_backup_is_a_whole_book(
    hand: Any, book: Gradebook, course: Course, ada: Person, tmp_path: Path
) -> None:
    hand.grade(ada)
    target = tmp_path / "copies" / "book.sqlite"
    if not book.database.is_sqlite:
        with pytest.raises(UsageError, match=r"back it up by `pg_dump --format=custom`"):
            book.database.backup(target)
        return
    assert book.database.backup(target)  # the folder is new
    assert not book.database.backup(target.with_name("another.sqlite"))
    with Gradebook(str(target)) as copy:
        assert [one.student for one in copy.results(course)] == ["Ada Byron"]
    with pytest.raises(UsageError, match="is there already"):
        book.database.backup(target)
