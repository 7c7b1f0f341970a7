"""Tables of learning platforms are filled in, and reports named as they find them."""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from grader.errors import UsageError
from grader.exports.canvas import canvas_grades, new_gradebook
from grader.exports.feedback_zip import feedback_names, feedback_zip
from grader.exports.filling import harmless
from grader.exports.moodle import moodle_grades, new_worksheet
from grader.results import (
    CheckResult,
    Delivery,
    ExerciseResult,
    Outcome,
    Person,
    SubmissionResult,
)
from grader.util.csv_tables import Spreadsheet, read_table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


def result(
    name: str,
    number: str,
    points: float = 3.0,
    *,
    platform: str = "moodle",
    most: float = 5.0,
    outcome: Outcome = Outcome.PASSED,
    refused: str = "",
    **delivery: object,
) -> SubmissionResult:
    check = CheckResult(
        id="a.b.c", file="b.py", claim="c", outcome=outcome, points=points, max_points=most
    )
    label = f"{name}_{number}_assignsubmission_file_"
    if platform == "canvas":
        label = f"{name}_{number}_900_"
    return SubmissionResult(
        student=name,
        slug=name.lower().replace(" ", "-"),
        digest="",
        exercises=(ExerciseResult(id="a", checks=(check,)),),
        refused=refused,
        delivery=replace(Delivery(platform=platform, id=number, label=label), **delivery),  # type: ignore[arg-type]
    )


def table(folder: Path, content: str | bytes) -> Spreadsheet:
    path = folder / "table.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_table(path)


def rows(content: bytes, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=delimiter))


# The columns and their order are those of `assign_grading_table` when it is downloaded.
MOODLE = (
    'Identifier,"Full name","Email address",Status,Grade,"Maximum grade","Grade can be changed",'
    '"Last modified (submission)","Last modified (grade)","Feedback comments"\r\n'
    'Participant 101,"Ada Lovelace",ada@e.org,"Submitted for grading - ",,100.00,Yes,'
    '"Monday, 1 June 2026, 2:14 PM",-,"- well, nearly"\r\n'
    "Participant 102,=Bo,bo@e.org,No submission,12.00,100.00,Yes,-,-,\r\n"
    'Participant 1010,"Cy, the ""third""",cy@e.org,No submission,,100.00,Yes,-,-,\r\n'
)


def test_a_worksheet_of_moodle_is_filled_in_and_nothing_else_changed(tmp_path: Path) -> None:
    given = codecs.BOM_UTF8 + MOODLE.encode()
    filled = moodle_grades(table(tmp_path, given), [result("Ada Lovelace", "101")])
    before, after = rows(given), rows(filled.content)
    assert after[1][4] == "60"
    before[1][4] = "60"
    before[2][1] = "'=Bo"
    assert after == before
    assert filled.content.startswith(codecs.BOM_UTF8)
    assert (filled.count, filled.left) == (1, ())
    assert filled.notes == ("Points out of 5 were scaled to 100, as the table says.",)


def test_a_number_beside_another_ones_name_gives_nobody_points(tmp_path: Path) -> None:
    """Each assignment of Moodle has numbers of its own: this may be another one's worksheet."""
    other = MOODLE.replace("Participant 101", "Participant X").replace("102", "101")
    other = other.replace("Participant X", "Participant 102")
    filled = moodle_grades(table(tmp_path, other), [result("Ada Lovelace", "101")])
    assert rows(filled.content)[1:3] == [
        [*row[:1], *(["'=Bo"] if "=Bo" in row else row[1:2]), *row[2:]] for row in rows(
            other.encode())[1:3]
    ]  # fmt: skip
    [left] = filled.left
    assert left == (
        "Ada Lovelace has the number of =Bo in the table: is it this assignment's worksheet?"
    )


def test_who_is_found_by_the_number_or_by_the_name_alone_is_told(tmp_path: Path) -> None:
    by_number = moodle_grades(table(tmp_path, MOODLE), [result("A. King", "101")])
    assert (by_number.count, by_number.left) == (1, ())
    assert (
        "by their numbers, and have other names in the table: A. King (Ada Lovelace)"
        in (by_number.notes[0])
    )
    by_name = moodle_grades(table(tmp_path, MOODLE), [result("Ada Lovelace", "7")])
    assert (by_name.count, by_name.left) == (1, ())
    assert (
        "by their names, and their numbers are not in the table: Ada Lovelace."
        in (by_name.notes[0])
    )
    turned = MOODLE.replace('"Ada Lovelace"', '"Lovelace, ADA"')
    known = moodle_grades(table(tmp_path, turned), [result("Ada Lovelace", "101")])
    assert (known.count, len(known.notes)) == (1, 1)
    blind = "Identifier,Status,Grade,Maximum grade\n" + "".join(
        f"Participant {number},Submitted,,10\n" for number in (101, 102, 103)
    )
    anonymous = moodle_grades(table(tmp_path, blind), [result("Participant 101", "101")])
    assert (anonymous.count, len(anonymous.notes)) == (1, 1)


