"""Each form that a grade leaves in has the final points: changed by hand, and less for lateness."""

from __future__ import annotations

import base64
import csv
import io
import json
import zipfile
from decimal import Decimal
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import openpyxl
import pytest

from grader.cli.main import main
from grader.exports.formats import FORMATS, PLATFORMS
from grader.intake import Caps, Entry, Kind, Layout
from grader.integrations.nbgrader import grades_csv
from grader.integrations.nbgrader.course_folder import Delivered
from grader.integrations.nbgrader.source import Assignment
from grader.report import write_reports
from grader.results import (
    Adjusted,
    ChangeKind,
    CheckInfo,
    CheckResult,
    ClassResult,
    CourseInfo,
    Delivery,
    ExerciseInfo,
    ExerciseResult,
    GradePolicy,
    LateRule,
    Outcome,
    SubmissionResult,
    from_json,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COURSE = CourseInfo(
    title="Sheet",
    digest="cd",
    exercises=(
        ExerciseInfo(
            id="a", number="1", title="A", files=("b.py",), max_points=10,
            checks=(CheckInfo(id="a.b.c", claim="c", max_points=10),),
        ),
    ),
)  # fmt: skip
# 8 of 10, two days late at 7.5 % a day, then 1 less by hand.
FINAL = {"Ada Byron": 5.8, "Bo Li": 8.25}
Points = dict[str, float]


def result(student: str, delivery: Delivery, points: str) -> SubmissionResult:
    check = CheckResult(
        id="a.b.c", file="b.py", claim="c", outcome=Outcome.FAILED, points=8, max_points=10
    )
    return SubmissionResult(
        student=student,
        slug=student.lower().replace(" ", "-"),
        digest="ab",
        exercises=(ExerciseResult(id="a", checks=(check,)),),
        delivery=delivery,
        policy=GradePolicy(late=(LateRule(percent_per_day=Decimal("7.5")),)),
        adjustments=(
            Adjusted(number=1, kind=ChangeKind.POINTS, points=Decimal(points), reason="so"),
        ),
    )


ADA = result(
    "Ada Byron",
    Delivery(
        platform="moodle", id="101", label="Ada Byron_101_assignsubmission_file_",
        late=True, late_seconds=93_600,
    ),
    "-1",
)  # fmt: skip
BO = result(
    "Bo Li", Delivery(platform="canvas", id="41", label="liboa_41_7_", late_seconds=0), "0.25"
)


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reports")
    write_reports(ClassResult(course=COURSE, submissions=(ADA, BO)), folder)
    return folder


def table(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def of_csv(out: Path) -> Points:
    rows = table(out.read_text("utf-8-sig"))
    return {row["student"]: float(row["score"]) for row in rows}


def of_json(out: Path) -> Points:
    found = from_json(out.read_bytes(), ClassResult).submissions
    return {one.student: one.final_score for one in found}


def of_junit(out: Path) -> Points:
    found = {}
    for suite in ET.parse(out).getroot():  # noqa: S314 - ours
        values = {one.get("name"): one.get("value") for one in suite.iter("property")}
        name = str(suite.get("name")).partition(":")[0]
        found[name] = float(values["final_score_of_submission"] or "nan")
    return found


def of_gradescope(out: Path) -> Points:
    slugs = {one.slug: one.student for one in (ADA, BO)}
    files = out.glob("*/results.json")
    return {slugs[one.parent.name]: json.loads(one.read_bytes())["score"] for one in files}


def of_classroom(out: Path) -> Points:
    slugs = {one.slug: one.student for one in (ADA, BO)}
    found = {}
    for file in out.glob("*.txt"):
        tests = json.loads(base64.b64decode(file.read_bytes()))["tests"]
        found[slugs[file.stem]] = float(sum(Decimal(str(one["score"])) for one in tests))
    return found


def of_xlsx(out: Path) -> Points:
    head, *rows = openpyxl.load_workbook(io.BytesIO(out.read_bytes()))["grades"].iter_rows(
        values_only=True
    )
    at = head.index("score")
    return {str(row[0]): float(row[at]) for row in rows}


def of_nobody(out: Path) -> Points:
    """Look at numbers about checks: no student's grade is in them that could be wrong."""
    content = out.read_text("utf-8-sig")
    assert not any(name in content for name in FINAL)
    return FINAL


def of_moodle(out: Path) -> Points:
    rows = table(out.read_text("utf-8-sig"))
    return {row["Full name"]: float(row["Grade"]) for row in rows} | {"Bo Li": FINAL["Bo Li"]}


def of_canvas(out: Path) -> Points:
    rows = [row for row in table(out.read_text("utf-8-sig")) if row["ID"]]
    points = {row["ID"]: float(next(v for k, v in row.items() if "Sheet" in k)) for row in rows}
    return {"Bo Li": points["41"], "Ada Byron": FINAL["Ada Byron"]}


def of_pages(out: Path) -> Points:
    """Look at the one page of the platform's zip; the other student came from elsewhere."""
    with zipfile.ZipFile(out) as pages:
        [name] = pages.namelist()
        page = pages.read(name).decode()
    [student] = [one for one in FINAL if f"<title>{one}" in page or one in page]
    assert f"{FINAL[student]:g} of 10 points" in page
    return FINAL


READ: dict[str, Callable[[Path], Points]] = {
    "csv": of_csv,
    "json": of_json,
    "junit": of_junit,
    "gradescope": of_gradescope,
    "classroom": of_classroom,
    "xlsx": of_xlsx,
    "statistics-csv": of_nobody,
    "statistics-json": of_nobody,
    "moodle": of_moodle,
    "canvas": of_canvas,
    "moodle-feedback": of_pages,
    "canvas-feedback": of_pages,
}


@pytest.mark.parametrize("form", [*FORMATS, *PLATFORMS])
def test_each_form_of_the_command_has_the_final_points(
    form: str, reports: Path, tmp_path: Path
) -> None:
    assert {one.student: one.final_score for one in (ADA, BO)} == FINAL
    out = tmp_path / "out"
    # 1 where somebody is not in it, who came from another platform.
    code = main(["export", str(reports), "--format", form, "--out", str(out)])
    assert code == (1 if form in PLATFORMS else 0)
    assert READ[form](out) == FINAL


def test_nbgraders_table_has_the_final_points() -> None:
    delivered = [
        Delivered(
            entry=Entry(
                name=one.student, path="", kind=Kind.FOLDER, layout=Layout(()), caps=Caps()
            ),
            student=one.student,
        )
        for one in (ADA, BO)
    ]
    rows = table(grades_csv(Assignment("ps1", (), ""), delivered, [ADA, BO]).decode())
    assert {row["student_id"]: float(row["score"]) for row in rows} == FINAL
    assert [row["raw_score"] for row in rows] == ["8.0", "8.0"]
    assert [row["late_submission_penalty"] for row in rows] == ["1.2", "0.0"]
