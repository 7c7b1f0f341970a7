"""Whatever a database cannot do is told in one sentence, and what was stored before is whole."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sqlite3
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from grader.errors import StorageError, UsageError
from grader.gradebook import Conditions, Gradebook, rows
from grader.gradebook import engine as engines
from tests.books.pretending import Pretending, sealed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from private_postgresql import PrivateServer

    from grader.course import Course

Dump = dict[str, list[tuple[object, ...]]]


def dump(book: Gradebook) -> Dump:
    """Return all rows of all tables that say what was graded."""
    tables = ("results", "exercise_grades", "submissions", "contents", "people", "history")
    with book.database.reading() as connection:
        return {
            name: [tuple(row) for row in connection.execute(text(f"SELECT * FROM {name}"))]  # noqa: S608 - of ours
            for name in tables
        }


@pytest.fixture
def held(place: str) -> Iterator[Callable[[], None]]:
    """Yield what lets somebody else write to the book, without an end."""
    with Gradebook(place) as other:
        stop, begun = threading.Event(), threading.Event()

        def hold() -> None:
            with other.database.writing():
                begun.set()
                stop.wait(60)

        thread = threading.Thread(target=hold)

        def start() -> None:
            thread.start()
            assert begun.wait(60)

        yield start
        stop.set()
        thread.join()


def test_a_book_that_somebody_else_writes_to_for_too_long(
    held: Callable[[], None], place: str, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = engines._ONE_WRITER.replace(f"'{engines.WAIT_SECONDS}s'", "'50ms'", 1)
    monkeypatch.setattr(engines, "_ONE_WRITER", quick)
    monkeypatch.setattr(engines, "WAIT_SECONDS", 0.05)
    with Gradebook(place) as book:
        pretending = Pretending(book, course, Conditions(salt=b"s", isolation="none"))
        memory = pretending.recorder()
        before = dump(book)
        held()
        said = r"is being written to by another program .*: wait for it to end, then run again\."
        with pytest.raises(StorageError, match=said):
            pretending(sealed("ann"), memory=memory)
        assert dump(book) == before  # and who reads does not wait


@pytest.mark.parametrize("after", [1, 4, 7, 10, 11])  # of 12
def test_a_failure_in_the_middle_stores_nothing(pretending: Pretending, after: int) -> None:
    """Whatever the statement after which there is no going on."""
    pretending(sealed("ann"))
    memory = pretending.recorder()
    attempt = pretending.attempt(sealed("bob", "b"), None, memory)
    before = dump(pretending.book)
    done, given = 0, rows.give

    def fail(*statement: object, **how: bool) -> object:
        nonlocal done
        done += 1
        if done > after:
            raise KeyboardInterrupt
        return given(*statement, **how)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "give", fail)
        with pytest.raises(KeyboardInterrupt):
            memory.record([attempt], 0)
    assert dump(pretending.book) == before
    assert memory.record([attempt], 0).student == "bob"


def test_a_server_that_goes_away_in_the_middle(server: PrivateServer, course: Course) -> None:
    place = server.create("goes_away")
    with Gradebook(place) as book:
        pretending = Pretending(book, course, Conditions(salt=b"s", isolation="none"))
        pretending(sealed("ann"))
        before = dump(book)
        memory = pretending.recorder()
        attempt = pretending.attempt(sealed("bob", "b"), None, memory)
        said = r"cannot be reached \(.*\): see to its server, then run again\. What was stored"

        def write() -> None:
            with book.database.writing() as connection:
                memory._attempt(connection, attempt, counts=True)
                server.kill()
                connection.execute(text("SELECT 1"))

        with pytest.raises(StorageError, match=said):
            write()
        with pytest.raises(StorageError, match=said):
            memory.record([attempt], 0)
        server.start()
        assert dump(book) == before
        assert memory.record([attempt], 0).student == "bob"
        assert len(dump(book)["results"]) == 2


def in_a_child(work: Callable[[], None]) -> str:
    """Do something in a process of its own, whose limits nobody else has; return what it raised."""
    reads, writes = os.pipe()
    if not (pid := os.fork()):
        said = "nothing was raised"
        try:
            work()
        except StorageError as error:
            said = str(error)
        except BaseException as error:  # noqa: BLE001 - nothing may come back from here
            said = f"{type(error).__name__}: {error}"
        os.write(writes, said.encode())
        os._exit(0)
    os.close(writes)
    os.waitpid(pid, 0)
    with os.fdopen(reads) as file:
        return file.read()


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_disk_that_is_full(place: str, course: Course, kind: str) -> None:
    """As far as a limit of the system's makes it one."""
    assert kind == "sqlite"
    with Gradebook(place) as book:
        Pretending(book, course, Conditions(salt=b"s", isolation="none"))(sealed("ann"))
        before = dump(book)

    def fill() -> None:
        with Gradebook(place) as book:
            pretending = Pretending(book, course, Conditions(salt=b"s", isolation="none"))
            memory = pretending.recorder()
            resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
            for number in range(100):
                pretending(sealed(f"bob {number}", os.urandom(9000).hex()), memory=memory)

    assert "cannot be written (disk I/O error): make room, then run again." in in_a_child(fill)
    with Gradebook(place) as book:
        after = dump(book)
        assert after["results"][: len(before["results"])] == before["results"]
        assert len(after["results"]) == len(after["history"])
        for result in book.results():
            assert result.score == 4
        with book.database.reading() as connection:
            assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"


