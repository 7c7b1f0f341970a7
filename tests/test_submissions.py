"""The sample class, graded: every score, every outcome and every diagnosis is as it should be."""

from __future__ import annotations

import tempfile
import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from grader.course import Course
from grader.intake import Layout, Refused, open_class
from grader.intake.sealed import Sealed
from grader.judge import Judge
from grader.results import CheckResult, Outcome, SubmissionResult
from tests.courses import the_course
from tests.launching import launcher

ROOT = Path(__file__).parents[1]
CLASS = Path(__file__).parent / "submissions"
SALT = b"sample class"
EXPECT = "expect.toml"
# Who is graded again: one of those that the gate grades anyway.
TWICE = "aline_moreau"


@cache
def course() -> Course:
    return the_course()


@cache
def handed_in() -> dict[str, Sealed]:
    """Return the class by name, without what it is expected to get."""
    found = {}
    for opened in open_class([CLASS], Layout(course().files)):
        assert not isinstance(opened, Refused), opened.reason
        files = {name: text for name, text in opened.files.items() if name != EXPECT}
        found[opened.name] = Sealed(opened.name, files, opened.notes)
    return found


@cache
def expected() -> dict[str, dict[str, Any]]:
    folders = {path.parent.name: path for path in CLASS.glob(f"*/{EXPECT}")}
    archives = {path.name.removesuffix(f".{EXPECT}"): path for path in CLASS.glob(f"*.{EXPECT}")}
    paths = sorted({**folders, **archives}.items())
    return {name: tomllib.loads(path.read_text(encoding="utf-8")) for name, path in paths}


@pytest.fixture(autouse=True)
def far_from_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run deep below the temporary folder: who looks for solutions above finds none of another."""
    deep = tmp_path / "a" / "b" / "c" / "d" / "e" / "f" / "g"
    deep.mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(deep))


def grade(name: str, *only: str) -> SubmissionResult:
    limits = expected()[name].get("limits", {})
    exercises = tuple(
        replace(
            exercise,
            limits=replace(exercise.limits, **limits),
            other_run_configs=tuple(
                replace(way, limits=replace(way.limits, **limits))
                for way in exercise.other_run_configs
            ),
        )
        for exercise in course().only(only or expected()[name]["score"]).exercises
    )
    limited = Course(course().title, course().root, course().digest, exercises)
    return Judge(limited, launcher(), salt=SALT).grade(handed_in()[name])


@cache
def first_grade(name: str) -> SubmissionResult:
    """Return what a student got the first time."""
    return grade(name)


def verdict(check: CheckResult) -> str:
    """Return the outcome and the names of the diagnoses, as they stand in `expect.toml`."""
    names = ", ".join(dict.fromkeys(diagnosis.name for diagnosis in check.diagnoses))
    return f"{check.outcome}: {names}" if names else str(check.outcome)


def wanted(check: CheckResult, checks: dict[str, str]) -> str:
    everything = f"{check.id.rpartition('.')[0]}.*"
    return checks.get(check.id, checks.get(everything, str(Outcome.PASSED)))


@pytest.mark.sampled(7)
@pytest.mark.parametrize("name", expected())
def test_each_submission_gets_what_it_should(name: str) -> None:
    result = first_grade(name)
    checks = [check for exercise in result.exercises for check in exercise.checks]
    expectations = expected()[name].get("checks", {})
    unlike = {
        check.id: f"{verdict(check)}, not {wanted(check, expectations)} ({check.message})"
        for check in checks
        if verdict(check) != wanted(check, expectations)
    }
    assert unlike == {}
    scores = {exercise.id: exercise.score for exercise in result.exercises}
    assert scores == pytest.approx(expected()[name]["score"])
    assert not result.provisional
    known = {check.id for check in checks} | {
        f"{check.id.rpartition('.')[0]}.*" for check in checks
    }
    assert set(expectations) <= known


def test_the_class_is_whole() -> None:
    assert set(handed_in()) == set(expected())
    assert len(expected()) >= 20
    assert all(expectation["about"] for expectation in expected().values())


def test_the_class_shows_every_kind_of_submission() -> None:
    scores = [sum(expectation["score"].values()) for expectation in expected().values()]
    full = [sum(e.points for e in course().only(x["score"]).exercises) for x in expected().values()]
    assert sum(score == most for score, most in zip(scores, full, strict=True)) >= 5
    assert 0 in scores
    verdicts = {v for e in expected().values() for v in e.get("checks", {}).values()}
    outcomes = {v.partition(":")[0] for v in verdicts}
    every = {"failed", "crashed", "over_limit", "skipped", "unreadable"}
    assert outcomes == every | outcomes & {"passed"}
    mistakes = {n for v in verdicts for n in v.partition(": ")[2].split(", ") if n}
    assert len(mistakes) >= 15


def test_a_second_run_is_identical() -> None:
    def stable(result: SubmissionResult) -> list[CheckResult]:
        checks = [check for exercise in result.exercises for check in exercise.checks]
        return [replace(check, wall_seconds=0.0) for check in checks]

    assert stable(grade(TWICE)) == stable(first_grade(TWICE))
