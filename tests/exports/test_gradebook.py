"""The gradebook, as a spreadsheet and as a program read it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from grader.exports.gradebook import gradebook_csv
from grader.exports.safe_cells import as_csv, defused, number
from grader.results import Delivery, Person

if TYPE_CHECKING:
    from grader.results import ClassResult, SubmissionResult


def read(content: bytes, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=delimiter))


def test_one_line_a_student_and_one_column_an_exercise(group: ClassResult) -> None:
    rows = read(gradebook_csv(group.submissions, group.course))
    assert rows[0] == [
        *("student", "folder", "score", "at_most", "out_of", "state", "data"),
        *("id", "section", "late", "attempt", "graded", "changes", "note"),
    ]
    assert rows[1][:7] == ["Ada Byron", "ada", "3.5", "3.5", "11", "graded", "3.5"]
    assert rows[2][:7] == ["Émile Borel", "emile", "3.5", "7.5", "15", "provisional", "3.5"]
    assert rows[3][:6] == ["Zoë", "zoe", "", "", "11", "unreadable"]
    assert rows[3][-1] == "The archive is broken."


def test_late_and_missing_students_have_their_lines(group: ClassResult) -> None:
    late = replace(
        group.submissions[0],
        delivery=Delivery(
            id="7", late=True, attempt=2, attempts=3, people=(Person(id="s1", section="A"),)
        ),
    )
    rows = read(gradebook_csv([late], group.course, [Person(id="s2", name="=Bo", section="B")]))
    assert rows[1][7:11] == ["s1", "A", "late", "2 of 3"]
    assert rows[2] == [
        *("'=Bo", "", "", "", "11", "missing", "", "s2", "B", *[""] * 4, "nothing was handed in")
    ]


def test_numbers_stay_numbers_and_excel_is_told_the_encoding(group: ClassResult) -> None:
    content = gradebook_csv(group.submissions, group.course)
    assert content.startswith(b"\xef\xbb\xbf")
    assert b',3.5,7.5,15,"provisional"' in content


def test_no_text_of_a_student_is_computed(hostile: SubmissionResult) -> None:
    content = gradebook_csv([hostile])
    for delimiter in ",;\t":
        rows = read(content, delimiter)
        assert len(rows) == 2  # no text makes a line of its own
        for cell in rows[1]:
            assert not cell.lstrip('" ').startswith(("=", "+", "-", "@", "＝"))  # noqa: RUF001


@pytest.mark.parametrize("text", ["Ada", "O'Neill", "a=b", "3-4", "Müller-Lüdenscheid", ""])
def test_an_ordinary_text_is_left_alone(text: str) -> None:
    assert defused(text) == text


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@a", "|a", "%a", "'=1", ' "=1', "\n=1"])
def test_what_begins_a_formula_is_made_text(text: str) -> None:
    assert defused(text).startswith("'")


@pytest.mark.parametrize(
    ("value", "shown"), [(3.0, "3"), (29.509999999999998, "29.51"), (0.0, "0"), (1 / 3, "0.33")]
)
def test_points_have_at_most_two_decimals(value: float, shown: str) -> None:
    assert str(number(value)) == shown


def test_a_table_quotes_texts_alone() -> None:
    assert as_csv(("a", "b"), [("x", 1.5)]).decode("utf-8-sig") == '"a","b"\r\n"x",1.5\r\n'
