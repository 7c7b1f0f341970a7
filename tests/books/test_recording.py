"""What is graded goes into the book once, and what is known is not graded again."""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from sqlalchemy import text, update

from grader.api import load_course
from grader.errors import GraderError, StorageError
from grader.gradebook import contents
from grader.gradebook.codec import digest_of, expanded, path_in_words, path_of_words, squeezed
from grader.gradebook.contents import content_key
from grader.gradebook.models import Submission
from grader.results import Delivery, Outcome
from tests.books.pretending import FILES, Pretending, sealed, written

if TYPE_CHECKING:
    from pathlib import Path

    from grader.gradebook import Gradebook

EARLY, LATE = "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"


def asked(book: Gradebook, question: str) -> list[tuple[Any, ...]]:
    with book.database.reading() as connection:
        return [tuple(row) for row in connection.execute(text(question))]


def count(book: Gradebook, table: str) -> int:
    return int(asked(book, f"SELECT count(*) FROM {table}")[0][0])  # noqa: S608 - of ours


def test_what_is_recorded_is_read_back_as_it_was(pretending: Pretending) -> None:
    pretending.outcomes["halve"] = Outcome.FAILED
    result = pretending(sealed("ann"))
    assert pretending.book.results() == [result]
    assert [one.student for one in pretending.book.results(whole=False)] == ["ann"]
    assert (result.score, result.max_score) == (3, 4)


def test_what_is_unchanged_is_not_graded_again_and_adds_no_row(pretending: Pretending) -> None:
    first = pretending(sealed("ann"), at=EARLY)
    again = pretending(sealed("ann"), at=LATE)
    assert again == first
    assert again.graded_at == EARLY
    assert pretending.graded == {"double": 1, "halve": 1}
    book = pretending.book
    assert [count(book, name) for name in ("results", "attempts", "submissions")] == [1, 1, 1]
    assert count(book, "exercise_grades") == 2
    assert count(book, "history") == 1


def test_wherever_its_report_lies_it_is_the_same_result(pretending: Pretending) -> None:
    memory = pretending.recorder()
    pretending(sealed("ann"), at=EARLY)
    elsewhere = pretending.attempt(sealed("ann"), None, memory)
    moved = replace(elsewhere, result=replace(elsewhere.result, slug="ann-2"))
    assert memory.record([moved], 0).slug == "ann-2"
    assert count(pretending.book, "results") == 1


def test_a_file_that_is_another_one_is_another_submission(pretending: Pretending) -> None:
    pretending(sealed("ann"))
    pretending(sealed("ann", "x = 1"))
    assert pretending.graded == {"double": 2, "halve": 2}
    assert count(pretending.book, "results") == 2
    assert len(pretending.book.standings()) == 1


def test_who_hands_in_an_older_file_again_has_it_counted_again(pretending: Pretending) -> None:
    for content in ("a", "b", "a"):
        pretending(sealed("ann", content))
    assert pretending.graded == {"double": 2, "halve": 2}
    assert count(pretending.book, "results") == 3
    [standing] = pretending.book.standings()
    assert standing.submission_id == 1


@pytest.mark.parametrize("seconds", [0.0, 2.0])
@pytest.mark.parametrize("outcome", [Outcome.GRADER_ERROR, Outcome.OVER_LIMIT])
def test_errors_of_ours_and_time_outs_are_graded_again(
    pretending: Pretending, outcome: Outcome, seconds: float
) -> None:
    pretending.outcomes["double"] = outcome
    pretending.seconds["double"] = seconds
    pretending(sealed("ann"))
    assert count(pretending.book, "exercise_grades") == 2
    del pretending.outcomes["double"]
    result = pretending(sealed("ann"))
    assert pretending.graded == {"double": 2, "halve": 1}
    assert result.score == 4
    [standing] = pretending.book.results()
    assert standing.score == 4


def test_a_time_out_is_known_where_that_is_asked_for(pretending: Pretending) -> None:
    pretending.conditions = replace(pretending.conditions, reuse_time_outs=True)
    pretending.outcomes["double"] = Outcome.OVER_LIMIT
    pretending(sealed("ann"))
    pretending(sealed("ann"))
    assert pretending.graded == {"double": 1, "halve": 1}
    pretending.conditions = replace(pretending.conditions, reuse_time_outs=False)
    del pretending.outcomes["double"]
    assert pretending(sealed("ann")).score == 4
    assert pretending.graded == {"double": 2, "halve": 1}
    assert pretending.book.results()[0].score == 4


