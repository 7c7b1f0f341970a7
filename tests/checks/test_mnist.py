"""Exercise 8: right networks of every kind pass, each known mistake is named and costs its own."""

from __future__ import annotations

import io
import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from grader.course import Course, load_course
from grader.judge import Judge
from grader.report import render_student
from grader.results import CheckResult, Outcome, SubmissionResult
from grader.sandbox.doctor import make_launcher
from grader.sealed import Sealed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.sandbox.launcher import Launcher

ROOT = Path(__file__).resolve().parents[2]
FILE = "mnist/learn_net.py"
REFERENCE = (ROOT / "solutions" / FILE).read_text(encoding="utf-8")
STUB = (ROOT / "assignments" / FILE).read_text(encoding="utf-8")
SOURCES: dict[str, Any] = runpy.run_path(str(Path(__file__).with_name("mnist_sources.py")))
RIGHT: dict[str, str] = SOURCES["RIGHT"]
WITH_MODEL: dict[str, tuple[str, set[str]]] = SOURCES["WITH_MODEL"]
TRAINING: dict[str, tuple[str, set[str]]] = SOURCES["TRAINING"]
MOVED, NEW = SOURCES["MOVED"], SOURCES["NEW"]

TRAIN = """
import sys, keras, numpy as np
sys.path.insert(0, sys.argv[1])
import learn_net
digits = np.load(sys.argv[2])
keras.utils.set_random_seed(1)
model = learn_net.build_model()
learn_net.train(model, digits["x"], digits["y"])
model.save(sys.argv[3])
"""
WITH_CODE = """
import sys, keras
layers = [keras.Input((28, 28, 1)), keras.layers.Lambda(lambda pictures: pictures)]
keras.Sequential(layers).save(sys.argv[1])
"""


@pytest.fixture(scope="module", autouse=True)
def _embedded_digits() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADER_MNIST", "embedded")
        yield


@pytest.fixture(scope="module")
def course() -> Course:
    return load_course(ROOT).only(["mnist"])


@pytest.fixture(scope="module")
def launcher() -> Iterator[Launcher]:
    """Return the strictest launcher that works here: TensorFlow is imported once then."""
    launcher = make_launcher()
    yield launcher
    getattr(launcher, "close", lambda: None)()


