"""``grader export``: from stored results to files of other systems."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from grader.cli.main import main
from grader.report import write_reports
from grader.results import ClassResult, SubmissionResult, from_json, to_json

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def reports(tmp_path: Path, group: ClassResult) -> Path:
    """Return a folder of reports, as far as an export looks at it."""
    folder = tmp_path / "reports"
    (folder / "ada").mkdir(parents=True)
    (folder / "results.json").write_bytes(to_json(group))
    (folder / "ada" / "result.json").write_bytes(to_json(group.submissions[0]))
    return folder


def test_a_gradebook_of_the_class(reports: Path, tmp_path: Path) -> None:
    out = tmp_path / "grades.csv"
    assert main(["export", str(reports), "--format", "csv", "--out", str(out)]) == 0
    rows = list(csv.reader(out.read_text("utf-8-sig").splitlines()))
    assert [row[0] for row in rows] == ["student", "Ada Byron", "Émile Borel", "Zoë"]


def test_one_file_for_each_submission(reports: Path, tmp_path: Path) -> None:
    out = tmp_path / "gradescope"
    assert main(["export", str(reports), "--format", "gradescope", "--out", str(out)]) == 0
    found = {path.parent.name: json.loads(path.read_bytes()) for path in out.rglob("*.json")}
    assert set(found) == {"ada", "emile", "zoe"}
    assert sum(test.get("score", 0) for test in found["ada"]["tests"]) == 3.5


def test_one_submission_of_the_class_to_a_pipe(
    reports: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    command = ["export", str(reports), "--student", "emile", "--hidden", "hidden"]
    assert main([*command, "--format", "gradescope"]) == 0
    found = json.loads(capfdbinary.readouterr().out)
    assert found["extra_data"]["provisional"]
    assert "hidden" in {test["visibility"] for test in found["tests"]}


@pytest.mark.parametrize("what", ["ada", "ada/result.json"])
def test_the_result_of_one_submission_by_itself(
    reports: Path, capfdbinary: pytest.CaptureFixture[bytes], what: str
) -> None:
    assert main(["export", str(reports / what), "--format", "junit"]) == 0
    root = ET.fromstring(capfdbinary.readouterr().out)  # noqa: S314  (our own)
    assert root.get("tests") == "5"


def test_json_is_what_is_read_back(
    reports: Path, group: ClassResult, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["export", str(reports), "--format", "json"]) == 0
    assert from_json(capfdbinary.readouterr().out, ClassResult) == group
    assert main(["export", str(reports / "ada"), "--format", "json"]) == 0
    assert from_json(capfdbinary.readouterr().out, SubmissionResult) == group.submissions[0]


@pytest.fixture
def written(tmp_path: Path, group: ClassResult) -> Path:
    """Return a folder of reports as `grader grade` leaves it: evidence in each student's files."""
    write_reports(group, tmp_path / "written")
    return tmp_path / "written"


@pytest.mark.parametrize("form", ["csv", "junit", "json"])
def test_a_class_whose_evidence_lies_beside_is_exported_alike(
    reports: Path, written: Path, capfdbinary: pytest.CaptureFixture[bytes], form: str
) -> None:
    said = []
    for folder in (reports, written):
        assert main(["export", str(folder), "--format", form]) == 0
        said.append(capfdbinary.readouterr().out)
    assert said[0] == said[1]


@pytest.mark.parametrize("form", ["gradescope", "classroom"])
def test_what_students_are_told_is_read_from_their_own_files(
    reports: Path, written: Path, tmp_path: Path, form: str
) -> None:
    made = []
    for number, folder in enumerate((reports, written)):
        out = tmp_path / f"out{number}"
        assert main(["export", str(folder), "--format", form, "--out", str(out)]) == 0
        made.append({p.relative_to(out): p.read_bytes() for p in out.rglob("*") if p.is_file()})
    assert made[0] == made[1]
    assert made[0]


def test_a_class_file_without_the_students_own_is_refused_where_they_are_needed(
    written: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    alone = tmp_path / "results.json"
    alone.write_bytes((written / "results.json").read_bytes())
    assert main(["export", str(alone), "--format", "csv"]) == 0
    capsys.readouterr()
    assert main(["export", str(alone), "--format", "junit"]) == 2
    said = capsys.readouterr().err
    assert "course.json cannot be read" in said
    assert said.count("\n") == 1


def test_an_older_file_stays_where_the_new_one_cannot_be_made(
    reports: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "grades.csv"
    out.write_text("old")
    (reports / "results.json").write_text("{")
    assert main(["export", str(reports), "--format", "csv", "--out", str(out)]) == 2
    assert out.read_text() == "old"
    assert "cannot be used" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("nothing", None, "No results can be read"),
        ("text", b"hello", "not a result of schema version 1"),
        ("list", b"[]", "not a result of schema version 1"),
        ("deep", b"[" * 100_000, "not a result of schema version 1"),
        ("bytes", b"\xff\x00\xfe", "not a result of schema version 1"),
        ("empty", b"", "not a result of schema version 1"),
        ("later", b'{"schema_version": 2}', "cannot be used"),
    ],
)
def test_what_is_no_result_is_refused_in_one_sentence(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    content: bytes | None,
    words: str,
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    assert main(["export", str(path), "--format", "csv"]) == 2
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--format", "gradescope"], "say --out FOLDER"),
        (["--format", "csv", "--student", "nobody"], "no submission of 'nobody'"),
        (["--format", "csv", "--out", "."], "is a folder"),
    ],
)
def test_a_command_in_vain_says_what_to_do(
    reports: Path, capsys: pytest.CaptureFixture[str], more: list[str], words: str
) -> None:
    assert main(["export", str(reports), *more]) == 2
    assert words in capsys.readouterr().err


@pytest.mark.parametrize(
    "command",
    [
        ["export", "{}", "--format", "csv", "--out"],
        ["gradescope-zip", "--exercise", "0", "--out"],
        ["classroom", "--exercise", "0", "--out"],
    ],
)
def test_what_cannot_be_written_is_one_sentence(
    reports: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    (tmp_path / "file").write_text("old")
    words = [word.format(reports) for word in command]
    assert main([*words, str(tmp_path / "file" / "x")]) == 2
    said = capsys.readouterr().err
    assert "cannot be written" in said
    assert said.count("\n") == 1
    assert (tmp_path / "file").read_text() == "old"


def test_a_name_that_leads_out_of_the_folder_is_refused(
    reports: Path, group: ClassResult, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = replace(group.submissions[0], slug="../../out")
    (reports / "results.json").write_bytes(to_json(replace(group, submissions=(bad, bad))))
    out = tmp_path / "a" / "b"
    assert main(["export", str(reports), "--format", "classroom", "--out", str(out)]) == 2
    assert "not a valid name" in capsys.readouterr().err
    assert not list(tmp_path.glob("out*"))
