"""Who was removed stays removed: in the database's files, and when a roster still has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from grader import grade_class, open_class
from grader.course.roster import read_roster
from grader.course.salt import load_salt
from grader.gradebook import Conditions, Gradebook, vacuuming
from grader.gradebook import engine as engines
from grader.gradebook.departed import admit, left_out, without
from grader.gradebook.purging import purge
from grader.intake import Layout
from grader.intake.entry import Entry, Kind
from grader.intake.layout import Caps
from grader.results import Delivery, Person
from grader.sandbox.doctor import best_level
from tests.books.pretending import Pretending, sealed, written

if TYPE_CHECKING:
    from pathlib import Path

    import pytest
    from private_postgresql import PrivateServer

    from grader.course import Course

SALT = b"s" * 32
ANN = Person(id="s1", name="Annabella Lee", email="annabella@example.org")
BOB = Person(id="s2", name="Bob Ray")
CLASS = {
    "Annabella Lee/work/double.py": "def double(x):\n    return 2 * x\n",
    "Bob Ray/work/double.py": "def double(x):\n    return x\n",
}
ROSTER = "id,name\ns1,Annabella Lee\ns2,Bob Ray\n"


def files_of(server: PrivateServer, name: str) -> bytes:
    """Return all bytes of a database's own files, as they are on the disk."""
    with server.connected(name) as connection:
        connection.execute("CHECKPOINT")
        [(number,)] = connection.execute(
            "SELECT oid FROM pg_database WHERE datname = current_database()"
        ).fetchall()
    folder = server.folder / "data" / "base" / str(number)
    return b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file())


def graded(server: PrivateServer, course: Course, name: str) -> Gradebook:
    """Return a book in which two people are."""
    book = Gradebook(server.create(name))
    pretending = Pretending(book, course, Conditions(salt=SALT, isolation="none"))
    pretending(sealed("Annabella Lee"), Delivery(people=(ANN,)))
    pretending(sealed("Bob Ray", "b"), Delivery(people=(BOB,)))
    return book


def test_what_was_removed_is_in_no_file_of_the_server(
    server: PrivateServer, course: Course
) -> None:
    with graded(server, course, "purged") as book:
        before = files_of(server, "purged")
        assert b"Annabella" in before
        assert b"Bob Ray" in before
        done = purge(book, "s1", author="M", salt=SALT)
        assert "18 tables of the server were written anew (`VACUUM FULL`)" in done.sentence()
        after = files_of(server, "purged")
        assert b"Bob Ray" in after
        assert b"nnabella" not in after
        assert [one.student for one in book.results(course)] == ["Bob Ray"]


def test_what_somebody_still_reads_is_said_to_be_left(
    server: PrivateServer, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "WAIT_SECONDS", 0.05)
    monkeypatch.setattr(vacuuming, "_PAUSE_SECONDS", 0.01)
    with graded(server, course, "read") as book, server.connected("read") as other:
        other.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        other.execute("SELECT count(*) FROM runs")
        said = purge(book, "s1", author="M", salt=SALT).sentence()
        other.execute("ROLLBACK")
    assert "its bytes may still lie in the server's files (another program is reading)" in said
    assert "written anew" not in said


def test_who_was_removed_is_told_by_no_name(book: Gradebook, course: Course) -> None:
    def came(name: str, **how: Any) -> Entry:
        layout = Layout.of(course.files, course.stubs)
        delivery = Delivery(**how)
        return Entry(
            name=name, path="", kind=Kind.FOLDER, layout=layout, caps=Caps(), delivery=delivery
        )

    pretending = Pretending(book, course, Conditions(salt=SALT, isolation="none"))
    on_canvas: dict[str, Any] = {"platform": "canvas", "id": "no 77"}
    pretending(sealed("ann"), Delivery(people=(ANN,), **on_canvas))
    pretending(sealed("Cy"))
    purge(book, "s1", author="M", salt=SALT)
    purge(book, "Cy", author="M", salt=SALT)
    theirs = [came("?", people=(ANN,)), came("Annabella Lee", **on_canvas), came("Cy")]
    others = [
        came("Annabella Lee"),
        came("?", people=(Person(id="s3", name="Cy"),)),
        came("x", platform="moodle", id="no 77"),
    ]
    both = came("the two", people=(BOB, ANN))
    found = left_out(book, [*theirs, *others, both], None, SALT)
    assert [one.person for one in found] == [ANN, Person(name=ANN.name), Person(name="Cy")]
    assert found[0].sentence().startswith("Annabella Lee was removed from the gradebook on 20")
    kept, _ = without([*theirs[::2], *others[1:], both], None, found)
    assert kept[:-1] == others[1:]
    assert kept[-1].delivery.people == (BOB,)
    assert left_out(book, theirs, None, b"another course's") == []
    with book.database.reading() as connection:
        rows = connection.execute(text("SELECT * FROM departed")).all()
    assert len(rows) == 3  # an id, a number of a platform, and a name that was all there was
    assert not any(word in repr(rows) for word in ("s1", "no 77", "Cy", "Ann"))
    admit(book, found[:1])
    assert [one.person.name for one in left_out(book, theirs, None, SALT)] == ["Cy"]


def test_a_roster_does_not_bring_back_who_was_removed(tmp_path: Path, course: Course) -> None:
    written(tmp_path / "class", CLASS)
    (tmp_path / "roster.csv").write_text(ROSTER, encoding="utf-8")
    place = str(tmp_path / "book.sqlite")

    def grade(out: str, *, again: bool = False) -> tuple[list[str], list[str], list[str]]:
        """Return who was graded, who is told as missing, and who was left out."""
        came = open_class(course, tmp_path / "class")
        roster = read_roster(tmp_path / "roster.csv")
        done = grade_class(
            course, came, tmp_path / out, isolation=best_level(), roster=roster, gradebook=place,
            again=again,
        )  # fmt: skip
        missing = [one.name for one in done.whole.missing]
        return (
            [one.student for one in done.results], missing,
            [one.person.id for one in done.left_out],
        )  # fmt: skip

    both = ["Annabella Lee", "Bob Ray"]
    salt = load_salt(course.root)
    with Gradebook(place) as book:
        conditions = Conditions(salt=salt, isolation=best_level())
        Pretending(book, course, conditions)(sealed("Annabella Lee"), Delivery(people=(ANN,)))
        purge(book, "s1", author="M", salt=salt)
    assert grade("first") == (["Bob Ray"], [], ["s1"])
    with Gradebook(place) as book:
        assert [one.student for one in book.results(course)] == ["Bob Ray"]
    assert grade("second", again=True) == (both, [], [])
