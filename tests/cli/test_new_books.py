"""A gradebook that is made, or an option that does nothing, is said: nothing is done in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.cli.main import main
from grader.gradebook import Gradebook, own_book
from grader.gradebook.book_file import grades_in_file
from grader.sandbox.doctor import best_level

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(course: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.delenv("GRADER_GRADEBOOK", raising=False)

    def command(*words: object) -> tuple[int, str]:
        code = main([*map(str, words), "--course", str(course)])
        captured = capsys.readouterr()
        return code, " ".join((captured.out + captured.err).split())

    return command


@pytest.fixture
def grade(run: Run, handed_in: Path, tmp_path: Path) -> Run:
    def command(*words: object) -> tuple[int, str]:
        always = ("--out", tmp_path / "reports", "--workers", "1", "--isolation", best_level())
        return run("grade", handed_in, *always, *words)

    return command


def test_a_book_that_is_made_where_one_was_named_is_said(
    grade: Run, course: Path, tmp_path: Path
) -> None:
    own, named = own_book(course), tmp_path / "books" / "autum.sqlite"
    assert "gradebook" not in grade()[1]
    count = grades_in_file(own)
    assert count > 0
    said = grade("--gradebook", named)[1]
    assert f"note: A new gradebook is made: {named}." in said
    assert f"The course's own gradebook {own} has {count} grades: it is used without" in said
    assert "gradebook" not in grade("--gradebook", named)[1]
    assert "gradebook" not in grade("--gradebook", own)[1]


def test_a_book_without_grades_is_said_each_time(grade: Run, tmp_path: Path) -> None:
    named = tmp_path / "book.sqlite"
    Gradebook(str(named)).close()
    said = grade("--gradebook", named)[1]
    assert f"The gradebook {named} has no grades yet." in said
    assert "own gradebook" not in said
    assert grades_in_file(named) > 0


def test_a_name_in_the_environment_is_a_name_too(
    grade: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADER_GRADEBOOK", str(tmp_path / "book.sqlite"))
    assert "A new gradebook is made" in grade()[1]


@pytest.mark.parametrize(
    "words",
    [
        ("report",),
        ("adjust", "ada"),
        ("regrade",),
        ("gradebook", "history", "ada"),
        ("gradebook", "backup", "copy.sqlite"),
        ("grade-by-hand", "--list"),
    ],
)
@pytest.mark.parametrize("there", ["nothing", "an empty file", "a URL"])
def test_what_only_reads_or_changes_makes_no_book(
    run: Run, course: Path, tmp_path: Path, words: tuple[str, ...], there: str
) -> None:
    own_book(course).parent.mkdir()
    Gradebook(str(own_book(course))).close()
    place = tmp_path / "deep" / "book.sqlite"
    if there == "an empty file":
        place.parent.mkdir()
        place.touch()
    named = f"sqlite:///{place}" if there == "a URL" else place
    code, said = run(*words, "--gradebook", named)
    assert code == 2
    assert said == (
        f"grader: There is no gradebook {place}: grade the class first, or name one by --gradebook."
    )
    assert place.exists() == (there == "an empty file")
    assert not place.exists() or place.read_bytes() == b""
    assert place.parent.exists() == (there == "an empty file")


def test_who_names_no_book_is_told_of_the_one_with_grades(
    grade: Run, run: Run, course: Path, tmp_path: Path
) -> None:
    grade()
    said = run("report", "--gradebook", tmp_path / "x.sqlite")[1]
    count = grades_in_file(own_book(course))
    assert f"The course's own gradebook {own_book(course)} has {count} grades" in said


def test_a_folder_is_no_gradebook(grade: Run, tmp_path: Path) -> None:
    (tmp_path / "books").mkdir()
    code, said = grade("--gradebook", tmp_path / "books")
    assert (code, "is a folder: name a file in it" in said) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("grade", "--trial", "--gradebook", "b"), "--gradebook has no effect with --trial"),
        (("grade", "--trial", "--afresh"), "--afresh has no effect with --trial"),
        (("grade", "--public-only", "--again"), "--again has no effect with --public-only"),
        (("grade", "--gradebook", "none", "--reuse-time-outs"),
         "--reuse-time-outs has no effect with --gradebook none"),
    ],
)  # fmt: skip
def test_an_option_in_vain_is_noted(grade: Run, words: tuple[str, ...], said: str) -> None:
    code, text = grade(*words[1:])
    assert code in (0, 1)
    assert f"note: {said}: leave it out." in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("gradebook", "history", "ada", "--name", "Ada"), "--name has no effect with history"),
        (("gradebook", "merge", "ada", "bo", "--yes"), "--yes has no effect with merge"),
        (("adjust", "ada", "--revoke", "1", "--exercise", "1"),
         "--exercise has no effect with --revoke"),
        (("regrade", "--reason", "r"), "--reason has no effect without --apply"),
        (("grade-by-hand", "--from-csv", "a.csv", "--graded"),
         "--graded has no effect with --from-csv"),
    ],
)  # fmt: skip
def test_an_option_in_vain_is_refused(
    run: Run, grade: Run, words: tuple[str, ...], said: str
) -> None:
    grade()
    code, text = run(*words)
    assert (code, text) == (2, f"grader: {said}: leave it out.")


def test_a_reason_beside_a_comment_is_noted(grade: Run, run: Run, handed_in: Path) -> None:
    grade()
    who = min(one.name for one in handed_in.iterdir() if one.is_dir())
    said = run("adjust", who, "--comment", "Well done.", "--reason", "r", "--author", "M")[1]
    assert "note: --reason has no effect with --comment: leave it out. Number 1" in said


def test_an_export_refuses_what_another_form_needs(
    grade: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    grade()
    command = ["export", str(tmp_path / "reports"), "--format", "csv", "--column", "Sheet"]
    assert main(command) == 2
    assert "--column has no effect with csv: leave it out." in capsys.readouterr().err


def test_a_line_of_a_roster_without_an_id_is_said(grade: Run, tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name\n,Ada B\ns2,Bo\n")
    said = grade("--gradebook", "none", "--roster", roster)[1]
    assert f"{roster} has 1 name without an id, left out: Ada B" in said


def test_what_a_change_by_hand_does_not_do_is_said(grade: Run, run: Run, handed_in: Path) -> None:
    grade()
    who = min(one.name for one in handed_in.iterdir() if one.is_dir())
    by = ("--reason", "r", "--author", "M")
    assert "They are excused: there is no grade." in run("adjust", who, "--excused", *by)[1]
    said = run("adjust", who, "--extension", "2d", *by)[1]
    assert "The course has no deadline: an extension counts only once there is one." in said
    code, said = run("adjust", who, "--handed-in", "2999-01-01T00:00:00+01:00", *by)
    assert code == 2
    assert "2999-01-01T00:00:00+01:00 has not come yet: write when it was handed in." in said


@pytest.mark.parametrize(
    "command", ["grade", "report", "adjust", "regrade", "gradebook", "grade-by-hand", "serve"]
)
def test_the_help_says_how_a_damaged_book_ends(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main([command, "--help"])
    codes = " ".join(capsys.readouterr().out.split()).rpartition("exit codes:")[2]
    assert "the gradebook cannot be used" in codes.partition(" 1 ")[2].partition(", 2 ")[0]


def test_a_damaged_book_ends_with_1(run: Run, grade: Run, tmp_path: Path) -> None:
    damaged = tmp_path / "book.sqlite"
    damaged.write_bytes(b"SQLite format 3\0" + bytes(range(256)) * 40)
    for code, said in (
        grade("--gradebook", damaged),
        run("report", "--gradebook", damaged),
        run("adjust", "ada", "--gradebook", damaged),
    ):
        assert code == 1
        assert "is damaged" in said
