"""What keeps a result cheap: the course's own lines are stored once, and no question grows."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from sqlalchemy import Connection, Engine, text

from grader.api import load_course
from grader.errors import CourseError
from grader.gradebook import (
    Conditions,
    Gradebook,
    adjustment_rows,
    codec,
    contents,
    counted_results,
    exercise_rows,
    holders,
    recorder,
    rows,
    seen_points,
)
from grader.gradebook.wordings import Packer, read_graded, wording_of
from grader.results import Curves, Evidence, Outcome, Series, SubmissionResult, to_json
from tests.books.pretending import FILES, Pretending, sealed, written

if TYPE_CHECKING:
    from pathlib import Path

    from grader.course import Course

SHOWN = """
from grader.results import Series

def shown_to_all(reference):
    return (Series(name="the course's", y=tuple(reference.double(k) / 7 for k in range(200))),)
"""
CHECK = "solutions/checks/double/check_double.py"


def with_line(pretending: Pretending, line: Series) -> Evidence:
    """Let the one check of exercise 1 show a line from now on; return what it shows."""
    curves = Curves(title="t", x_label="x", y_label="y", series=(line,), summary="s")
    pretending.evidence["double"] = Evidence(curves=(curves,))
    return pretending.evidence["double"]


def test_a_line_that_is_shown_to_all_takes_no_room(book: Gradebook, tmp_path: Path) -> None:
    course = load_course(written(tmp_path, {**FILES, CHECK: FILES[CHECK] + SHOWN}))
    line = Series(name="the course's", y=tuple(float(f"{2 * k / 7:.7g}") for k in range(200)))
    pretending = Pretending(book, course, Conditions(salt=b"s", isolation="none"))
    shown = with_line(pretending, line)
    pretending(sealed("ann"))
    with_line(pretending, Series(name="a student's", y=tuple(k**0.5 for k in range(200))))
    pretending(sealed("bob", "b"))
    ann, bob = book.results()
    assert ann.exercises[0].checks[0].evidence == shown
    assert bob.exercises[0].checks[0].evidence == pretending.evidence["double"]
    with book.database.reading() as connection:
        asked = "SELECT length(body) FROM exercise_grades WHERE exercise = 'double' ORDER BY id"
        first, second = connection.execute(text(asked)).scalars()
        assert first < 300
        assert second > 800
        assert connection.execute(text("SELECT count(*) FROM wordings")).scalar() == 2


def test_a_wording_is_made_once_for_an_edition(
    book: Gradebook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = load_course(written(tmp_path, {**FILES, CHECK: FILES[CHECK] + SHOWN}))
    pretending = Pretending(book, course, Conditions(salt=b"s", isolation="none"))
    pretending(sealed("ann"))
    monkeypatch.setattr("grader.gradebook.wordings.wording_of", None)
    assert pretending(sealed("bob", "b")).student == "bob"


def test_a_function_that_fails_is_told_to_its_author(tmp_path: Path) -> None:
    failing = FILES[CHECK] + "\ndef shown_to_all(reference):\n    return reference.nothing\n"
    course = load_course(written(tmp_path, {**FILES, CHECK: failing}))
    with pytest.raises(CourseError, match=r"`shown_to_all` of the checks of work/double\.py fails"):
        wording_of(course.exercises[0])


def test_another_dictionary_is_found_out(pretending: Pretending, course: Course) -> None:
    """By the wrong wording something else would come, and nobody would know."""
    graded = pretending.exercise("double")
    body, json = Packer(1, wording_of(course.exercises[0])).pack(graded)
    assert json == msgspec.json.encode(graded.result)
    pretending(sealed("ann"))
    with pretending.book.database.reading() as connection:
        rows = connection.execute(text("SELECT id FROM wordings ORDER BY id")).scalars().all()
        assert read_graded(connection, rows[0], body) == graded
        with pytest.raises(Exception, match="damaged"):
            read_graded(connection, rows[1], body)


def test_a_report_says_an_exercise_in_the_words_of_the_book(pretending: Pretending) -> None:
    """The JSON of an exercise is made once, for both, and the report is the same byte for byte."""
    memory = pretending.recorder()
    attempt = pretending.attempt(sealed("ann"), None, memory)
    assert [memory.json_of(one) for one in attempt.result.exercises] == [None, None]
    result = memory.record([attempt], 0)
    made = [memory.json_of(one) for one in result.exercises]
    assert all(made)
    assert [bytes(one or b"") for one in made] == [*map(msgspec.json.encode, result.exercises)]
    assert to_json(result, memory.json_of) == to_json(result)
    assert memory.json_of(replace(result.exercises[0])) is None
    again = pretending.recorder()
    same = again.record([pretending.attempt(sealed("ann"), None, again)], 0)
    assert [again.json_of(one) for one in same.exercises] == [None, None]
    assert to_json(same, again.json_of) == to_json(same)


def test_a_large_file_that_is_there_is_not_compressed_again(
    pretending: Pretending, monkeypatch: pytest.MonkeyPatch
) -> None:
    squeezed: list[int] = []

    def noted(data: bytes) -> bytes:
        squeezed.append(len(data))
        return codec.squeezed(data)

    monkeypatch.setattr(contents, "squeezed", noted)
    large: dict[str, Any] = {"work/weights.npz": bytes(range(256)) * 100}
    pretending(sealed("ann", **large))
    assert len(squeezed) == 2
    assert squeezed[1] == 25600
    squeezed.clear()
    pretending(sealed("bob", "b", **large))
    assert len(squeezed) == 1
    assert squeezed[0] < 100
    squeezed.clear()
    pretending(sealed("cy", "b", **large))
    assert squeezed == []


def test_no_question_goes_through_the_class(template: Path) -> None:
    """A question that looks at all people or all results takes longer in each larger class.

    In SQLite: the plans of PostgreSQL follow from what it has counted in its tables.
    """
    asked = {
        f"{module.__name__}.{name}": one
        for module in (
            *(adjustment_rows, contents, counted_results, exercise_rows),
            *(holders, recorder, seen_points),
        )
        for name, one in vars(module).items()
        if name.startswith("_") and hasattr(one, "selected_columns") and name != "_LAST"
    }
    assert len(asked) >= 12
    with Gradebook(str(template)) as book, book.database.reading() as connection:
        for name, one in asked.items():
            compiled = one.compile(dialect=connection.dialect)
            plan = connection.exec_driver_sql(
                f"EXPLAIN QUERY PLAN {compiled}", tuple(None for _ in compiled.positiontup or ())
            )
            scans = [row.detail for row in plan if row.detail.startswith("SCAN")]
            assert not scans, name


def test_a_process_that_grades_checks_out_one_connection(
    pretending: Pretending, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To a file: a server's is asked each time whether it is still there."""
    memory = pretending.recorder()
    pretending(sealed("ann"), memory=memory)
    counted = Counter[str]()
    connect = Engine.connect

    def noted(engine: Engine) -> Connection:
        counted["all"] += 1
        return connect(engine)

    monkeypatch.setattr(Engine, "connect", noted)
    pretending(sealed("bob", "b"), memory=memory)
    pretending(sealed("cy", "c"), memory=memory)
    assert (counted["all"] == 0) == pretending.book.database.is_sqlite