@pytest.mark.parametrize(
    "other", [{"salt": b"t"}, {"isolation": "full"}, {"public_only": True}, {"afresh": True}]
)
def test_under_other_conditions_it_is_graded_again(
    pretending: Pretending, other: dict[str, Any]
) -> None:
    pretending(sealed("ann"))
    pretending.conditions = replace(pretending.conditions, **other)
    pretending(sealed("ann"))
    assert pretending.graded == {"double": 2, "halve": 2}


@pytest.mark.parametrize("what", ["version", "packages"])
def test_another_grader_or_other_packages_grade_again(
    pretending: Pretending, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    pretending(sealed("ann"))
    if what == "version":
        monkeypatch.setattr("grader.gradebook.conditions.build", lambda: "9.9")
    else:
        monkeypatch.setattr("grader.course.course.packages_stamp", lambda *_: "numpy 9.9")
    pretending(sealed("ann"))
    assert pretending.graded == {"double": 2, "halve": 2}


def test_an_exercise_that_was_edited_is_graded_again_and_no_other(
    pretending: Pretending, tmp_path: Path
) -> None:
    pretending(sealed("ann"))
    root = written(tmp_path / "course", FILES)
    with (root / "solutions/checks/halve/check_halve.py").open("a") as file:
        file.write("# another check\n")
    pretending.course = load_course(root)
    pretending(sealed("ann"))
    assert pretending.graded == {"double": 1, "halve": 2}
    assert count(pretending.book, "exercise_grades") == 3


@pytest.mark.parametrize("seconds", [0.0, 2.0])
def test_afresh_leaves_what_was_and_uses_it_no_more(pretending: Pretending, seconds: float) -> None:
    pretending.seconds["double"] = seconds
    pretending(sealed("ann"))
    known = pretending.conditions
    pretending.conditions = replace(known, afresh=True)
    pretending.points["double"] = 1.0
    assert pretending(sealed("ann")).score == 2
    assert count(pretending.book, "exercise_grades") == 4
    pretending.conditions = known
    assert pretending(sealed("ann")).score == 2
    assert pretending.graded == {"double": 2, "halve": 2}


def test_what_takes_long_is_stored_before_the_rest(pretending: Pretending) -> None:
    pretending.seconds["double"] = 1.5
    pretending.attempt(sealed("ann"), None, pretending.recorder())
    assert asked(pretending.book, "SELECT exercise FROM exercise_grades") == [("double",)]
    pretending(sealed("ann"))
    assert pretending.graded == {"double": 1, "halve": 2}
    assert count(pretending.book, "exercise_grades") == 2


def test_large_files_are_stored_once_and_small(pretending: Pretending) -> None:
    data = bytes(10_000)
    pretending(sealed("ann", "a", **{"more.txt": data}))
    pretending(sealed("bob", "b", **{"more.txt": data, "copy.txt": data}))
    assert count(pretending.book, "contents") == 1
    assert count(pretending.book, "submission_files") == 3
    question = f"SELECT data FROM contents WHERE digest = '{digest_of(data)}'"  # noqa: S608 - ours
    [(stored,)] = asked(pretending.book, question)
    assert expanded(bytes(stored)) == data
    assert len(stored) < len(zlib.compress(data)) * 2


@pytest.mark.parametrize("size", [0, 1, contents.LARGE - 1, contents.LARGE])
@pytest.mark.parametrize("files", [1, 20])
def test_files_of_any_size_and_number_are_read_back(
    pretending: Pretending, size: int, files: int
) -> None:
    """The small ones together, up to a limit; the others each by itself."""
    given = sealed("ann", "a", **{f"work/{n}.bin": bytes([n]) * size for n in range(files)})
    pretending(given)
    with pretending.book.database.reading() as connection:
        found = contents.stored(connection, 1, "ann")
    assert dict(found.files) == dict(given.files)
    together = min(files, contents.TOGETHER // size if size else files)
    alone = files if size >= contents.LARGE else files - together
    assert count(pretending.book, "submission_files") == alone


def test_small_files_that_are_damaged_are_told(pretending: Pretending) -> None:
    pretending(sealed("ann"))
    other = squeezed(msgspec.msgpack.encode([(b"work/double.py", b"another")]))
    for data, said in [
        (other, "not those that were handed in"),
        (squeezed(b"\xc1"), "the files of a submission cannot be read"),
        (b"none", "cannot be expanded"),
    ]:
        with pretending.book.database.writing() as connection:
            connection.execute(update(Submission).values(files=data))
        with (
            pretending.book.database.reading() as connection,
            pytest.raises(GraderError, match=rf"{said}.*Restore it from a backup"),
        ):
            contents.stored(connection, 1, "ann")


def test_two_with_the_same_files_are_graded_once(pretending: Pretending) -> None:
    pretending(sealed("ann"))
    pretending(sealed("bob"))
    assert pretending.graded == {"double": 1, "halve": 1}
    assert [one.student for one in pretending.book.results()] == ["ann", "bob"]
    assert count(pretending.book, "submissions") == 1


def test_who_is_recorded_leaves_what_is_known_of_those_under_way(pretending: Pretending) -> None:
    """As on a cluster, where many submissions are graded at a time by one recorder."""
    memory = pretending.recorder()
    attempts = [pretending.attempt(sealed(name, name), None, memory) for name in ("ann", "bob")]
    known = memory._known[content_key(sealed("bob", "bob"))]
    memory.record([attempts[0]], 0)
    assert memory._known == {content_key(sealed("bob", "bob")): known}
    memory.record([attempts[1]], 0)
    assert memory._known == {}
    assert memory._rows == {}


def test_of_several_attempts_one_counts_and_grading_again_adds_nothing(
    pretending: Pretending,
) -> None:
    for _ in range(2):
        memory = pretending.recorder()
        attempts = [
            pretending.attempt(
                sealed(f"ann, attempt {number}", f"{number}"), Delivery(attempt=number), memory
            )
            for number in (1, 2, 3)
        ]
        memory.record(attempts, 1)
    assert count(pretending.book, "results") == 3
    assert [one.student for one in pretending.book.results()] == ["ann, attempt 2"]


def test_the_clock_decides_nothing(pretending: Pretending) -> None:
    pretending(sealed("ann", "a"), at=LATE)
    pretending(sealed("ann", "b"), at=EARLY)
    [result] = pretending.book.results()
    assert result.graded_at == EARLY
    assert pretending(sealed("ann", "b"), at=LATE).graded_at == EARLY


@pytest.mark.parametrize(
    ("points", "stored"),
    [(0.1 + 0.2, 300_000), (1 / 3, 333_333), (2 / 3, 666_667), (-0.5, -500_000)],
)
def test_points_are_exact(pretending: Pretending, points: float, stored: int) -> None:
    pretending.points["double"] = points
    pretending(sealed("ann"))
    question = "SELECT points FROM check_outcomes ORDER BY check_row"
    assert asked(pretending.book, question)[0] == (stored,)


def test_a_path_that_is_no_text_is_stored_and_none_is_taken_for_another(
    pretending: Pretending,
) -> None:
    odd = b"work/\xff.py".decode("utf-8", "surrogateescape")
    paths = [odd, "work/\\xff.py", "work/\\\\xff.py", "work/ä\\n\0.py"]
    for content in (b"x", bytes(contents.LARGE)):  # stored with the others, and alone
        pretending(sealed("ann", "a", **dict.fromkeys(paths, content)))
    stored = {row[0] for row in asked(pretending.book, "SELECT path FROM submission_files")}
    assert {path_of_words(path) for path in stored} == set(paths)
    with pretending.book.database.reading() as connection:
        for number in (1, 2):
            found = contents.stored(connection, number, "ann").files
            assert found.keys() == {*paths, "work/double.py"}
    assert all(path_of_words(path_in_words(path)) == path for path in paths)


@pytest.mark.parametrize("change", ["UPDATE history SET who = 'me'", "DELETE FROM history"])
def test_the_history_cannot_be_changed(pretending: Pretending, change: str) -> None:
    pretending(sealed("ann"))
    before = asked(pretending.book, "SELECT * FROM history")
    with (
        pytest.raises(StorageError, match="the history of a gradebook is never changed"),
        pretending.book.database.writing() as connection,
    ):
        connection.execute(text(change))
    assert asked(pretending.book, "SELECT * FROM history") == before
    assert len(before) == 1
