"""Which digits exercise 8 is graded on: the course's, or all of MNIST where it is there."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.course import load_course
from grader.errors import CourseError
from grader.intake.sealed import Sealed
from grader.judge import Judge
from grader.results import Outcome
from tests.launching import launcher

ROOT = Path(__file__).resolve().parents[2]
FILE = "mnist/learn_net.py"
full_mnist = runpy.run_path(str(Path(__file__).with_name("mnist_sources.py")))["full_mnist"]


@pytest.fixture(autouse=True)
def _embedded_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADER_MNIST", "embedded")


def test_a_course_with_other_digits_is_another_course(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {"embedded": load_course(ROOT, ["mnist"]).digest}
    for seed in (1, 2):
        monkeypatch.setenv("GRADER_MNIST", str(full_mnist(tmp_path / f"{seed}.npz", seed=seed)))
        found[str(seed)] = load_course(ROOT, ["mnist"]).digest
    assert len(set(found.values())) == 3
    (tmp_path / "1.npz").rename(tmp_path / "moved.npz")
    monkeypatch.setenv("GRADER_MNIST", str(tmp_path / "moved.npz"))
    assert load_course(ROOT, ["mnist"]).digest == found["1"]
    monkeypatch.delenv("GRADER_MNIST")
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    assert load_course(ROOT, ["mnist"]).digest == found["embedded"]
    (tmp_path / "datasets").mkdir()
    (tmp_path / "2.npz").rename(tmp_path / "datasets" / "mnist.npz")
    assert load_course(ROOT, ["mnist"]).digest == found["embedded"]  # whosever home it is


def test_digits_that_are_not_there_are_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRADER_MNIST", str(tmp_path / "nothing.npz"))
    with pytest.raises(CourseError, match=r"nothing\.npz, which is not a file: name one like"):
        load_course(ROOT, ["mnist"])


@pytest.mark.parametrize(
    "changes",
    [
        {"x_test": np.zeros((1_200, 28, 28))},
        {"y_test": np.full(1_200, 11, np.uint8)},
        {"y_train": np.zeros(1_199, np.uint8)},
        {"x_train": np.array([object()] * 1_200)},
    ],
    ids=["floats", "labels", "fewer", "objects"],
)
def test_a_file_of_other_things_withholds_the_points(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, Any],
) -> None:
    file = full_mnist(tmp_path / "mnist.npz", changes=changes)
    monkeypatch.setenv("GRADER_MNIST", str(file))
    judge = Judge(load_course(ROOT, ["mnist"]), launcher(), b"salt")
    result = judge.grade(Sealed("student", {FILE: (ROOT / "solutions" / FILE).read_bytes()}))
    said = {c.message for c in result.exercises[0].checks if c.outcome is Outcome.GRADER_ERROR}
    assert any("does not hold MNIST as Keras's mnist.npz does" in sentence for sentence in said)
    assert all(
        c.outcome in (Outcome.GRADER_ERROR, Outcome.PASSED) for c in result.exercises[0].checks
    )