def test_nothing_of_a_transaction_that_failed_is_in_the_next_one(book: Gradebook) -> None:
    added = "INSERT INTO history (at, who, what, why, detail) VALUES ('', '', :what, '', '')"
    with pytest.raises(ZeroDivisionError), book.database.writing() as connection:  # noqa: PT012
        connection.execute(text(added), {"what": "undone"})
        raise ZeroDivisionError
    with book.database.writing() as connection:
        connection.execute(text(added), {"what": "done"})
    with book.database.reading() as connection:
        assert list(connection.execute(text("SELECT what FROM history")).scalars()) == ["done"]


def test_who_asks_keeps_nobody_from_writing(book: Gradebook) -> None:
    """A question that goes through SQLAlchemy begins a transaction: it may not be a writer's."""
    with book.database.writing():
        pass
    with book.database.asking() as one:
        one.execute(text("SELECT count(*) FROM people"))
        with book.database.writing() as two:
            two.execute(text("DELETE FROM bank_comments"))
    for _ in range(2):
        with book.database.writing() as connection:
            connection.execute(text("DELETE FROM bank_comments"))


def test_threads_of_one_process_have_connections_of_their_own(book: Gradebook) -> None:
    """One writes while another one asks, and neither is in the other's transaction."""
    with book.database.writing() as one, book.database.asking() as two:
        assert one is not two
        assert one.connection.driver_connection is not two.connection.driver_connection


