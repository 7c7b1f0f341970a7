"""Answers that a person grades: the worklist, the terminal, the table, the bank of comments."""

from __future__ import annotations

import csv
import io
from argparse import Namespace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from grader.cli import grade_by_hand
from grader.errors import UsageError
from grader.gradebook.answer_table import answers_csv, read_answers
from grader.gradebook.worklist import add_comment, comments, open_answers
from grader.results import GradePolicy, QuestionWorth, reckon

if TYPE_CHECKING:
    from pathlib import Path

    from grader.course import Course
    from grader.gradebook import Gradebook
    from grader.results import Person

FORMULA = '=HYPERLINK("http://example.org","click")'


@pytest.fixture
def course(course: Any) -> Course:
    """Return the course, in which one question is worth 4 points."""
    worth = QuestionWorth(exercise="words", question="seen", points=Decimal(4))
    course.policy = GradePolicy(by_hand=(worth,))
    return course  # type: ignore[no-any-return]


@pytest.fixture(autouse=True)
def _two_answers(hand: Any, ada: Person, bo: Person) -> None:
    """Let two answers wait in the book."""
    hand.grade(ada, answer="It oscillates.")
    hand.grade(bo, answer=FORMULA)


def test_a_question_is_worth_points_for_everybody(
    hand: Any, book: Gradebook, course: Course
) -> None:
    from grader.results import Person  # noqa: PLC0415

    hand.grade(Person(id="s3", name="Cy"))  # who wrote nothing
    found = {one.student: reckon(one) for one in book.results(course)}
    assert [f"{one.total} of {one.most}, {one.waiting} wait" for one in found.values()] == [
        "5 of 9, 1 wait",
        "5 of 9, 1 wait",
        "5 of 9, 0 wait",
    ]
    assert found["Ada Byron"].at_most == 9


def test_the_table_comes_back_and_no_cell_is_computed(
    book: Gradebook, course: Course, tmp_path: Path
) -> None:
    table = list(
        csv.reader(io.StringIO(answers_csv(open_answers(book, course)).decode("utf-8-sig")))
    )
    assert [row[1] for row in table[1:]] == ["Ada Byron", "Bo Li"]
    assert table[2][4] == "'" + FORMULA
    points, comment = table[0].index("points"), table[0].index("comment")
    table[1][points], table[1][comment] = "2,5", "=well seen"
    path = tmp_path / "answers.csv"
    _write(path, table)
    assert read_answers(book, course, path, author="M") == (1, 1)
    [ada, _] = book.results(course)
    assert (reckon(ada).total, ada.adjustments[0].reason) == (Decimal("7.5"), "=well seen")
    assert [one.student for one in open_answers(book, course)] == ["Bo Li"]
    assert read_answers(book, course, path, author="M") == (0, 1)  # the same again changes nothing
    assert len(book.results(course)[0].adjustments) == 1


@pytest.mark.parametrize(
    ("points", "said"),
    [("5", "5 points of 4"), ("-1", "-1 points"), ("nan", "not a number"), ("two", "not a number")],
)
def test_a_wrong_line_is_named_and_nothing_is_graded(
    book: Gradebook, course: Course, tmp_path: Path, points: str, said: str
) -> None:
    table = list(
        csv.reader(io.StringIO(answers_csv(open_answers(book, course)).decode("utf-8-sig")))
    )
    at = table[0].index("points")
    table[1][at], table[2][at] = "4", points
    table.append(["7/words/seen", *[""] * (len(table[0]) - 1)])
    path = tmp_path / "answers.csv"
    _write(path, table)
    with pytest.raises(UsageError, match=rf"Nothing was graded.*line 3: .*{said}.*line 4: '7/"):
        read_answers(book, course, path, author="M")
    assert len(open_answers(book, course)) == 2


def test_a_column_that_was_sorted_by_itself_gives_nobody_anothers_points(
    book: Gradebook, course: Course, tmp_path: Path
) -> None:
    text = answers_csv(open_answers(book, course)).decode("utf-8-sig")
    header, ada, bo = csv.reader(io.StringIO(text))
    student, points = header.index("student"), header.index("points")
    ada[points], ada[student], bo[student] = "4", bo[student], ada[student]
    path = tmp_path / "answers.csv"
    _write(path, [header, ada, bo])
    with pytest.raises(UsageError, match=r"line 2: .*of 'Ada Byron' and stands beside 'Bo Li'"):
        read_answers(book, course, path, author="M")
    ada[student] = "0123"  # as a spreadsheet mangles a name: the key is right
    _write(path, [header, ada])
    assert read_answers(book, course, path, author="M") == (1, 0)


def _write(path: Path, table: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(table)


def test_another_answer_waits_again_and_keeps_its_points_until_then(
    hand: Any, book: Gradebook, course: Course, ada: Person, tmp_path: Path
) -> None:
    _answered(book, course, tmp_path)
    assert open_answers(book, course) == []
    hand.grade(ada, answer="It does not.", files="new")
    [one] = open_answers(book, course)
    assert (one.points, one.is_other) == (Decimal(3), True)
    result = next(one for one in book.results(course) if one.student == "Ada Byron")
    assert (reckon(result).total, result.adjustments[0].stale) == (Decimal(8), True)


def _answered(book: Gradebook, course: Course, tmp_path: Path) -> None:
    table = list(
        csv.reader(io.StringIO(answers_csv(open_answers(book, course)).decode("utf-8-sig")))
    )
    for row in table[1:]:
        row[table[0].index("points")] = "3"
    _write(tmp_path / "filled.csv", table)
    read_answers(book, course, tmp_path / "filled.csv", author="M")


def test_the_terminal_goes_on_where_it_ended(
    book: Gradebook,
    course: Course,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(grade_by_hand, "load_course", lambda _: course)
    monkeypatch.setattr(grade_by_hand, "find_course", lambda _: tmp_path)
    lines = iter(["9", "+ Name the step size.", "2.5 1", "q", "0 nothing is said"])
    monkeypatch.setattr("builtins.input", lambda _: next(lines))
    options = Namespace(
        gradebook=book.place, course=None, exercise="", graded=False, csv=None, from_csv=None,
        list=False, author="M",
    )  # fmt: skip
    assert grade_by_hand.run(options) == 1
    said = capsys.readouterr().out
    assert "It oscillates." in said
    assert "9 points are not between 0 and 4" in said
    assert "grader report" in said
    assert grade_by_hand.run(options) == 0
    given = [one.adjustments[0] for one in book.results(course)]
    assert [(one.points, one.reason) for one in given] == [
        (Decimal("2.5"), "Name the step size."),
        (Decimal(0), "nothing is said"),
    ]


def test_the_bank_has_each_comment_once(book: Gradebook) -> None:
    assert add_comment(book, "See  eq. 5.", author="M") == 1
    assert add_comment(book, "Half.", author="M", question="seen", points=Decimal(2)) == 2
    with pytest.raises(UsageError, match="number 1"):
        add_comment(book, "See eq. 5.", author="M")
    assert [one.number for one in comments(book, "seen")] == [1, 2]
    assert [one.number for one in comments(book, "other")] == [1]