def test_the_worksheets_language_and_form_are_kept(tmp_path: Path) -> None:
    german = (
        'ID;"Vollständiger Name";Status;Bewertung;Bestwertung;"Bewertung kann geändert werden"\n'
        "Teilnehmer/in101;Ada;-;;10,00;Ja\nTeilnehmer/in102;Bo;-;;10,00;Ja\n"
    )
    filled = moodle_grades(table(tmp_path, german), [result("Ada", "101", 3.25)])
    assert rows(filled.content, ";")[1] == ["Teilnehmer/in101", "Ada", "-", "6,5", "10,00", "Ja"]
    assert b"\r" not in filled.content
    # A language that is not known: the grade stands before the column of one number.
    unknown = german.replace("Bewertung;Best", "Xyz;Best")
    assert rows(moodle_grades(table(tmp_path, unknown), []).content, ";")[0][3] == "Xyz"
    named = moodle_grades(table(tmp_path, german), [result("Ada", "101")], "bestwertung")
    assert rows(named.content, ";")[1][4] == "3"


def test_points_never_leave_moodles_range(tmp_path: Path) -> None:
    # Moodle skips a line whose grade is above the maximum: bonus points would cost all of them.
    filled = moodle_grades(table(tmp_path, MOODLE), [result("Ada Lovelace", "101", 7.0)])
    assert rows(filled.content)[1][4] == "100"


def test_what_is_not_settled_is_left_as_it_was_and_told(tmp_path: Path) -> None:
    results = [
        result("Ada Lovelace", "101", outcome=Outcome.GRADER_ERROR, points=0.0),
        result("Bo", "102", refused="It is broken.", points=0.0),
        result("Di", "999"),
    ]
    filled = moodle_grades(table(tmp_path, MOODLE), results)
    assert [row[4] for row in rows(filled.content)[1:]] == ["", "12.00", ""]
    assert filled.left == (
        "Ada Lovelace is provisional: grade it again first",
        "Bo has no grade: It is broken.",
        "Di is not in the table",
    )


def test_two_submissions_of_one_number_get_no_points_by_chance(tmp_path: Path) -> None:
    results = [result("Ada Lovelace", "101"), result("Mallory", "101", 0.0)]
    filled = moodle_grades(table(tmp_path, MOODLE), results)
    assert filled.count == 0
    assert "is not the only one with that line" in filled.left[0]


def test_groups_and_people_of_a_roster_are_found(tmp_path: Path) -> None:
    grouped = MOODLE.replace("Status", "Group").replace("No submission", "Team 7")
    results = [result("Team 7", "77", group=True)]
    filled = moodle_grades(table(tmp_path, grouped), results)
    assert [row[4] for row in rows(filled.content)[1:]] == ["", "60", "60"]
    people = (Person(id="x", email="ADA@e.org"), Person(name='Cy, the "third"'))
    pair = result("submission_1", "1", platform="gradescope", people=people)
    filled = moodle_grades(table(tmp_path, MOODLE), [pair])
    assert [row[4] for row in rows(filled.content)[1:]] == ["60", "12.00", "60"]


@pytest.mark.parametrize(
    ("content", "column", "sentence"),
    [
        ("a,b\n1,2\n", "", "has no column with"),
        ("Identifier,Grade\n", "", "has no column with"),
        ("Identifier,X,Y\nParticipant 1,,\n", "", "cannot be told: name it by --column"),
        (MOODLE, "Points", "has no column 'Points'"),
    ],
)
def test_a_table_that_is_no_worksheet_is_one_sentence(
    tmp_path: Path, content: str, column: str, sentence: str
) -> None:
    with pytest.raises(UsageError) as caught:
        moodle_grades(table(tmp_path, content), [], column)
    assert sentence in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_without_a_worksheet_there_is_one_in_english() -> None:
    results = [result("Ada", "101"), result("=Bo", "102", 1.0), result("X", "7", platform="canvas")]
    filled = moodle_grades(new_worksheet(results), results)
    assert rows(filled.content) == [
        ["Identifier", "Full name", "Grade", "Maximum grade", "Last modified (grade)"],
        ["Participant 101", "Ada", "3", "5.00", ""],
        ["Participant 102", "'=Bo", "1", "5.00", ""],
    ]
    assert filled.left == ("X is not in the table",)