def test_a_servers_disk_that_is_full(server: PrivateServer, course: Course) -> None:
    """Its files may not grow beyond a limit of the system's, as little as on a full disk."""
    place = server.create("full_disk")
    with Gradebook(place) as book:
        Pretending(book, course, Conditions(salt=b"s", isolation="none"))(sealed("ann"))
        before = dump(book)
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    server.kill()
    # Larger than a segment of its log, which would end the whole server: that is another test.
    resource.setrlimit(resource.RLIMIT_FSIZE, (17 << 20, usual[1]))
    server.start()
    resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    try:
        with Gradebook(place) as book:
            pretending = Pretending(book, course, Conditions(salt=b"s", isolation="none"))
            memory = pretending.recorder()
            large = {f"work/{n}.bin": os.urandom(6 << 20) for n in range(3)}
            said = r"cannot be written \(could not extend file .*\): make room, then run again\."
            with pytest.raises(StorageError, match=said):
                pretending(sealed("bob", "b", **large), memory=memory)
            assert dump(book) == before
            assert pretending(sealed("bob", "b"), memory=memory).student == "bob"
    finally:
        server.kill()
        server.start()


def test_a_server_that_takes_no_changes(server: PrivateServer, course: Course) -> None:
    """As the second one of a pair does, or one that somebody has shut for a backup."""
    place = server.create("read_only")
    with Gradebook(place) as book:
        Pretending(book, course, Conditions(salt=b"s", isolation="none"))(sealed("ann"))
        before = dump(book)
    with server.connected("postgres") as connection:
        connection.execute("ALTER DATABASE read_only SET default_transaction_read_only = on")
    with Gradebook(place) as book:
        said = r"cannot be opened for writing \(.*read-only transaction\): check its permissions\."
        with pytest.raises(StorageError, match=said):
            Pretending(book, course, Conditions(salt=b"s", isolation="none"))(sealed("bob"))
        assert dump(book) == before  # and is read as ever