def test_a_fork_opens_a_connection_of_its_own(template: Path) -> None:
    with Gradebook(str(template)) as book:
        with book.database.writing() as connection:
            ours = id(connection.connection.driver_connection)
        with book.database.writing() as connection:
            assert id(connection.connection.driver_connection) == ours
        child = os.fork()
        if child == 0:
            with book.database.asking() as connection:
                os._exit(int(id(connection.connection.driver_connection) == ours))
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_verdicts_are_stored_and_read_as_json_says_them(pretending: Pretending) -> None:
    """Points of any size, and the same twice; what was read before is read again the same."""
    pretending.points = {"double": 1.1, "halve": 1e-6}
    memory = pretending.recorder()
    for name in ("ann", "bob"):
        pretending(sealed(name, name), memory=memory)
    with pretending.book.database.reading() as connection:
        asked = "SELECT verdicts FROM exercise_grades ORDER BY id"
        found = [*connection.execute(text(asked)).scalars()]
        assert [*map(msgspec.json.decode, found)] == [
            [[1, "passed", 1_100_000, 3_000_000]],
            [[2, "passed", 1, 1_000_000]],
        ] * 2
        for result in (1, 2, 1):
            assert exercise_rows.verdicts_of(connection, result) == {
                "double.double.right": (Outcome.PASSED, 1.1),
                "halve.halve.right": (Outcome.PASSED, 1e-6),
            }


@pytest.mark.parametrize("student", ["ann", 'a "b", c', ',"slug":"x', "ä\\\n"])
@pytest.mark.parametrize("slug", ["x", "", 'x","slug":"', "ann-2"])
def test_a_result_without_its_slug_is_the_same_json(student: str, slug: str) -> None:
    """The fingerprints of older books stay what they are."""
    whole = SubmissionResult(student=student, slug=slug, digest="d", exercises=(), notes=(slug,))
    expected = msgspec.json.encode(replace(whole, slug=""))
    assert recorder._without_slug(msgspec.json.encode(whole), slug) == expected


def test_rows_of_grades_go_to_the_driver_as_they_are(
    pretending: Pretending, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their columns are in the order of the table; in another one each row is made anew."""
    given = []
    told = rows.give

    def noted(connection: Any, asked: str, values: Any = (), *, many: bool = False) -> Any:
        given.append((asked, values))
        return told(connection, asked, values, many=many)

    sent = []
    add_values = rows.add_values

    def added(connection: Any, table: Any, names: Any, values: Any) -> None:
        sent.append(values)
        add_values(connection, table, names, values)

    monkeypatch.setattr(rows, "give", noted)
    monkeypatch.setattr("grader.gradebook.exercise_rows.add_values", added)
    pretending(sealed("ann"))
    [stored] = [values for asked, values in given if "INTO exercise_grades" in asked]
    if pretending.book.database.is_sqlite:
        assert stored is sent[0]
    else:  # by their names
        assert [one["body"] for one in stored] == [one[8] for one in sent[0]]
