"""Files of one exercise are judged apart, and a package that we lack costs nobody a point."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.course import Course, load_course
from grader.course.profiles import RunConfig
from grader.intake.sealed import Sealed
from grader.judge import Judge
from grader.results import Outcome
from grader.sandbox.launcher import Profile
from tests.launching import launcher

if TYPE_CHECKING:
    from grader.results import ExerciseResult

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def course() -> Course:
    return load_course(ROOT, ["0", "2"])


def grade(course: Course, number: str, **changed: str) -> ExerciseResult:
    """Grade the references, each with lines before it."""
    exercise = course.only([number]).exercises[0]
    files = {
        part.file: f"{changed.get(Path(part.file).stem, '')}\n".encode()
        + (ROOT / "solutions" / part.file).read_bytes()
        for part in exercise.parts
    }
    wanted = Course(course.title, course.root, course.digest, (exercise,))
    result = Judge(wanted, launcher(), salt=b"apart").grade(Sealed("ann", files))
    return result.exercises[0]


@pytest.mark.parametrize(
    "change",
    [
        "import numpy as np; np.seterr(all='raise')",
        "import warnings; warnings.simplefilter('error')",
        "import os, sys; os.chdir('/'); sys.path.clear()",
    ],
)
def test_what_one_file_changes_costs_the_other_nothing(course: Course, change: str) -> None:
    neuron = [c for c in grade(course, "0", matrices=change).checks if c.file.endswith("neuron.py")]
    assert sum(check.points for check in neuron) == 11
    assert {check.outcome for check in neuron} == {Outcome.PASSED}


@pytest.fixture
def lacking(course: Course) -> Course:
    """Return a course whose exercise 2 may be solved with a package that nobody has."""
    way = RunConfig(
        profile=Profile(name="torch", preload=("numpy", "no_such_package")),
        limits=course.exercises[1].limits,
        for_imports=("no_such_package",),
    )
    exercises = (course.exercises[0], replace(course.exercises[1], other_run_configs=(way,)))
    return replace(course, exercises=exercises)


def test_an_unused_import_of_a_package_that_we_lack(lacking: Course) -> None:
    unused = "import no_such_package\ndef nobody():\n    return no_such_package.zeros(3)"
    result = grade(lacking, "2", learn_random_data=unused)
    assert (result.score, result.withheld) == (50, 0)


def test_wrong_code_is_wrong_beside_an_unused_import(lacking: Course) -> None:
    result = grade(
        lacking, "2", learn_random_data="import no_such_package\nraise NotImplementedError"
    )
    assert result.withheld == 0


def test_what_uses_the_package_stays_open_and_the_rest_is_judged(lacking: Course) -> None:
    exercise = lacking.exercises[1]
    source = (ROOT / "solutions" / exercise.parts[0].file).read_text()
    assert source.count("def squared_error(") == 1
    source += (
        "\n\ndef squared_error(y_pred, y_true):\n    import no_such_package\n"
        "    return no_such_package.sum((y_pred - y_true) ** 2)\n"
    )
    judge = Judge(replace(lacking, exercises=(exercise,)), launcher(), salt=b"apart")
    files = {exercise.parts[0].file: source.encode()}
    (result,) = judge.grade(Sealed("ann", files)).exercises
    assert 0 < result.withheld < 50
    assert result.score + result.withheld == 50
    open_checks = [c for c in result.checks if c.outcome is Outcome.GRADER_ERROR]
    assert all("not installed on the computer that graded this" in c.message for c in open_checks)
