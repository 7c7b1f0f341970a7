"""The class as a workbook, read back as a spreadsheet does; its numbers as CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import openpyxl
import pytest

from grader.cli.main import main
from grader.exports.class_tables import class_tables, statistics_csv, statistics_json
from grader.exports.workbook import class_xlsx
from grader.results import (
    CheckInfo,
    ClassResult,
    CourseInfo,
    Delivery,
    Diagnosis,
    ExerciseInfo,
    Outcome,
    Person,
    to_json,
)

if TYPE_CHECKING:
    from pathlib import Path

    from openpyxl.worksheet.worksheet import Worksheet

    from grader.results import SubmissionResult

SHEETS = ["grades", "checks", "misconceptions", "times", "check_times", "stuck"]
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x";"y")')


def sheets(content: bytes) -> dict[str, Worksheet]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {sheet.title: sheet for sheet in book.worksheets}


def cells(sheet: Worksheet) -> list[list[object]]:
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_each_table_has_a_sheet_whose_head_stays_and_filters(group: ClassResult) -> None:
    found = sheets(class_xlsx(group))
    assert list(found) == SHEETS
    for sheet in found.values():
        assert sheet.freeze_panes == "B2"
        assert all(isinstance(cell.value, str) and cell.font.bold for cell in sheet[1])
    filtered = [sheet.title for sheet in found.values() if sheet.auto_filter.ref]
    assert filtered == SHEETS[:-1]  # nobody is stuck here


def test_grades_are_numbers_and_no_grade_is_blank(group: ClassResult) -> None:
    found = cells(sheets(class_xlsx(group))["grades"])
    assert found[0][:7] == ["student", "folder", "score", "at_most", "out_of", "state", "data"]
    assert found[1][:7] == ["Ada Byron", "ada", 3.5, 3.5, 11, "graded", 3.5]
    assert found[3][:6] == ["Zoë", "zoe", None, None, 11, "unreadable"]


def test_checks_have_their_numbers_in_formats(group: ClassResult) -> None:
    sheet = sheets(class_xlsx(group))["checks"]
    head = {cell.value: cell.column for cell in sheet[1]}
    row = next(r for r in sheet.iter_rows(min_row=2) if r[1].value == "data.learn.gradients_match")
    assert [row[head[name] - 1].value for name in ("handed_in", "passed", "share_passed")] == [
        2, 0, 0,
    ]  # fmt: skip
    assert row[head["share_passed"] - 1].number_format == "0%"
    assert row[head["discrimination"] - 1].value is None
    assert row[head["why_unknown"] - 1].value == "n = 2, below 20"
    assert row[head["diagnoses"] - 1].value == "2 x half"


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_is_ever_a_formula_or_a_link(graded: SubmissionResult, text: str) -> None:
    checks = tuple(
        replace(
            one,
            id=text if n == 0 else one.id,
            claim=text,
            diagnoses=(Diagnosis(name=text, sentence=text),),
            outcome=Outcome.FAILED,
        )
        for n, one in enumerate(graded.exercises[0].checks)
    )
    exercise = replace(graded.exercises[0], id=text, checks=checks)
    hostile = replace(
        graded, student=text, slug=text, exercises=(exercise,), notes=(text,),
        delivery=Delivery(id=text, people=(Person(id=text, section=text),)),
    )  # fmt: skip
    info = ExerciseInfo(
        id=text, number=text, title=text, files=(text,), max_points=2,
        checks=(CheckInfo(id=text, claim=text, max_points=2),),
    )  # fmt: skip
    course = CourseInfo(title=text, digest=text, exercises=(info,))
    content = class_xlsx(ClassResult(course=course, submissions=(hostile,)))
    seen = 0
    for sheet in sheets(content).values():
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert cell.hyperlink is None
                seen += cell.value == text
    assert seen > 8
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        xml = b"".join(archive.read(name) for name in names if name.endswith(".xml"))
    assert b"<f>" not in xml
    assert not [name for name in names if "vba" in name.lower() or "external" in name.lower()]


def test_hostile_texts_make_a_workbook_that_can_be_read(hostile: SubmissionResult) -> None:
    """Control characters, halves of pairs and sheer length are no cells of a workbook."""
    found = sheets(class_xlsx(ClassResult(course=CourseInfo(title="c", digest="", exercises=()),
                                          submissions=(hostile,))))  # fmt: skip
    assert len(cells(found["grades"])) == 2
    assert all(len(str(v)) < 5_000 for sheet in found.values() for row in cells(sheet) for v in row)


def test_the_same_class_is_the_same_file(group: ClassResult) -> None:
    assert class_xlsx(group) == class_xlsx(group)


def test_columns_and_formats_belong_together(group: ClassResult) -> None:
    for table in class_tables(group):
        assert len(table.columns) == len(table.formats)
        assert all(len(row) == len(table.columns) for row in table.rows)


def test_numbers_as_csv_and_json_agree(group: ClassResult) -> None:
    lines = list(csv.DictReader(io.StringIO(statistics_csv(group).decode("utf-8-sig"))))
    checks = json.loads(statistics_json(group))["checks"]
    assert [one["check"] for one in lines] == [one["id"] for one in checks]
    assert [one["handed_in"] for one in lines] == [str(one["handed_in"]) for one in checks]
    places = next(one["diagnoses"] for one in checks if one["diagnoses"])[0]["places"]
    assert [one["slug"] for one in places] == ["ada", "emile"]


@pytest.mark.parametrize("form", ["xlsx", "statistics-csv", "statistics-json"])
def test_the_command_writes_them_of_a_class_alone(
    form: str, tmp_path: Path, group: ClassResult, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "results.json").write_bytes(to_json(group))
    (tmp_path / "one.json").write_bytes(to_json(group.submissions[0]))
    out = tmp_path / "out"
    assert main(["export", str(tmp_path), "--format", form, "--out", str(out)]) == 0
    assert out.stat().st_size > 200
    assert "1 grade is left blank" in capsys.readouterr().err
    for wrong in (
        ["export", str(tmp_path / "one.json"), "--format", form],
        ["export", str(tmp_path), "--student", "ada", "--format", form],
    ):
        assert main(wrong) == 2
        assert "is about a class" in capsys.readouterr().err
