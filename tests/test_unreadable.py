"""What came and cannot be graded is not "nothing was handed in": an outcome of its own."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import shutil
import zipfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from grader.cli.main import main
from grader.course import Course, load_course
from grader.exports.filling import grade_of
from grader.exports.gradebook import gradebook_csv
from grader.intake import Layout, Refused, open_class
from grader.judge import Judge
from grader.report import render_class, render_student
from grader.results import ClassResult, Outcome, State, from_json, to_json
from grader.sandbox.doctor import best_level
from tests.launching import launcher

if TYPE_CHECKING:
    from grader.results import SubmissionResult

ROOT = Path(__file__).parents[1]
CASE = Path(__file__).parent / "cases" / "class_pdf_is_nothing_handed_in"
GOOD = (ROOT / "solutions" / "gradient" / "gradient.py").read_bytes()
PDF = b"%PDF-1.4\n" + b"x" * 2_000


def packed(files: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return file.getvalue()


@cache
def course() -> Course:
    return load_course(ROOT).only(["gradient", "random_data"])


def graded(folder: Path) -> dict[str, SubmissionResult]:
    judge = Judge(course(), launcher(), salt=b"salt")
    results = {}
    for opened in open_class([folder], Layout.of(course().files, course().stubs)):
        name = opened.name
        if isinstance(opened, Refused):
            results[name] = judge.refuse(name, name, opened.reason, opened.received)
        else:
            results[name] = judge.grade(opened, name)
    return results


def write(folder: Path, files: dict[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def outcomes(result: SubmissionResult) -> dict[str, set[Outcome]]:
    return {e.id: {check.outcome for check in e.checks} for e in result.exercises}


def notebook(kernel: str, language: str) -> bytes:
    """Return a notebook with a cell of text."""
    spec = {"name": kernel, "language": language, "display_name": language}
    cells = [{"cell_type": "markdown", "metadata": {}, "source": "def gradient(x, y): ..."}]
    form = {"nbformat": 4, "nbformat_minor": 5, "cells": cells}
    return json.dumps({**form, "metadata": {"kernelspec": spec}}).encode()


RAW = notebook("python3", "python").replace(b'"markdown"', b'"raw"')
# What is handed in, and what it is called.
KINDS: dict[str, tuple[dict[str, bytes], str]] = {
    "pdf": ({"gradient.pdf": PDF}, "a PDF"),
    "pdf under the right name": ({"gradient/gradient.py": PDF}, "a PDF"),
    "capitals": ({"TP1.PDF": PDF}, "a PDF"),
    "word": ({"tp1.docx": packed({"word/document.xml": b""})}, "a text document"),
    "old word": ({"tp1.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1x"}, "a text document"),
    "rtf": ({"tp1.rtf": b"{\\rtf1 x}"}, "a text document"),
    "open document": ({"tp1.odt": packed({"content.xml": b""})}, "a text document"),
    "page of a notebook": ({"gradient.html": b"<!DOCTYPE html><html>"}, "a web page"),
    "page under the right name": ({"gradient/gradient.py": b"\n<!doctype html>"}, "a web page"),
    "shortcut": ({"gradient.url": b"[InternetShortcut]\nURL=x"}, "a link"),
    "shortcut of a Mac": ({"nb.webloc": b"<?xml version='1.0'?>"}, "a link"),
    "shortcut of Windows": ({"gradient.py.lnk": b"L\0\0\0\1\x14\2\0"}, "a link"),
    "screenshot": ({"IMG_1.png": b"\x89PNG\r\n\x1a\n0"}, "a picture"),
    "photographs": ({"a.jpg": b"\xff\xd8\xff\xe0", "b.HEIC": b"0"}, "a picture"),
    "rar": ({"work.rar": b"Rar!\x1a\x07\0"}, "an archive of a kind that is not opened"),
    "7z": ({"work.7z": b"7z\xbc\xaf\x27\x1c"}, "an archive of a kind that is not opened"),
    "rar called zip": ({"work.zip": b"Rar!\x1a\x07\0"}, "a folder"),
    "empty archive": ({"work.zip": packed({})}, "an empty archive"),
    "archive of a pdf": ({"work.zip": packed({"gradient.pdf": PDF})}, "a PDF"),
    "online text": ({"onlinetext.html": b"def gradient"}, "text on the platform's page"),
    "damaged notebook": ({"gradient.ipynb": b'{"cells": ['}, "a damaged notebook"),
    "damaged notebook of another name": ({"tp1.ipynb": b"PK\3\4"}, "a damaged notebook"),
    "notebook in R": ({"tp1.ipynb": notebook("ir", "R")}, "a notebook in R, not in Python"),
    "notebook of text": ({"tp1.ipynb": notebook("python3", "python")}, "a notebook without code"),
    "notebook of raw cells": ({"gradient.ipynb": RAW}, "a notebook without code"),
    "texts under the right name": ({"gradient.ipynb": notebook("python3", "python")},
                                   "a notebook without code"),
    "name of a device": ({"con.py": b"def gradient(x, y): ..."},
                         "a file whose name not every system can have"),
    "video": ({"demo.mp4": b"0"}, "a video or a sound"),
    "another language": ({"gradient.m": b"function y"}, "code in another language"),
    "text": ({"code.txt": b"def gradient(x, y): ..."}, "a file"),
}  # fmt: skip


def test_what_came_is_listed_and_has_no_grade(tmp_path: Path) -> None:
    for name, (files, _) in KINDS.items():
        write(tmp_path / "class" / name, files)
    results = graded(tmp_path / "class")
    assert set(results) == set(KINDS)
    for name, (files, kind) in KINDS.items():
        result = results[name]
        assert result.state is State.UNREADABLE, name
        assert result.refused.endswith("."), name
        assert kind in [one.kind for one in result.received], (name, result.received)
        assert all(found == {Outcome.UNREADABLE} for found in outcomes(result).values()), name
        assert not result.withheld
        page = render_student(result, course().info)
        assert "no grade yet" in page
        assert "nothing was handed in" not in page.lower()
        if kind not in ("a folder", "a PDF", "an empty archive"):
            assert {one.name for one in result.received} == set(files)
            assert [one.size for one in result.received] == [len(c) for c in files.values()]


NOTHING: dict[str, dict[str, bytes]] = {
    "empty folder": {},
    "left behind by programs": {".DS_Store": b"0", "__MACOSX/._x": b"0", ".git/config": b"x"},
    "as it was given out": {
        "README.md": (ROOT / "assignments" / "README.md").read_bytes(),
        "gradient/README.md": (ROOT / "assignments" / "gradient" / "README.md").read_bytes(),
    },
}


def test_nothing_is_nothing(tmp_path: Path) -> None:
    for name, files in NOTHING.items():
        write(tmp_path / "class" / name, files)
    for name, result in graded(tmp_path / "class").items():
        assert (result.state, result.score, result.received) == (State.EMPTY, 0.0, ()), name
        assert all(found == {Outcome.SKIPPED} for found in outcomes(result).values())


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> dict[str, SubmissionResult]:
    """Return submissions of which a part can be graded."""
    folder = tmp_path_factory.mktemp("beside") / "class"
    random_data = (ROOT / "assignments" / "neural_net" / "learn_random_data.py").read_bytes()
    write(folder / "report", {"gradient/gradient.py": GOOD, "report.pdf": PDF})
    write(folder / "plots", {"gradient/gradient.py": GOOD, "plot.png": b"\x89PNG\r\n\x1a\n"})
    write(folder / "part", {"gradient.pdf": PDF, "neural_net/learn_random_data.py": random_data})
    write(folder / "numbered", {"TP1_ana.docx": b"PK\3\4", "learn_random_data.py": random_data})
    write(folder / "stubs", {"neural_net/learn_random_data.py": random_data, "my work.pdf": PDF})
    return graded(folder)


def test_a_thing_beside_good_files_is_noted_and_costs_nothing(
    beside: dict[str, SubmissionResult],
) -> None:
    report, plots = beside["report"], beside["plots"]
    assert report.state is plots.state is State.GRADED
    assert report.score == plots.score == 15
    assert [one.name for one in report.received] == ["report.pdf"]
    assert any('"report.pdf" is a PDF and was not graded' in note for note in report.notes)
    assert (plots.received, plots.notes) == ((), ())


@pytest.mark.parametrize(("name", "file"), [("part", "gradient.pdf"), ("numbered", "TP1_ana.docx")])
def test_an_exercise_for_which_only_such_a_thing_came_is_told(
    beside: dict[str, SubmissionResult], name: str, file: str
) -> None:
    result = beside[name]
    assert result.state is State.GRADED
    assert outcomes(result)["gradient"] == {Outcome.UNREADABLE}
    assert Outcome.UNREADABLE not in outcomes(result)["random_data"]
    first = result.exercises[0].checks[0].message
    assert first.startswith("What came for this exercise cannot be graded as it is")
    assert f'"{file}"' in first
    assert file in render_student(result, course().info)


def test_the_class_page_shows_first_what_needs_a_person(
    beside: dict[str, SubmissionResult], tmp_path: Path
) -> None:
    write(tmp_path / "class" / "pdf", {"gradient.pdf": PDF})
    write(tmp_path / "class" / "nothing", {})
    results = [*beside.values(), *graded(tmp_path / "class").values()]
    page = render_class(ClassResult(course=course().info, submissions=tuple(results)))
    section = page[page.index("Handed in, and cannot") : page.index('aria-labelledby="scores"')]
    assert section.index(">pdf<") < section.index(">part<")
    for name in ("pdf", "part", "numbered", "stubs"):
        assert f">{name}<" in section
    for name in ("report", "plots", "nothing"):
        assert f">{name}<" not in section
    assert ">7</dd>" in page  # all of them
    assert "without a grade" in page


# ---------------------------------------------------------------------------- from end to end


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the reports of a download of Moodle in which somebody handed in a PDF."""
    folder = tmp_path_factory.mktemp("end to end")
    download = folder / "download"
    shutil.copytree(CASE / "ana", download / "Ana Lima_101_assignsubmission_file")
    write(download / "Bo Berg_102_assignsubmission_file", {"gradient.py": GOOD})
    write(download / "Cy Cole_103_assignsubmission_onlinetext", {"onlinetext.html": b"def x"})
    out = folder / "reports"
    command = ["grade", str(download), "--out", str(out), "--exercise", "1"]
    assert main([*command, "--isolation", best_level(), "--workers", "1"]) == 1
    return out


