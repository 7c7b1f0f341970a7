"""From a platform's download to what is uploaded again, by the commands."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from grader.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path

RIGHT = b"def double(x):\n    return 2 * x\n"
WRONG = b"def double(x):\n    return x * x\n"
HALF = b"def halve(x):\n    return x / 2\n"


def said(capsys: pytest.CaptureFixture[str]) -> str:
    captured = capsys.readouterr()
    return captured.out + captured.err


def graded(
    course: Path, paths: list[Path], out: Path, *options: str, code: int = 0
) -> dict[str, dict[str, Any]]:
    arguments = ["grade", *map(str, paths), "--course", str(course), "--out", str(out)]
    assert main([*arguments, "--workers", "1", *options]) == code
    whole = json.loads((out / "results.json").read_bytes())
    return {one["student"]: one for one in whole["submissions"]}


def score(one: dict[str, Any]) -> float:
    return sum(float(check["points"]) for part in one["exercises"] for check in part["checks"])


def table(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))


def test_a_download_of_moodle_goes_there_and_back(
    course: Path, platforms: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tree = platforms.moodle("Ada Lovelace", 101, {"double (1).py": RIGHT, "halve.py": HALF})
    tree |= platforms.moodle("Bo Ek", 102, {"all.zip": platforms.zipped({"double.py": WRONG})})
    tree |= platforms.moodle("Di Um", 104, {"double.py": RIGHT})
    worksheet = tmp_path / "worksheet.csv"
    worksheet.write_text(
        "Identifier,Full name,Grade,Maximum grade,Last modified (grade)\n"
        "Participant 101,Ada Lovelace,,100.00,-\nParticipant 102,Bo Ek,,100.00,-\n"
        "Participant 103,Cy Absent,,100.00,-\n",
        encoding="utf-8",
    )
    out = tmp_path / "reports"
    download = platforms.write("Course-Sheet-7.zip", tree)
    results = graded(course, [download], out, "--roster", str(worksheet))
    text = said(capsys)
    assert "1 on the roster, nothing handed in: Cy Absent" in text
    assert "1 not on the roster: Di Um" in text
    assert {name: score(one) for name, one in results.items()} == {
        "Ada Lovelace": 5.0,
        "Bo Ek": 0.0,
        "Di Um": 3.0,
    }
    assert '"double (1).py" was taken as "double.py"' in " ".join(results["Ada Lovelace"]["notes"])
    assert results["Ada Lovelace"]["delivery"]["people"][0]["id"] == "101"
    page = (out / "index.html").read_text(encoding="utf-8")
    assert "Cy Absent" in page
    assert "Di Um" in page

    filled = tmp_path / "filled.csv"
    export = ["export", str(out), "--worksheet", str(worksheet), "--out"]
    assert main([*export, str(filled), "--format", "moodle"]) == 1  # Di is not in the worksheet
    text = said(capsys)
    assert "Di Um is not in the table" in text
    assert "handed in nothing, and kept what stood there" in text
    assert [row[2] for row in table(filled)] == ["Grade", "100", "0", ""]
    assert worksheet.read_text(encoding="utf-8").count("100.00") == 3

    feedback = tmp_path / "feedback.zip"
    assert main([*export, str(feedback), "--format", "moodle-feedback"]) == 1
    archive = zipfile.ZipFile(feedback)
    assert archive.namelist() == [
        "Ada Lovelace_101_assignsubmission_file_report.html",
        "Bo Ek_102_assignsubmission_file_report.html",
    ]
    assert b"Ada Lovelace" in archive.read(archive.namelist()[0])
    gradebook = tmp_path / "gradebook.csv"
    assert main(["export", str(out), "--format", "csv", "--out", str(gradebook)]) == 0
    assert table(gradebook)[-1][0] == "Cy Absent"
    assert "missing" in table(gradebook)[-1]


def test_a_download_of_canvas_goes_there_and_back(
    course: Path, platforms: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tree = platforms.canvas(
        "Lovelace, Ada", 4001, [(901, "double.py", RIGHT), (902, "double-1.py", WRONG)], late=True
    )
    path = platforms.write("submissions.zip", tree)
    gradebook = tmp_path / "gradebook.csv"
    gradebook.write_text(
        "Student,ID,SIS Login ID,Section,Sheet (5)\n    Points Possible,,,,10\n"
        '"Lovelace, Ada",4001,ada,One,\n',
        encoding="utf-8",
    )
    expected = {"latest": ("Ada Lovelace", 0.0, 2), "best": ("Ada Lovelace", 3.0, 1)}
    for which, (name, points, attempt) in expected.items():
        out = tmp_path / which
        arguments = ("--roster", str(gradebook), "--attempt", which)
        results = graded(course, [path], out, *arguments)
        assert {name: score(one) for name, one in results.items()} == {name: points}
        delivery = results[name]["delivery"]
        assert (delivery["late"], delivery["attempt"], delivery["attempts"]) == (True, attempt, 2)
        assert "1 marked as late: Ada Lovelace" in said(capsys)
        student = json.loads((out / results[name]["slug"] / "result.json").read_bytes())
        assert student["delivery"]["late"] is True
    assert "this is the best of them, attempt 1" in " ".join(results[name]["notes"])
    every = graded(course, [path], tmp_path / "all", "--attempt", "all")
    assert [score(one) for one in every.values()] == [3.0, 0.0]
    said(capsys)

    filled = tmp_path / "filled.csv"
    export = ["export", str(tmp_path / "best"), "--worksheet", str(gradebook), "--out"]
    assert main([*export, str(filled), "--format", "canvas"]) == 0
    text = said(capsys)
    assert "Points out of 5 were scaled to 10" in text
    assert "in place of another grade" not in text
    assert table(filled)[2] == ["Lovelace, Ada", "4001", "ada", "One", "6"]
    assert main([*export, str(tmp_path / "f.zip"), "--format", "canvas-feedback"]) == 0
    assert zipfile.ZipFile(tmp_path / "f.zip").namelist() == [
        "lovelaceada_LATE_4001_901_report.html"
    ]


def test_a_grade_that_stood_in_the_platforms_table_is_not_replaced_in_silence(
    course: Path, platforms: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    both = {"double.py": RIGHT, "halve.py": HALF}
    tree = platforms.moodle("Ada", 101, both) | platforms.moodle("Bo", 102, both)
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name\n101,Ada\n102,Bo\n", encoding="utf-8")
    path = platforms.write("d.zip", tree)
    graded(course, [path], tmp_path / "r", "--roster", str(roster))
    export = ["export", str(tmp_path / "r"), "--out", str(tmp_path / "filled.csv")]
    worksheet = tmp_path / "w.csv"
    moodle = "Identifier,Grade,Maximum grade\nParticipant 101,{},5.00\nParticipant 102,{},5.00\n"
    canvas = "Student,ID,Section,S (5)\n  Points Possible,,,5\nAda,101,,{}\nBo,102,,{}\n"
    for form, text in (("moodle", moodle), ("canvas", canvas)):
        to = [*export, "--worksheet", str(worksheet), "--format", form]
        for stood in (("", "-"), ("5", "5.00"), ("5,00", " 5.0 ")):
            cells = [f'"{cell}"' for cell in stood]
            worksheet.write_text(text.format(*cells), encoding="utf-8")
            said(capsys)
            main(to)
            assert "another grade" not in said(capsys), (form, stood)
        worksheet.write_text(text.format("4.50", ""), encoding="utf-8")
        main(to)
        told = said(capsys)
        assert "1 in place of another grade, which stood in the table:" in told
        assert "Ada: 4.50 → 5" in told


def test_people_of_one_name_have_different_lines(
    course: Path, platforms: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tree = platforms.moodle("Ada", 101, {"double.py": RIGHT})
    tree |= platforms.moodle("Ada", 102, {"double.py": WRONG})
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name\n101,Ada\n102,Ada\n103,Cy\n104,Cy\n", encoding="utf-8")
    path = platforms.write("d.zip", tree)
    arguments = ["grade", str(path), "--course", str(course), "--out", str(tmp_path / "r")]
    assert main([*arguments, "--roster", str(roster)]) == 0
    lines = said(capsys).splitlines()
    assert [line.split("  ")[0] for line in lines if line.startswith("Ada")] == [
        "Ada (101)",
        "Ada (102)",
    ]
    assert "2 on the roster, nothing handed in: Cy (103), Cy (104)" in lines


def test_a_roster_whose_ids_were_sorted_alone_is_said(
    course: Path, platforms: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tree = platforms.moodle("Ada", 101, {"double.py": RIGHT})
    tree |= platforms.moodle("Bo", 102, {"double.py": RIGHT})
    path = platforms.write("d.zip", tree)
    arguments = ["grade", str(path), "--course", str(course), "--out", str(tmp_path / "r")]
    roster = tmp_path / "roster.csv"
    for content, is_said in (
        ("id,name\n102,Ada\n101,Bo\n", True),
        ("id,name\n101,Ada\n103,Cy\n", False),
    ):
        roster.write_text(content, encoding="utf-8")
        assert main([*arguments, "--roster", str(roster)]) == 0
        assert ("mend the ids of the roster" in said(capsys)) is is_said


def test_grade_says_in_one_sentence_what_is_wrong_with_a_roster(
    course: Path, platforms: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = platforms.write("d.zip", platforms.moodle("Ada", 1, {"double.py": RIGHT}))
    roster = tmp_path / "roster.csv"
    roster.write_text("id,name\n1,Ada\n1,Bo\n", encoding="utf-8")
    arguments = ["grade", str(path), "--course", str(course), "--out", str(tmp_path / "r")]
    assert main([*arguments, "--roster", str(roster)]) == 2
    assert "line 3: the id '1' is in line 2 too" in said(capsys)
    assert not (tmp_path / "r").exists()


@pytest.mark.parametrize("form", ["moodle", "canvas", "moodle-feedback", "canvas-feedback"])
def test_results_of_no_platform_are_one_sentence(
    course: Path, platforms: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], form: str
) -> None:
    path = platforms.write("class", {"ada/work/double.py": RIGHT}, unpacked=True)
    graded(course, [path], tmp_path / "r")
    said(capsys)
    out = tmp_path / "out.file"
    assert main(["export", str(tmp_path / "r"), "--format", form, "--out", str(out)]) == 2
    text = said(capsys)
    assert len(text.splitlines()) == 1
    assert "None of the results came in a download of" in text
    assert not out.exists()
    assert main(["export", str(tmp_path / "r"), "--format", form]) == 2
    assert "is one file: name it by --out" in said(capsys)


def test_a_worksheet_is_never_written_over(
    course: Path, platforms: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = platforms.write("d.zip", platforms.moodle("Ada", 1, {"double.py": RIGHT}))
    graded(course, [path], tmp_path / "r")
    worksheet = tmp_path / "w.csv"
    worksheet.write_text("Identifier,Grade\nParticipant 1,\n", encoding="utf-8")
    arguments = ["export", str(tmp_path / "r"), "--format", "moodle", "--worksheet", str(worksheet)]
    assert main([*arguments, "--out", str(worksheet)]) == 2
    assert "is the table itself" in said(capsys)
    assert worksheet.read_text(encoding="utf-8") == "Identifier,Grade\nParticipant 1,\n"