# ---------------------------------------------------------------------------------------- Canvas

# As `GradebookExporter#csv_data` writes it, with a line for manual posting.
CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Notes,Sheet 1 (501),Sheet 2 (502),Final Score\n"
    ",,,,,,Manual Posting,,\n"
    "    Points Possible,,,,,,10.00,20.00,(read only)\n"
    '"Lovelace, Ada",4001,s1,ada,One,-1 day,,3.00,12\n'
    '"Ek, Bo",4002,s2,bo,One,,EX,,\n'
    '"=Cy",4003,s3,cy,One,,N/A,,\n'
    '"Student, Test",4009,,x,One,,,,\n'
)


def test_a_gradebook_of_canvas_is_filled_in_and_nothing_else_changed(tmp_path: Path) -> None:
    results = [
        result("ada", "4001", platform="canvas"),
        result("bo", "4002", platform="canvas"),
        result("cy", "4003", platform="canvas"),
        result("Di", "x", platform="", people=(Person(id="s9", name="Student, Test"),)),
    ]
    filled = canvas_grades(table(tmp_path, CANVAS), results, "Sheet 1")
    before, after = rows(CANVAS.encode()), rows(filled.content)
    before[3][6], before[5][0], before[6][6] = "6", "'=Cy", "6"
    assert after == before
    assert filled.left == ("bo is EX in the gradebook", "cy is N/A in the gradebook")
    assert filled.notes == ("Points out of 5 were scaled to 10, as the table says.",)


@pytest.mark.parametrize("column", ["502", "Sheet 2 (502)", "sheet 2"])
def test_the_assignment_is_named_by_title_or_number(tmp_path: Path, column: str) -> None:
    extra = [result("ada", "4001", 6.0, platform="canvas")]  # bonus points are Canvas' to take
    filled = canvas_grades(table(tmp_path, CANVAS), extra, column)
    assert rows(filled.content)[3][6:8] == ["", "24"]


def test_a_gradebook_with_semicolons_and_commas_stays_one(tmp_path: Path) -> None:
    form = "Student;ID;SIS Login ID;Section;Sheet (5)\n Points Possible;;;;7,50\nAda;4001;a;One;\n"
    filled = canvas_grades(table(tmp_path, form), [result("a", "4001", platform="canvas")])
    assert rows(filled.content, ";")[2] == ["Ada", "4001", "a", "One", "4,5"]


@pytest.mark.parametrize(
    ("content", "column", "sentence"),
    [
        (MOODLE, "", 'has no columns "Student" and "ID"'),
        (CANVAS, "", "has 2 assignments: name one by --column"),
        (CANVAS, "Sheet 3", "has 0 assignments called 'Sheet 3'"),
        (CANVAS, "Final Score", "is read only"),
        (CANVAS, "ID", "has 0 assignments called 'ID'"),
    ],
)
def test_a_table_that_is_no_gradebook_is_one_sentence(
    tmp_path: Path, content: str, column: str, sentence: str
) -> None:
    with pytest.raises(UsageError) as caught:
        canvas_grades(table(tmp_path, content), [], column)
    assert sentence in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


def test_without_a_gradebook_there_is_one_of_one_assignment() -> None:
    results = [
        result("ada", "4001", platform="canvas"),
        result("anon", "anon_aB3dE", platform="canvas"),
    ]
    filled = canvas_grades(new_gradebook(results, "Sheet"), results, "Sheet")
    header, possible, ada = rows(filled.content)
    # What `GradebookImporter#row_has_student_headers?` and `#last_student_info_column` ask for.
    assert "Student" in header[0]
    assert "ID" in header[1]
    assert "Section" in header[2]
    assert possible == ["    Points Possible", "", "", "5.00"]
    assert ada == ["ada", "4001", "", "3"]
    assert filled.left == ("anon is not in the table",)


