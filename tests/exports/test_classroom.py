"""What GitHub Classroom's reporter reads, and the workflow that brings it there."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec
import yaml

from grader.exports.classroom import classroom_json, classroom_output
from grader.exports.workflow import classroom_workflow
from grader.results import Outcome

if TYPE_CHECKING:
    from grader.results import SubmissionResult

ROOT = Path(__file__).parents[2]
# Linux: 128 KiB for one variable with its name.
VARIABLE = 131_072 - 100


class Case(msgspec.Struct, forbid_unknown_fields=True):
    """A test as the reporter reads it."""

    name: str
    status: Literal["pass", "fail", "error"]
    message: str
    test_code: str
    task_id: int
    filename: str
    line_no: int
    duration: int
    score: float


class Step(msgspec.Struct, forbid_unknown_fields=True):
    """A step's result."""

    version: int
    status: Literal["pass", "fail", "error"]
    max_score: float
    tests: list[Case]
    message: str = ""


def read(result: SubmissionResult) -> Step:
    return msgspec.json.decode(base64.b64decode(classroom_output(result)), type=Step)


def test_each_check_is_a_test_with_its_points(graded: SubmissionResult) -> None:
    found = read(graded)
    assert found.status == "fail"
    assert found.max_score == 11
    assert sum(case.score for case in found.tests) == 3.5
    assert [case.status for case in found.tests] == ["pass", "fail", "fail", "fail", "fail"]
    assert (found.tests[1].filename, found.tests[1].line_no) == ("net/learn.py", 7)
    assert "Half of it" in found.tests[1].message
    assert found.tests[1].duration == 250


def test_all_right_is_a_pass(graded: SubmissionResult) -> None:
    exercise = graded.exercises[0]
    checks = tuple(replace(c, outcome=Outcome.PASSED) for c in exercise.checks)
    assert read(replace(graded, exercises=(replace(exercise, checks=checks),))).status == "pass"


def test_an_error_of_ours_reports_no_points_at_all(provisional: SubmissionResult) -> None:
    found = read(provisional)
    assert found.status == "error"
    assert found.max_score == 0  # the reporter then leaves out its notice of points
    assert "run the job again" in found.message


def test_it_fits_into_a_variable_and_holds_no_command(hostile: SubmissionResult) -> None:
    output = classroom_output(hostile)
    assert len(output) < VARIABLE
    assert output.count(b"\n") == 1
    for case in read(hostile).tests:
        for text in (case.name, case.message, case.filename):
            assert "::" not in text
            assert "##[" not in text
            assert "\n" not in text


def test_many_long_messages_are_cut_and_the_points_stay(graded: SubmissionResult) -> None:
    exercise = graded.exercises[0]
    many = tuple(
        replace(exercise.checks[1], id=f"x.y.n{n}", message="m" * 1_000) for n in range(200)
    )
    content = classroom_json(replace(graded, exercises=(replace(exercise, checks=many),)))
    found = msgspec.json.decode(content, type=Step)
    assert len(content) <= 90_000
    assert sum(case.score for case in found.tests) == 300


def steps(content: bytes) -> dict[str, Any]:
    found = yaml.safe_load(content)
    return {step["name"]: step for step in found["jobs"]["run-autograding-tests"]["steps"]}


def test_the_workflow_gives_the_steps_result_to_the_reporter() -> None:
    found = steps(classroom_workflow(["warm_up"], ["graphs"]))
    reporter = found["Autograding Reporter"]
    runner = reporter["with"]["runners"]
    assert found["Check the submission"]["id"] == runner
    assert reporter["env"] == {
        f"{runner.upper()}_RESULTS": f"${{{{steps.{runner}.outputs.result}}}}"
    }
    assert "[graphs]" in found["Install the grader"]["run"]


def test_the_step_runs_and_no_print_of_a_submission_is_a_command(tmp_path: Path) -> None:
    work = tmp_path / "repository"
    folder = work / "exercises" / "warm_up"
    folder.mkdir(parents=True)
    for name in ("assignments", "solutions"):  # the course, which the repository holds
        (work / name).symlink_to(ROOT / name)
    reference = ROOT / "solutions" / "warm_up"
    forged = """
def relu(z):
    print('::notice title=Autograding report::{"totalPoints":99}')
    return z
"""
    for name, more in (("matrices.py", ""), ("neuron.py", forged)):
        (folder / name).write_text((reference / name).read_text() + more)
    script = steps(classroom_workflow(["warm_up"]))["Check the submission"]["run"]
    output = tmp_path / "output"
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "GITHUB_OUTPUT": str(output),
        "RUNNER_TEMP": str(tmp_path),
        "HOME": str(tmp_path),
    }
    run = subprocess.run(
        ["bash", "-e", "-c", script],  # noqa: S607  (as the machine of a job does)
        cwd=work,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    lines = run.stdout.splitlines()
    first = lines[0]
    assert first.startswith("::stop-commands::")
    end = lines.index(f"::{first.removeprefix('::stop-commands::')}::")
    assert any("::notice" in line for line in lines[:end])
    assert not any("::" in line for line in lines[end + 1 :])
    name, _, value = output.read_text().strip().partition("=")
    assert name == "result"
    step = msgspec.json.decode(base64.b64decode(value), type=Step)
    assert step.status == "fail"
    assert 0 < sum(case.score for case in step.tests) < step.max_score