def exported(reports: Path, form: str, out: Path, *more: str) -> int:
    return main(["export", str(reports), "--format", form, "--out", str(out), *more])


def test_the_case_of_a_pdf_is_told_first(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    shutil.copytree(CASE, tmp_path / "class")
    write(tmp_path / "class" / "bo", {"gradient/gradient.py": GOOD})
    command = ["grade", str(tmp_path / "class"), "--out", str(tmp_path / "reports")]
    assert main([*command, "--exercise", "1", "--isolation", best_level(), "--workers", "1"]) == 1
    said = capsys.readouterr().out
    assert said.index("1 submission has no grade") < said.index('"gradient.pdf"')
    assert said.index('"gradient.pdf"') < said.index("no grade  what came")
    assert "nothing was handed in" not in said
    whole = from_json((tmp_path / "reports" / "results.json").read_bytes(), ClassResult)
    ana = next(s for s in whole.submissions if s.student == "ana")
    assert ana.state is State.UNREADABLE
    assert [one.name for one in ana.received] == ["gradient.pdf"]


def test_the_gradebook_is_blank(
    reports: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exported(reports, "csv", tmp_path / "grades.csv") == 0
    rows = list(csv.DictReader((tmp_path / "grades.csv").read_text("utf-8-sig").splitlines()))
    ana, bo, cy = rows
    for row in (ana, cy):
        assert (row["score"], row["at_most"], row["gradient"]) == ("", "", "")
        assert row["state"] == "unreadable"
    assert (bo["score"], bo["state"]) == ("15", "graded")
    said = capsys.readouterr().err
    assert "2 grades are left blank:" in said
    assert "Ana Lima has no grade" in said
    assert "gradient.pdf" in said
    assert "Bo Berg" not in said


def test_the_tables_of_platforms_stay_as_they_were(
    reports: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exported(reports, "moodle", tmp_path / "filled.csv") == 1
    rows = list(csv.reader((tmp_path / "filled.csv").read_text("utf-8").splitlines()))
    assert [row[2] for row in rows[1:]] == ["", "15", ""]
    assert "Ana Lima has no grade: What was handed in" in capsys.readouterr().out
    gradebook = tmp_path / "canvas.csv"
    gradebook.write_text("Student,ID,Sheet (5)\n    Points Possible,,30\nAna Lima,1,7\n")
    main(["export", str(reports), "--format", "canvas", "--worksheet", str(gradebook),
          "--out", str(tmp_path / "c.csv")])  # fmt: skip
    assert "Ana Lima,1,7" in (tmp_path / "c.csv").read_text("utf-8")


def test_no_form_for_machines_has_a_zero(reports: Path, tmp_path: Path) -> None:
    for form in ("gradescope", "classroom"):
        assert exported(reports, form, tmp_path / form) == 0
    document = json.loads((tmp_path / "gradescope" / "Ana-Lima" / "results.json").read_bytes())
    assert "score" not in document
    assert not any("score" in test or "status" in test for test in document["tests"])
    assert "This has no grade yet." in document["output"]
    graded_one = json.loads((tmp_path / "gradescope" / "Bo-Berg" / "results.json").read_bytes())
    assert sum(test["score"] for test in graded_one["tests"]) == 15
    told = json.loads(base64.b64decode((tmp_path / "classroom" / "Ana-Lima.txt").read_bytes()))
    assert (told["max_score"], told["status"]) == (0, "error")
    assert "gradient.pdf" in told["message"]
    exported(reports, "junit", tmp_path / "junit.xml")
    suites = ET.parse(tmp_path / "junit.xml").getroot()  # noqa: S314 - a file of our own
    scores = {
        suite.get("name", "").partition(":")[0]: {p.get("name") for p in suite.iter("property")}
        for suite in suites
    }
    assert "score" not in scores["Ana Lima"]
    assert "score" in scores["Bo Berg"]


def test_a_result_of_that_kind_is_read_back(reports: Path, tmp_path: Path) -> None:
    assert exported(reports, "json", tmp_path / "all.json") == 0
    whole = from_json((tmp_path / "all.json").read_bytes(), ClassResult)
    assert [s.state for s in whole.submissions] == ["unreadable", "graded", "unreadable"]
    assert from_json(to_json(whole), ClassResult) == whole


def test_totals_are_never_out_of_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = ("beyond/cross_entropy.py", "answers.toml")
    write(tmp_path / "me", {file: (ROOT / "solutions" / file).read_bytes() for file in files})
    for options in (["--exercise", "9", "--all"], ["--exercise", "Q"]):
        page = tmp_path / "page.html"
        main(["check", str(tmp_path / "me"), "--course", str(ROOT), *options, "--html", str(page)])
        for text in (capsys.readouterr().out, page.read_text("utf-8")):
            assert not re.search(r"of 0(?![.\d])", text), options
            assert "/0<" not in text


def test_of_two_files_the_one_that_cannot_be_read_has_no_grade_and_the_other_has(
    tmp_path: Path,
) -> None:
    right = (ROOT / "solutions" / "gradient" / "gradient_2.py").read_bytes()
    write(
        tmp_path / "class" / "ann",
        {"gradient/gradient.ipynb": b'{"cells": [{', "gradient/gradient_2.py": right},
    )
    [result] = graded(tmp_path / "class").values()
    said = {check.file: check for check in result.exercises[0].checks}
    assert said["gradient/gradient.py"].outcome is Outcome.UNREADABLE
    assert "a damaged notebook" in said["gradient/gradient.py"].message
    assert result.exercises[0].score == 15
    assert [one.name for one in result.received] == ["gradient/gradient.ipynb"]


def test_a_grade_that_is_not_whole_is_passed_on_by_nobody_in_silence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    right = (ROOT / "solutions" / "gradient" / "gradient_2.py").read_bytes()
    files = {"gradient/gradient.ipynb": b'{"cells": [{', "gradient/gradient_2.py": right}
    write(tmp_path / "class" / "ann", files)
    [result] = graded(tmp_path / "class").values()
    assert (result.state, result.score, result.open_points) == (State.GRADED, 15, 15)
    assert grade_of(result).startswith("has a part without a grade: What came for gradient/gr")
    table = gradebook_csv([result]).decode("utf-8-sig")
    assert '"ann","ann",15,30,80,' in table
    assert "a damaged notebook" in table
    (tmp_path / "result.json").write_bytes(to_json(result))
    assert main(["export", str(tmp_path / "result.json"), "--format", "csv"]) == 0
    assert "1 grade is left blank, or a part of it:" in capsys.readouterr().err


def test_a_text_that_has_the_name_of_a_file_is_not_nothing(tmp_path: Path) -> None:
    right = (ROOT / "solutions" / "gradient" / "gradient_2.py").read_bytes()
    files = {"gradient.md": b"My gradient(x, y) is in the appendix.\n", "gradient_2.py": right}
    write(tmp_path / "class" / "ann", files)
    write(tmp_path / "class" / "bo", {"gradient/gradient_2.py": right})
    found = graded(tmp_path / "class")
    said = {check.file: check for check in found["ann"].exercises[0].checks}
    assert said["gradient/gradient.py"].outcome is Outcome.UNREADABLE
    assert '"gradient.md" (a text' in said["gradient/gradient.py"].message
    assert found["bo"].exercises[0].checks[0].outcome is Outcome.FAILED
