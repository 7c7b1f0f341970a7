"""`grader adjust`, `report`, `gradebook`: as they are typed, on a book without a runner."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from grader.cli import adjust, gradebook, report
from grader.cli.main import main
from grader.gradebook.enrolling import enrol
from grader.results import ClassResult, from_json, reckon

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.course import Course
    from grader.gradebook import Gradebook
    from grader.results import Person

WHY = ("--reason", "right by another way", "--author", "M. Lang")


@pytest.fixture
def typed(
    book: Gradebook,
    course: Course,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., tuple[int, str]]:
    """Return what runs a command line on the book, and returns its code and what it said."""
    monkeypatch.setenv("GRADER_GRADEBOOK", book.place)
    monkeypatch.delenv("GRADER_AUTHOR", raising=False)
    monkeypatch.chdir(tmp_path)
    for module in (adjust, gradebook, report):
        monkeypatch.setattr(module, "find_course", lambda _: tmp_path)
        if module is not gradebook:
            monkeypatch.setattr(module, "load_course", lambda *_: course)

    def run(*words: str) -> tuple[int, str]:
        code = main(words)
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


def test_a_change_reaches_the_pages_and_the_exports(
    hand: Any, ada: Person, bo: Person, typed: Any, tmp_path: Path
) -> None:
    hand.grade(ada, train=1)
    hand.grade(bo)
    assert typed("report", "--out", "pages")[0] == 0
    code, said = typed("adjust", "s1", "--check", "net.code.train", "--points", "+1.5", *WHY)
    assert code == 0
    assert "Number 1, for Ada Byron." in said
    assert "The total was 3 of 5 and is 4.5 of 5 (graded: 3)." in said
    assert "grader report --out DIR" in said
    assert typed("adjust", "s1", "--points", "-1", *WHY)[0] == 0  # a sign is no option
    code, said = typed("report", "--out", "pages")
    assert code == 0
    assert "pages/index.html, of 2 submissions" in said
    assert "1 other total: Ada Byron (3 → 3.5)" in said
    whole = from_json((tmp_path / "pages/results.json").read_bytes(), ClassResult)
    assert [str(reckon(one).total) for one in whole.submissions] == ["3.5", "5"]
    page = (tmp_path / f"pages/{whole.submissions[0].slug}/index.html").read_text()
    assert "right by another way" in page
    assert "M. Lang" not in page
    typed("export", "pages", "--format", "csv", "--out", "grades.csv")
    line = (tmp_path / "grades.csv").read_text(encoding="utf-8-sig").splitlines()[1]
    assert line.startswith('"Ada Byron","Ada-Byron",3.5,3.5,5,"graded",')
    code, said = typed("adjust", "s1")
    assert "Total 3.5 of 5, graded 3" in said
    assert "1  +1.5  net.code.train: right by another way (M. Lang" in said
    assert typed("adjust", "s1", "--revoke", "2", *WHY)[1].startswith("Number 2 of Ada Byron")


def test_every_kind_is_typed(hand: Any, ada: Person, typed: Any) -> None:
    hand.grade(ada, train=1)
    for words in (
        ("--exercise", "1", "--excused"),
        ("--comment", "Well done."),
        ("--extension", "1d 12h"),
        ("--handed-in", "2026-02-01T23:59:00+01:00"),
        ("--bonus", "2"),
        ("--points", "=0"),
    ):
        code, said = typed("adjust", "s1", *words, *WHY)
        assert (code, "Number" in said) == (0, True), said
    said = typed("adjust", "s1")[1]
    for shown in ("excused  net", "comment", "extension 129600", "handed in 2026", "bonus 2", "=0"):
        assert shown in said


@pytest.mark.sampled(2)  # each slip with one of the two kinds of books
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("Nobody", "--points", "+1", *WHY), "Nobody in the gradebook is called 'Nobody'"),
        (("s1", "--points", "nan", *WHY), "need a sign"),
        (("s1", "--points", "+nan", *WHY), "not a number"),
        (("s1", "--points", "+9", *WHY), "above the maximum"),
        (("s1", "--points", "+1", "--reason", "x"), "Who does this?"),
        (("s1", "--points", "+1", "--author", "M"), "needs a reason"),
        (("s1", "--exercise", "1"), "What is to be changed?"),
        (("s1", "--extension", "soon", *WHY), "is not a duration"),
        (("s1", "--revoke", "4", *WHY), "no change with the number 4"),
    ],
)
def test_a_slip_is_one_sentence(
    hand: Any, ada: Person, typed: Any, words: tuple[str, ...], said: str
) -> None:
    hand.grade(ada)
    code, answer = typed("adjust", *words)
    assert code == 2
    assert said in answer
    assert answer.count("\n") == 1


def test_people_are_merged_split_removed_and_backed_up(
    hand: Any, ada: Person, bo: Person, typed: Any, tmp_path: Path, kind: str
) -> None:
    hand.grade(ada)
    hand.grade(bo)
    assert "one person now" in typed("gradebook", "merge", "s2", "s1")[1]
    assert "merged" in typed("gradebook", "history", "s1")[1]
    assert "apart from" in typed("gradebook", "split", "s2")[1]
    is_file = kind == "sqlite"
    code, said = typed("gradebook", "backup", "copy.sqlite")
    assert (code, "pg_dump" in said) == ((0, False) if is_file else (2, True))
    assert (tmp_path / "copy.sqlite").is_file() == is_file
    assert "is new" not in said
    said = typed("gradebook", "backup", "bakcups/copy.sqlite")[1]
    assert ("The folder bakcups is new: it was made for the backup." in said) == is_file
    assert typed("report", "--out", "pages")[0] == 0
    code, said = typed("gradebook", "purge", "s2")
    assert (code, "say --yes" in said) == (2, True)
    code, said = typed("gradebook", "purge", "s2", "--yes")
    assert (code, "Removed: the name and all ids, 1 submission" in said) == (0, True)
    assert typed("report", "--out", "pages", "--replace")[0] == 0
    assert len(list((tmp_path / "pages").glob("*/index.html"))) == 1
    assert typed("gradebook", "merge", "s1")[1].startswith("grader: `grader gradebook merge` takes")


def test_without_a_book_it_says_so(
    typed: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GRADER_GRADEBOOK", str(tmp_path / "none.sqlite"))
    code, said = typed("adjust", "s1")
    assert (code, "There is no gradebook" in said) == (2, True)
    assert not (tmp_path / "none.sqlite").exists()


def test_who_handed_nothing_in_is_missing_and_has_what_a_person_gives(
    hand: Any, ada: Person, bo: Person, book: Gradebook, typed: Any, tmp_path: Path
) -> None:
    """From the roster to the exports: an empty cell, then points by hand, then an excuse."""

    def line_of_bo() -> str:
        assert typed("report", "--out", "pages")[0] == 0
        assert typed("export", "pages", "--format", "csv", "--out", "grades.csv")[0] == 0
        lines = (tmp_path / "grades.csv").read_text(encoding="utf-8-sig").splitlines()
        [found] = [line for line in lines if "Bo Li" in line]
        return found

    enrol(book, [ada, bo])
    hand.grade(ada)
    assert line_of_bo().startswith('"Bo Li","","","",5,"missing",')
    said = typed("adjust", "s2", "--extension", "2d", *WHY)[1]
    assert "it counts from the first grading on" in said
    assert line_of_bo().startswith('"Bo Li","","","",5,"missing",')
    page = (tmp_path / "pages/index.html").read_text()
    assert "Bo Li has handed in nothing. Changed by hand: The deadline" in page
    said = typed("adjust", "s2", "--points", "=2.5", *WHY)[1]
    assert "Nothing was handed in by them. Their total is 2.5 of 5, by hand." in said
    assert line_of_bo().startswith('"Bo Li","Bo-Li",2.5,2.5,5,"empty",')
    page = (tmp_path / "pages/Bo-Li/index.html").read_text()
    assert "right by another way" in page
    assert "M. Lang" not in page
    said = typed("adjust", "s2", "--excused", *WHY)[1]
    assert "They are excused: there is no grade." in said
    assert line_of_bo().startswith('"Bo Li","Bo-Li","","",5,"excused",')
