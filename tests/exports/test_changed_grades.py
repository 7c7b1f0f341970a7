"""Every form of another system gets the points that count; Moodle gives each of a group theirs."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from grader.cli.main import main
from grader.course.roster import read_roster
from grader.exports.canvas import canvas_grades, new_gradebook
from grader.exports.classroom import classroom_json
from grader.exports.feedback_zip import feedback_names
from grader.exports.filling import grade_of
from grader.exports.gradebook import gradebook_csv
from grader.exports.gradescope import gradescope_results
from grader.exports.junit import junit_xml
from grader.exports.moodle import moodle_grades, moodle_members, moodle_numbers
from grader.intake import Caps, Entry, Kind, Layout
from grader.results import (
    Adjusted,
    ChangeKind,
    CheckResult,
    Delivery,
    ExerciseResult,
    FreeText,
    GradePolicy,
    LateRule,
    Outcome,
    QuestionWorth,
    SubmissionResult,
    for_student,
    to_json,
)
from grader.util.csv_tables import read_table

if TYPE_CHECKING:
    from pathlib import Path

WORKSHEET = (
    "Identifier,Full name,Email address,Status,Group,Grade,Maximum grade\n"
    "Participant 101,Ada Byron,ada@x.org,Submitted for grading - 1 day 2 hours late,Team 7,,10.00\n"
    "Participant 102,Bo Li,bo@x.org,Submitted for grading - 1 day 2 hours late,Team 7,,10.00\n"
    "Participant 103,Cy Ek,cy@x.org,Submitted for grading,,,10.00\n"
)
LATE = LateRule(percent_per_day=Decimal("7.5"))


@pytest.fixture
def changed() -> SubmissionResult:
    """Return a result of 8 points of 10, of which 7 count."""
    check = CheckResult(
        id="a.b.c", file="b.py", claim="c", outcome=Outcome.FAILED, points=8, max_points=10
    )
    return SubmissionResult(
        student="Team 7",
        slug="team-7",
        digest="",
        exercises=(ExerciseResult(id="a", checks=(check,)),),
        delivery=Delivery(platform="moodle", id="77", label="Team 7_77_assignsubmission_file_"),
        adjustments=(
            Adjusted(number=1, kind=ChangeKind.POINTS, points=Decimal(-1), reason="=copied"),
        ),
    )


@pytest.fixture
def worksheet(tmp_path: Path) -> Path:
    path = tmp_path / "worksheet.csv"
    path.write_text(WORKSHEET)
    return path


def test_each_form_has_the_points_that_count(changed: SubmissionResult) -> None:
    shown = for_student(changed)
    document = json.loads(gradescope_results(shown))
    assert document["score"] == 7
    assert "=copied" in document["output"]
    document = json.loads(classroom_json(shown))
    assert sum(test["score"] for test in document["tests"]) == 7
    assert b'name="final_score_of_submission" value="7"' in junit_xml([shown])
    line = gradebook_csv([changed]).decode("utf-8-sig").splitlines()[1]
    assert line.startswith('"Team 7","team-7",7,7,10,"graded",8,')
    canvas = replace(changed, delivery=Delivery(platform="canvas", id="41"))
    filled = canvas_grades(new_gradebook([canvas], "Sheet (5)"), [canvas], "5")
    assert filled.content.splitlines()[2].endswith(b",7")


def test_each_of_a_group_gets_grade_and_report(changed: SubmissionResult, worksheet: Path) -> None:
    table = read_table(worksheet)
    group = replace(changed, delivery=replace(changed.delivery, group=True))
    filled = moodle_grades(table, [group])
    assert [line.split(b",")[5] for line in filled.content.splitlines()[1:]] == [b"7", b"7", b""]
    found = feedback_names(
        [group], "moodle", moodle_numbers(table), lambda one: moodle_members(table, one)
    )
    assert [name for name, _ in found.names] == [
        "Ada Byron_101_assignsubmission_file_report.html",
        "Bo Li_102_assignsubmission_file_report.html",
    ]
    assert found.left == ()


def test_moodles_words_for_lateness_take_what_the_course_says(
    changed: SubmissionResult, worksheet: Path
) -> None:
    roster = read_roster(worksheet)
    entries = [
        Entry(
            name=name, path="", kind=Kind.FOLDER, layout=Layout(()), caps=Caps(),
            delivery=Delivery(platform="moodle", id=number),
        )
        for name, number in (("Ada Byron", "101"), ("Cy Ek", "103"))
    ]  # fmt: skip
    late, in_time = (one.delivery for one in roster.assign(entries)[0])
    assert (late.late, late.late_seconds, late.late_said) == (True, 93_600, "1 day 2 hours late")
    assert (in_time.late, in_time.late_seconds) == (False, 0)
    of = replace(changed, delivery=late, policy=GradePolicy(late=(LATE,)), adjustments=())
    assert of.final_score == 6.8  # 8 less 15 %


def test_gradescope_is_told_in_words_who_is_excused(
    changed: SubmissionResult, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its form has no place for it, and it shows a score in any case."""
    excused = replace(changed, adjustments=(Adjusted(number=1, kind=ChangeKind.EXCUSED),))
    said = "Gradescope cannot say so"
    assert said in json.loads(gradescope_results(excused))["output"]
    assert said not in json.loads(gradescope_results(changed))["output"]
    for one, sentence in ((excused, "cannot say that somebody is excused"), (changed, "")):
        path = tmp_path / "result.json"
        path.write_bytes(to_json(one))
        out = str(tmp_path / "results.json")
        assert main(["export", str(path), "--format", "gradescope", "--out", out]) == 0
        told = " ".join(capsys.readouterr().err.split())
        assert sentence in told
        assert ("excused" in told) == bool(sentence)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"adjustments": (Adjusted(number=1, kind=ChangeKind.EXCUSED),)}, "is excused"),
        (
            {
                "free_text": (FreeText(question="q", answer="a", exercise="a"),),
                "policy": GradePolicy(
                    by_hand=(QuestionWorth(exercise="a", question="q", points=Decimal(2)),)
                ),
            },
            "1 answer that waits",
        ),
    ],
)
def test_what_is_no_grade_yet_is_not_passed_on(
    changed: SubmissionResult, worksheet: Path, more: dict[str, object], reason: str
) -> None:
    of = replace(changed, **more)  # type: ignore[arg-type]
    assert reason in grade_of(of)
    filled = moodle_grades(read_table(worksheet), [of])
    assert filled.count == 0
    assert reason in filled.left[0]