@pytest.fixture(scope="module")
def model_file(course: Course, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the reference's model, trained once, as a student would hand it in."""
    target = tmp_path_factory.mktemp("model") / "model.keras"
    folders = [str(ROOT / "solutions/mnist"), str(ROOT / "assignments/mnist/digits.npz")]
    run_with_keras(course, TRAIN, *folders, str(target))
    return target.read_bytes()


def run_with_keras(course: Course, program: str, *arguments: str) -> None:
    """Run a program in a process of its own: the tests' own never imports TensorFlow."""
    environment = {**os.environ, **course.exercises[0].profile.environment}
    command = [sys.executable, "-c", program, *arguments]
    subprocess.run(command, check=True, capture_output=True, env=environment)


class Grade:
    """One graded submission, its checks by name."""

    def __init__(self, result: SubmissionResult) -> None:
        self.result = result
        checks = result.exercises[0].checks
        assert not [c.message for c in checks if c.outcome is Outcome.GRADER_ERROR]
        self.checks: dict[str, CheckResult] = {c.id.rpartition(".")[2]: c for c in checks}

    @property
    def lost(self) -> set[str]:
        """The checks that did not pass."""
        return {name for name, c in self.checks.items() if c.outcome is not Outcome.PASSED}

    @property
    def named(self) -> set[str]:
        """The mistakes that were recognised."""
        return {d.name for check in self.checks.values() for d in check.diagnoses}


def grade(course: Course, launcher: Launcher, source: str, **more: bytes) -> Grade:
    names = {"model": "mnist/model.keras", "table": "mnist/table.npz"}
    files = {FILE: source.encode(), **{names[name]: content for name, content in more.items()}}
    return Grade(Judge(course, launcher, b"salt").grade(Sealed("student", files)))


# ---------------------------------------------------------------------------- right and empty


def test_the_reference_gets_all_points_for_the_model_that_it_trained(
    course: Course, launcher: Launcher, model_file: bytes
) -> None:
    graded = grade(course, launcher, REFERENCE, model=model_file)
    assert graded.lost == set()
    assert graded.result.score == 40
    [row] = graded.checks[NEW].evidence.tables[0].rows
    assert "mnist/model.keras" in row[1]
    assert "the course's own digits" in row[0]
    assert float(row[2].rstrip("%")) > 97
    assert len(graded.checks[NEW].evidence.heat_maps[0].values) == 10
    page = render_student(graded.result, course.info)
    assert "The digits of the lecture" in page
    assert "a table of" not in page


def test_the_stub_gets_no_points_and_no_error_of_ours(course: Course, launcher: Launcher) -> None:
    graded = grade(course, launcher, STUB)
    assert graded.result.score == 0
    assert graded.lost == set(graded.checks)


@pytest.mark.parametrize("name", RIGHT)
def test_another_right_solution_loses_nothing_but_accuracy(
    course: Course, launcher: Launcher, name: str
) -> None:
    graded = grade(course, launcher, REFERENCE + RIGHT[name])
    assert graded.lost <= {NEW}
    assert not graded.named
    assert graded.result.score >= 24
    assert graded.checks["training_gives_its_history"].evidence.curves


def test_a_rerun_is_identical(course: Course, launcher: Launcher) -> None:
    source = REFERENCE + RIGHT["flatten_in_the_model"]
    one, two = (grade(course, launcher, source) for _ in range(2))
    for name, check in one.checks.items():
        assert check.evidence == two.checks[name].evidence


# ---------------------------------------------------------------------------- known mistakes


@pytest.mark.parametrize("name", WITH_MODEL)
def test_a_known_mistake_is_named_and_costs_its_own_checks(
    course: Course, launcher: Launcher, model_file: bytes, name: str
) -> None:
    source, costs = WITH_MODEL[name]
    graded = grade(course, launcher, f"{REFERENCE}\n{source}\n", model=model_file)
    assert costs <= graded.lost
    if "preprocess" not in source.partition("(")[0]:  # a model sees what `preprocess` makes
        assert graded.lost == costs
    assert graded.named == {name}


@pytest.mark.parametrize("name", TRAINING)
def test_a_mistake_in_training_is_named(course: Course, launcher: Launcher, name: str) -> None:
    source, costs = TRAINING[name]
    graded = grade(course, launcher, f"{REFERENCE}\n{SOURCES['DENSE']}\n{source}\n")
    assert costs <= graded.lost <= costs | {NEW}
    assert graded.named == {name}


def test_every_known_mistake_is_tested(course: Course) -> None:
    known = {known.name for known in course.exercises[0].parts[0].misconceptions}
    assert known == WITH_MODEL.keys() | TRAINING.keys()


# ---------------------------------------------------------------------------- a part, and tricks


def test_between_90_and_97_percent_a_part_of_the_points_is_earned(
    course: Course, launcher: Launcher
) -> None:
    source = SOURCES["DENSE"].replace("n = preprocess, 2500", "n = preprocess, 8000")
    source += (
        "def train(model, images, labels):\n    return model.fit(x(images), labels, epochs=3)\n"
    )
    graded = grade(course, launcher, REFERENCE + source)
    assert graded.lost == {NEW}
    check = graded.checks[NEW]
    share = float(check.evidence.tables[0].rows[0][2].rstrip("%")) / 100
    assert check.points == pytest.approx(16 * (share - 0.90) / 0.07, abs=0.02)
    assert 0 < check.points < 16


def test_a_table_of_all_digits_does_not_pass(course: Course, launcher: Launcher) -> None:
    with np.load(ROOT / "solutions/data/digits.npz") as kept:
        digits = dict(kept)
    stream = io.BytesIO()
    np.savez_compressed(stream, **digits)
    source = REFERENCE + SOURCES["DENSE"] + SOURCES["TABLE"]
    graded = grade(course, launcher, source, table=stream.getvalue())
    assert graded.checks[MOVED].outcome is Outcome.FAILED
    assert float(graded.checks[MOVED].got.rstrip("%")) < 20
    assert graded.checks[NEW].points == 0


def test_no_picture_of_a_digit_that_counts_is_in_a_report(
    course: Course, launcher: Launcher, model_file: bytes
) -> None:
    with np.load(ROOT / "solutions/data/digits.npz") as kept:
        hidden = {image.tobytes().hex() for image in kept["x"][300:]}
    graded = grade(course, launcher, REFERENCE, model=model_file)
    shown = [
        "".join(picture.lines)
        for check in graded.checks.values()
        for figure in check.evidence.pictures
        for picture in figure.pictures
    ]
    assert len(shown) >= 4
    assert not hidden & set(shown)


def test_a_file_that_is_no_model_costs_its_points_and_ends_nothing(
    course: Course, launcher: Launcher
) -> None:
    graded = grade(course, launcher, REFERENCE, model=b"PK\x03\x04 but nothing behind it")
    assert {"training_gives_its_history", MOVED, NEW} <= graded.lost
    assert "mnist/model.keras" in graded.checks[MOVED].message
    assert "outputs_are_ten_probabilities" not in graded.lost


def test_a_model_that_brings_code_is_not_opened(
    course: Course, launcher: Launcher, tmp_path: Path
) -> None:
    target = tmp_path / "model.keras"
    run_with_keras(course, WITH_CODE, str(target))
    graded = grade(course, launcher, REFERENCE, model=target.read_bytes())
    assert "safe" in graded.checks[MOVED].message.lower()
    assert graded.checks[NEW].points == 0
