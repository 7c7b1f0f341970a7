"""Submissions that were once treated wrongly: each gets what is fair.

A case is a folder of `cases/`, and `cases/<name>.toml` says what is fair: the points of exercises
(`at_least`, where a network is trained), outcomes of checks by their ids, and as regular
expressions what the notes have to say and what no file that the student gets may say (`unseen`).
"""

from __future__ import annotations

import re
import shutil
import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from grader.intake import Layout, Refused, open_class
from grader.judge import Judge
from grader.report import write_student
from tests.courses import the_course
from tests.launching import launcher

if TYPE_CHECKING:
    from grader.course import Course
    from grader.results import SubmissionResult

ROOT = Path(__file__).parents[1]
CASES = Path(__file__).parent / "cases"
SALT = b"cases"
ALL = sorted(path.stem for path in CASES.glob("*.toml"))
KNOWN = [
    "all_withheld_by_unused_import",
    "answers_decimal_comma",
    "answers_one_line_smart",
    "argparse_at_top_level",
    "complex_answers_earn_points",
    "debugger_import",
    "early_stopping_gets_all_points",
    "exported_by_jupyter",
    "grader_error_huge_int_in_container",
    "grader_error_noise_shapes",
    "grader_error_opaque_for_ints_or_one_sample",
    "grader_error_zero_d_forward",
    "imagedatagenerator_needs_scipy",
    "judge_work_at_the_caps",
    "keras2_import",
    "label_rounded_then_padded",
    "minibatches_mistake_counted_in_train_sgd",
    "mnist_hidden_digits_leak_by_memoryerror",
    "model_called_model_1",
    "nb_gradient_2_helper",
    "nb_helper_in_notebooks",
    "notebook_gradient_holds_both_parts_with_documented_headings",
    "notebook_headings_part_1_to_4",
    "notebook_star_import_after_missing_package",
    "one_py_file_called_main",
    "plot_style_seaborn",
    "started_py_hides_the_finished_notebook",
    "sys_argv_with_default",
    "top_level_plot_fails_at_the_end",
    "train_that_changes_y_is_told_of_w1",
]

# What takes longest, and is left to the audit: two trainings with Keras, whose old names
# `tests/sandbox/test_keras_names.py` tries, and three in exercise 2.
LEFT = {
    "early_stopping_gets_all_points",
    "imagedatagenerator_needs_scipy",
    "keras2_import",
    "notebook_headings_part_1_to_4",
    "train_that_changes_y_is_told_of_w1",
}


@cache
def course() -> Course:
    return the_course()


def fair(name: str) -> dict[str, Any]:
    return tomllib.loads((CASES / f"{name}.toml").read_text(encoding="utf-8"))


def graded(name: str, folder: Path) -> SubmissionResult:
    shutil.copytree(CASES / name, folder / "class" / name)
    (opened,) = open_class([folder / "class"], Layout(course().files))
    assert not isinstance(opened, Refused), opened.reason
    wanted = course().only((*fair(name).get("score", {}), *fair(name).get("at_least", {})))
    return Judge(wanted, launcher(), salt=SALT).grade(opened)


def cases() -> list[Any]:
    marks = {
        name: [pytest.mark.xfail(reason=fair(name)["pending"])] if "pending" in fair(name) else []
        for name in ALL
    }
    for name in LEFT:
        marks[name].append(pytest.mark.sampled(0))
    return [pytest.param(name, marks=marks[name]) for name in ALL]


@pytest.mark.parametrize("name", cases())
def test_each_case_gets_what_is_fair(name: str, tmp_path: Path) -> None:
    result = graded(name, tmp_path)
    expected = fair(name)
    checks = {check.id: check for exercise in result.exercises for check in exercise.checks}
    lost = {
        key: f"{check.outcome}, {check.points} of {check.max_points}: {check.message}"
        for key, check in checks.items()
        if check.points < check.max_points
    }
    assert not result.provisional, lost
    scores = {exercise.id: exercise.score for exercise in result.exercises}
    least = expected.get("at_least", {})
    assert {n: s for n, s in scores.items() if n not in least} == pytest.approx(
        expected.get("score", {})
    ), lost
    assert all(scores[exercise] >= points for exercise, points in least.items()), lost
    outcomes = {key: str(checks[key].outcome) for key in expected.get("checks", {})}
    assert outcomes == expected.get("checks", {})
    notes = "\n".join([*result.notes, *(n for e in result.exercises for n in e.notes)])
    for pattern in expected.get("notes", []):
        assert re.search(pattern, notes), notes
    folder = write_student(replace(result, slug="case"), course().info, tmp_path / "out").parent
    for pattern in expected.get("unseen", []):
        for path in sorted(folder.iterdir()):
            assert not re.search(pattern, path.read_text(encoding="utf-8")), (path.name, pattern)


def test_every_case_says_what_is_fair() -> None:
    apart = {"class_pdf_is_nothing_handed_in", "nbgrader_renamed_notebook"}  # tests of their own
    assert {path.name for path in CASES.iterdir() if path.is_dir()} == {*ALL, *apart}
    assert all(fair(name)["about"] for name in ALL)


def test_no_case_is_lost() -> None:
    assert ALL == KNOWN
    assert all((CASES / name).is_dir() for name in KNOWN)
