"""Grading again after an edit: what changes is said first, and counts only where that is asked."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from grader.cli.main import main
from grader.gradebook import Gradebook
from grader.sandbox.doctor import best_level

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Run = Callable[..., tuple[int, str]]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return tmp_path / "book.sqlite"


@pytest.fixture
def run(course: Path, book: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return what runs a command on the course and the book, with the checks as they are now."""

    def command(*words: object) -> tuple[int, str]:
        for name, module in list(sys.modules.items()):
            if name.startswith("course_checks_") and str(course) in str(
                getattr(module, "__path__", getattr(module, "__file__", ""))
            ):
                del sys.modules[name]
        sys.path_importer_cache.clear()
        always = ["--course", str(course), "--gradebook", str(book)]
        always += ["--workers", "1"] if "grade" in str(words[0]) else []
        code = main([*map(str, words), *always])
        captured = capsys.readouterr()
        return code, captured.out + captured.err

    return command


@pytest.fixture
def graded(run: Run, handed_in: Path, tmp_path: Path) -> Path:
    """Return the folder of the reports of the class, whose results are in the book."""
    out = tmp_path / "reports"
    run("grade", handed_in, "--out", out)
    return out


def scores(book: Path) -> dict[str, float]:
    with Gradebook(str(book)) as opened:
        return {one.student: one.score for one in opened.results()}


def rows(book: Path, table: str) -> int:
    asked = f"SELECT count(*) FROM {table}"  # noqa: S608 - a name of ours
    with Gradebook(str(book)) as opened, opened.database.reading() as connection:
        return int(connection.exec_driver_sql(asked).scalar_one())


def soften(course: Path) -> None:
    """Let a square pass, too: what was wrong is right now."""
    checks = course / "solutions/checks/double/check_double.py"
    text = checks.read_text()
    checks.write_text(text.replace('case.agrees("double", 3.0)', 'case.agrees("double", 2.0)'))


def test_nothing_has_changed(run: Run, graded: Path, book: Path) -> None:
    assert graded.is_dir()
    before = rows(book, "results"), rows(book, "exercise_grades")
    code, said = run("regrade")
    assert (code, said) == (0, "Nothing has changed for any of the 4 submissions.\n")
    assert (rows(book, "results"), rows(book, "exercise_grades")) == before


def test_what_changes_is_said_and_then_counts(
    run: Run, graded: Path, book: Path, course: Path, tmp_path: Path
) -> None:
    assert graded.is_dir()
    assert scores(book) == {"ada": 3, "bo": 0, "cy": 0, "di": 0}
    soften(course)
    page, data = tmp_path / "change.html", tmp_path / "change.json"
    code, said = run("regrade", "--html", page, "--json", data)
    assert code == 0
    assert "1 of 4 grades change: 1 up, 0 down; the largest: bo 0 → 2." in said
    assert "double.double.doubles: 1 up" in said
    assert "bo: 0 → 2 (double.double.doubles)" in said
    assert "--apply" in said
    assert scores(book)["bo"] == 0
    told = json.loads(data.read_bytes())
    assert [change["student"] for change in told["changes"]] == ["bo"]
    assert "<bdi>bo</bdi>" in page.read_text()
    grades = rows(book, "exercise_grades")
    code, said = run("regrade", "--apply", "--reason", "too strict")
    assert "1 of 4 grades changed" in said
    assert scores(book) == {"ada": 3, "bo": 2, "cy": 0, "di": 0}
    assert rows(book, "exercise_grades") == grades  # nothing was run a second time
    assert rows(book, "results") == 8
    assert run("regrade")[1] == "Nothing has changed for any of the 4 submissions.\n"
    with Gradebook(str(book)) as opened, opened.database.reading() as connection:
        last = "SELECT what, why FROM history ORDER BY id DESC LIMIT 1"
        assert connection.exec_driver_sql(last).one() == ("regraded", "too strict")


def test_the_same_files_are_not_graded_again(
    run: Run, graded: Path, handed_in: Path, book: Path
) -> None:
    before = rows(book, "results"), rows(book, "exercise_grades")
    run("grade", handed_in, "--out", graded)
    assert (rows(book, "results"), rows(book, "exercise_grades")) == before
    run("grade", handed_in, "--out", graded, "--afresh")
    assert rows(book, "exercise_grades") == 2 * before[1]
    assert scores(book) == {"ada": 3, "bo": 0, "cy": 0, "di": 0}


def test_an_edit_that_goes_back_needs_no_run(
    run: Run, graded: Path, book: Path, course: Path
) -> None:
    assert graded.is_dir()
    checks = course / "solutions/checks/double/check_double.py"
    first = checks.read_text()
    soften(course)
    run("regrade", "--apply")
    checks.write_text(first)
    grades = rows(book, "exercise_grades")
    assert "1 of 4 grades changed: 0 up, 1 down" in run("regrade", "--apply")[1]
    assert rows(book, "exercise_grades") == grades
    assert scores(book)["bo"] == 0


@pytest.mark.parametrize("named", ["none", "nowhere.sqlite"])
def test_there_is_no_book(
    course: Path, named: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    place = named if named == "none" else str(tmp_path / named)
    assert main(["regrade", "--course", str(course), "--gradebook", place]) == 2
    said = capsys.readouterr().err
    assert said.startswith("grader: There is no gradebook")
    assert "--gradebook" in said
    assert not (tmp_path / named).exists()


def test_what_was_adjusted_on_a_check_that_changed_is_kept_and_listed(
    run: Run, graded: Path, course: Path
) -> None:
    assert graded.is_dir()
    words = ["--check", "double.double.doubles", "--points", "+1"]
    code, said = run("adjust", "bo", *words, "--reason", "nearly", "--author", "Eve")
    assert code == 0, said
    soften(course)
    said = run("regrade", "--apply")[1]
    assert "bo: adjustment 1, of double.double.doubles, was made before that changed" in said
    assert "(nearly)" in said
    assert "largest: bo 1 → 2." in said  # no check gives more than its points
    assert "bo: adjustment 1" not in run("regrade")[1]  # nothing is run, and nothing said twice


def test_another_level_of_isolation_is_said_before_all_is_run_again(
    run: Run, handed_in: Path, tmp_path: Path
) -> None:
    run("grade", handed_in, "--out", tmp_path / "reports", "--isolation", "none")
    code, said = run("regrade", "--isolation", best_level())
    sentence = (
        f"Graded at isolation none, and so not valid at isolation {best_level()}: 4 results. What "
        "they came to is run again, whether the course has changed or not. `grader regrade "
        "--isolation none` shows only what an edit changes."
    )
    if best_level() == "none":
        assert (code, said) == (0, "Nothing has changed for any of the 4 submissions.\n")
        return
    assert code == 0
    text = " ".join(said.split())
    assert sentence in text
    assert text.index(sentence) < text.index("[1/")  # before it begins
    assert text.count("so not valid at") == 1
    again = run("regrade", "--isolation", "none")[1]
    assert again == "Nothing has changed for any of the 4 submissions.\n"


def test_an_edit_at_the_same_level_says_nothing_of_levels(
    run: Run, graded: Path, course: Path
) -> None:
    assert graded.is_dir()
    soften(course)
    assert "isolation" not in run("regrade")[1]


def test_results_that_were_shut_in_are_not_valid_without(run: Run, graded: Path) -> None:
    assert graded.is_dir()
    if best_level() != "none":
        said = " ".join(run("regrade", "--isolation", "none")[1].split())
        assert "Graded shut in, at isolation full or reduced, and so not valid at isolation" in said