@pytest.mark.parametrize("cell", ["", "-", "-1", "+1,5", "-.5 %", " 3", "Ada", "a=b", "1-2"])
def test_numbers_and_ordinary_texts_are_left_alone(cell: str) -> None:
    assert harmless(cell) == cell
    assert harmless(cell, is_theirs=False) == cell


@pytest.mark.parametrize(
    "cell", ["=1+1", " =1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "\t=1"]
)
def test_formulas_are_defused(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"
    assert harmless(cell, is_theirs=False) == f"'{cell}"


# -------------------------------------------------------------------------------------- feedback


def moodle_finds(name: str, participants: Mapping[int, str]) -> tuple[str, str] | None:
    """Find the student of a file as Moodle's importer does, written down from its source."""
    parts = name.split("/")
    while parts:
        info = parts.pop(0).split("_", 4)
        if len(info) < 4 or not re.fullmatch(r"[0-9]+", info[1]):
            continue
        if int(info[1]) in participants and info[2:4] == ["assignsubmission", "file"]:
            rest = info[4] if len(info) > 4 else ""
            return participants[int(info[1])], "/".join([rest, *parts])
    return None


def canvas_finds(name: str) -> tuple[str, str] | None:
    """Find the student and the attachment as Canvas does, written down from its source."""
    split = [part for part in name.split("_") if part != "LATE"]
    if split[0] == "anon":
        return split[1], split[2]
    numbers = [part for part in split if re.fullmatch(r"\d+", part)][:2]
    return (numbers[0], numbers[1]) if len(numbers) == 2 else None


def test_moodle_finds_each_student_of_the_zip() -> None:
    results = [
        result("Ada Lovelace", "101"),
        result("A/../b\\c", "102"),
        result("Team 7", "103", group=True),
        result("Default group", "", label=""),
        result("Bo", "4001", platform="canvas"),
    ]
    feedback = feedback_names(results, "moodle")
    found = [moodle_finds(name, {101: "a", 102: "b"}) for name, _ in feedback.names]
    assert found == [("a", "report.html"), ("b", "report.html")]
    assert len(feedback.left) == 3
    assert any("give its worksheet by --worksheet" in one for one in feedback.left)
    known = feedback_names(results, "moodle", {"101": "Ada Lovelace"})
    assert [one.student for _, one in known.names] == ["Ada Lovelace"]
    archive = zipfile.ZipFile(io.BytesIO(feedback_zip(feedback, lambda one: one.slug.encode())))
    assert archive.testzip() is None
    assert all("/" not in name and "\\" not in name for name in archive.namelist())
    assert archive.read(archive.namelist()[0]) == b"ada-lovelace"


def test_canvas_finds_each_student_and_attachment_of_the_zip() -> None:
    results = [
        result("ada", "4001", platform="canvas"),
        result("bo", "4002", platform="canvas", label="bo_LATE_4002_905_"),
        result("x", "anon_aB3dE", platform="canvas", label="LATE_anon_aB3dE_906_"),
        result("cy", "4003", platform="canvas", label=""),
        result("eve", "4004", platform="canvas"),
        result("mallory", "4004", platform="canvas"),
    ]
    feedback = feedback_names(results, "canvas")
    found = [canvas_finds(name) for name, _ in feedback.names]
    assert found == [("4001", "900"), ("4002", "905"), ("aB3dE", "906")]
    assert len(feedback.left) == 3
    assert feedback_zip(feedback, lambda _: b"x") == feedback_zip(feedback, lambda _: b"x")


@pytest.mark.parametrize(
    ("platform", "finds"),
    [("moodle", lambda name: moodle_finds(name, {101: "a"})), ("canvas", canvas_finds)],
)
def test_notebooks_with_feedback_go_to_the_same_student_as_the_report(
    platform: str, finds: Callable[[str], tuple[str, str] | None]
) -> None:
    one = result("Ada Lovelace", "101" if platform == "moodle" else "4001", platform=platform)
    books = {"my_net_7.ipynb": b"{}", "net (2).ipynb": b"[]"}
    made = feedback_zip(feedback_names([one], platform), lambda _: b"page", lambda _: books)
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        names = archive.namelist()
        assert [archive.read(name) for name in names] == [b"page", b"{}", b"[]"]
    found = [finds(name) for name in names]
    files = ["report.html", *books]
    assert all(name.endswith(own) for name, own in zip(names, files, strict=True))
    expected = [("a", own) for own in files] if platform == "moodle" else [("4001", "900")] * 3
    assert found == expected
