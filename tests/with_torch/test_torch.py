"""Exercise 2 written with PyTorch: run by `make test-torch`, since `make` does not install it."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from grader.course import Course, load_course
from grader.intake import Layout, open_submission
from grader.intake.sealed import Sealed
from grader.judge import Judge
from grader.results import Outcome
from grader.sandbox.doctor import launcher_of, obstacle
from grader.sandbox.plain import PlainLauncher

ROOT = Path(__file__).parents[2]
FILE = "neural_net/learn_random_data.py"
LEVELS = [level for level in ("full", "reduced", "none") if not obstacle(level)]


@cache
def course() -> Course:
    return load_course(ROOT).only(["2"])


@cache
def autograd() -> Sealed:
    return open_submission(Path(__file__).parent / "autograd", Layout(course().files))


@pytest.mark.parametrize("level", LEVELS)
def test_a_network_written_with_autograd_gets_full_marks(level: str) -> None:
    launcher = launcher_of(level)
    try:
        result = Judge(course(), launcher, b"salt").grade(autograd())
    finally:
        launcher.close()
    lost = {c.id: c.message for c in result.exercises[0].checks if c.outcome is not Outcome.PASSED}
    assert lost == {}
    assert result.score == result.max_score == 50


def test_a_wrong_gradient_is_named_as_it_is_in_numpy() -> None:
    text = (
        autograd().files[FILE].replace(b"return w1.grad, w2.grad", b"return w1.grad / 2, w2.grad")
    )
    result = Judge(course(), PlainLauncher(), b"salt").grade(Sealed("x", {FILE: text}))
    named = {d.name for c in result.exercises[0].checks for d in c.diagnoses}
    assert any("half" in name or "two" in name for name in named), named


def test_the_profile_is_chosen_by_what_is_imported() -> None:
    exercise = course().exercises[0]
    assert exercise.run_config(autograd().files).profile.name == "torch"
    assert exercise.run_config({FILE: b"import numpy"}).profile.name == "numpy"
    assert (
        replace(exercise, other_run_configs=()).run_config(autograd().files).profile.name == "numpy"
    )