def test_a_disk_that_cannot_be_written(template: Path) -> None:
    """Root may write to any file; so a child does it, as nobody."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        shutil.copy(template, folder / "book.sqlite")
        with sqlite3.connect(folder / "book.sqlite") as connection:
            connection.execute("PRAGMA journal_mode = DELETE")
        connection.close()
        (folder / "book.sqlite").chmod(0o444)

        def write() -> None:
            if os.geteuid() == 0:
                os.setgid(65534)
                os.setuid(65534)
            Gradebook(str(folder / "book.sqlite")).close()

        folder.chmod(0o555)
        said = in_a_child(write)
        folder.chmod(0o755)
    assert "cannot be opened for writing" in said
    assert said.endswith("check its permissions.")


def test_two_who_record_the_same_at_once_leave_one_grade(
    pretending: Pretending, place: str, course: Course
) -> None:
    both = threading.Barrier(4)
    errors: list[BaseException] = []

    def record() -> None:
        try:
            with Gradebook(place) as book:
                own = Pretending(book, course, pretending.conditions)
                memory = own.recorder()
                attempts = [own.attempt(sealed(n, n[:1]), None, memory) for n in ("ann", "bob")]
                both.wait(60)
                for attempt in attempts:
                    memory.record([attempt], 0)
        except BaseException as error:  # noqa: BLE001 - told below
            errors.append(error)

    threads = [threading.Thread(target=record) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    found = dump(pretending.book)
    counts = {name: len(rows) for name, rows in found.items()}
    assert counts == {
        "results": 2, "exercise_grades": 4, "submissions": 2, "contents": 0, "people": 2,
        "history": 2,
    }  # fmt: skip


def test_a_reader_sees_one_moment(pretending: Pretending) -> None:
    pretending(sealed("ann"))
    question = text("SELECT count(*) FROM results")
    with pretending.book.database.reading() as connection:
        before = connection.execute(question).scalar()
        pretending(sealed("bob", "b"))
        assert connection.execute(question).scalar() == before == 1
    with pretending.book.database.reading() as connection:
        assert connection.execute(question).scalar() == 2


def test_a_backup_that_cannot_be_written_is_what_the_sentence_is_about(
    template: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    target = tmp_path / "file" / "backup.sqlite"
    with Gradebook(str(template)) as book, pytest.raises(UsageError, match="cannot be written"):
        book.database.backup(target)


def left_with_a_log(place: str, course: Course, people: int) -> None:
    """Record people by a process that is killed, so that its log stays beside the book."""
    if not (pid := os.fork()):
        try:
            book = Gradebook(place)
            pretending = Pretending(book, course, Conditions(salt=b"s", isolation="none"))
            memory = pretending.recorder()
            for number in range(people):
                pretending(sealed(f"person {number}", f"{number}"), memory=memory)
        finally:
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(pid, 0)


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("people", [2, 60])
def test_a_backup_beside_the_log_of_a_newer_book_is_refused_and_left_alone(
    place: str, course: Course, kind: str, people: int
) -> None:
    """SQLite would write the log into it: it is the newer book again, or it is damaged."""
    assert kind == "sqlite"
    file, log = Path(place), Path(f"{place}-wal")
    backup = file.with_name("backup.sqlite")
    with Gradebook(place) as book:
        Pretending(book, course, Conditions(salt=b"s", isolation="none"))(sealed("ann"))
        book.database.backup(backup)
    left_with_a_log(place, course, people)
    assert log.stat().st_size > 0
    newer = file.with_name("newer.sqlite")
    shutil.copy(file, newer)
    shutil.copy(log, f"{newer}-wal")
    shutil.copy(backup, file)
    before = [one.read_bytes() for one in (file, log)]
    with pytest.raises(UsageError, match=f"move {log.name} and book.sqlite-shm away, then run"):
        Gradebook(place)
    assert [one.read_bytes() for one in (file, log)] == before
    log.unlink()
    file.with_name("book.sqlite-shm").unlink(missing_ok=True)
    with Gradebook(place) as book:
        assert [one.student for one in book.results()] == ["ann"]
    with Gradebook(str(newer)) as book:  # a book with its own log is opened as ever
        assert len(book.results()) == people + 1


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("is_replaced", [True, False])
def test_a_book_that_is_moved_while_it_is_used_is_told_at_once(
    place: str, course: Course, kind: str, tmp_path: Path, is_replaced: bool
) -> None:
    """What is stored into a file that has no name any more is lost, and nothing would say so."""
    assert kind == "sqlite"
    with Gradebook(place) as book:
        pretending = Pretending(book, course, Conditions(salt=b"s", isolation="none"))
        pretending(sealed("ann"))
        book.database.backup(tmp_path / "backup.sqlite")
        memory = pretending.recorder()
        moved = tmp_path / "moved.sqlite"
        for end in ("", "-wal", "-shm"):
            shutil.move(f"{place}{end}", f"{moved}{end}")
        if is_replaced:
            shutil.copy(tmp_path / "backup.sqlite", place)
        said = "was moved or replaced while it was in use: start this program again"
        with pytest.raises(StorageError, match=said):
            pretending(sealed("bob", "b"), memory=memory)
        with pytest.raises(StorageError, match=said):
            book.results()
    with Gradebook(str(moved)) as book:
        assert [one.student for one in book.results()] == ["ann"]
