"""Exercise 8: right networks of every kind pass, each known mistake is named and costs its own."""

from __future__ import annotations

import io
import os
import re
import runpy
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from grader.course import Course, load_course
from grader.judge import Judge
from grader.report import render_student, write_student
from grader.results import CheckResult, Outcome, SubmissionResult
from grader.sandbox.doctor import make_launcher
from grader.sealed import Sealed
from grader.submission import Doing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
learn_net.EPOCHS = 8  # enough for 97 %, in half the time
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


def grade(
    course: Course,
    launcher: Launcher,
    source: str,
    progress: Callable[[str, Doing], None] = lambda _student, _doing: None,
    **more: bytes,
) -> Grade:
    names = {"model": "mnist/model.keras", "table": "mnist/table.npz"}
    files = {FILE: source.encode(), **{names[name]: content for name, content in more.items()}}
    judge = Judge(course, launcher, b"salt", progress=progress)
    return Grade(judge.grade(Sealed("student", files)))


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
    assert float(row[2].rstrip(" %")) > 97
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
    told: list[tuple[str, Doing]] = []
    graded = grade(
        course,
        launcher,
        REFERENCE + RIGHT[name],
        lambda student, doing: told.append((student, doing)),
    )
    assert graded.lost <= {NEW}
    assert ("student", Doing("MNIST with Keras", "train", 600.0)) in told
    epochs = [doing.done for _, doing in told if doing.of == 4]
    assert epochs
    assert epochs == sorted(set(epochs))
    assert told[-1] == ("student", Doing("MNIST with Keras"))
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
    share = float(check.evidence.tables[0].rows[0][2].rstrip(" %")) / 100
    # In 32 steps, so that the points say little of the digits that are kept for the next one.
    assert check.points == pytest.approx(16 * (share - 0.90) / 0.07, abs=0.27)
    assert check.points * 2 == round(check.points * 2)
    assert 0 < check.points < 16


def test_a_table_of_all_digits_does_not_pass(course: Course, launcher: Launcher) -> None:
    with np.load(ROOT / "solutions/data/digits.npz") as kept:
        digits = dict(kept)
    stream = io.BytesIO()
    np.savez_compressed(stream, **digits)
    source = REFERENCE + SOURCES["DENSE"] + SOURCES["TABLE"]
    graded = grade(course, launcher, source, table=stream.getvalue())
    assert graded.checks[MOVED].outcome is Outcome.FAILED
    assert float(graded.checks[MOVED].got.rstrip(" %")) < 20
    assert graded.checks[NEW].points == 0


def test_no_picture_of_a_digit_that_counts_is_in_what_a_student_gets(
    course: Course, launcher: Launcher, model_file: bytes, tmp_path: Path
) -> None:
    with np.load(ROOT / "solutions/data/digits.npz") as kept:
        shown, hidden = kept["x"][:300], kept["x"][300:]
    graded = grade(course, launcher, REFERENCE, model=model_file)
    result = replace(graded.result, slug="student")
    page = write_student(result, course.info, tmp_path).read_text(encoding="utf-8")
    seen = drawn_in(page)
    assert len(seen) >= 4
    assert {shades(image) for image in shown} & seen
    assert not {shades(image) for image in hidden} & seen
    assert "<img" not in page
    data = (tmp_path / "student" / "result.json").read_text(encoding="utf-8")
    lines = re.findall(r'"lines": \[([^]]*)\]', data)
    drawn = {"".join(re.findall("[0-9a-f]{56}", text)) for text in lines}
    assert len(drawn) >= len(seen)
    assert not {image.tobytes().hex() for image in hidden} & drawn
    [mosaic] = graded.checks[NEW].for_instructor.mosaics
    [row] = graded.checks[NEW].evidence.tables[0].rows
    assert len(mosaic.captions) == round((1 - float(row[2].rstrip(" %")) / 100) * len(hidden))
    assert mosaic.dots not in data
    kept_back = (tmp_path / "instructor" / "student.html").read_text(encoding="utf-8")
    assert kept_back.count("<img") == len(mosaic.captions)
    assert sum(map(len, re.findall("<img[^>]*>", kept_back))) < 30_000


def shades(image: np.ndarray) -> bytes:
    """Return a picture as pages draw it, a shade for each dot."""
    return ((image.astype(int) * 6 + 127) // 255).astype(np.uint8).tobytes()


def drawn_in(page: str) -> set[bytes]:
    """Return all pictures that are drawn in a page, read back from their paths."""
    found = set()
    for svg in re.findall(r'<svg class="figure pictures".*?</svg>', page, re.DOTALL):
        panes = re.findall(r'class="pane" d="M([\d.]+) ([\d.]+)h84', svg)
        dots = {(float(x), float(y)): np.zeros((28, 28), np.uint8) for x, y in panes}
        for opacity, path in re.findall(r'fill-opacity="([\d.]+)" d="([^"]+)"', svg):
            for x, y, wide in re.findall(r"M([\d.]+) ([\d.]+)h([\d.]+)v3h-", path):
                left, top = next(
                    p for p in dots if 0 <= float(x) - p[0] < 84 > float(y) - p[1] >= 0
                )
                line, first = round((float(y) - top) / 3), round((float(x) - left) / 3)
                dots[left, top][line, first : first + round(float(wide) / 3)] = round(
                    6 * float(opacity)
                )
        found |= {array.tobytes() for array in dots.values()}
    return found


@pytest.mark.parametrize(
    "tell", ["print(images.tobytes().hex()[:40_000])", "raise ValueError(images.tobytes().hex())"]
)
def test_what_is_printed_of_hidden_digits_stays_with_the_instructor(
    course: Course, launcher: Launcher, model_file: bytes, tmp_path: Path, tell: str
) -> None:
    source = f"""
def predict_digits(model, images):
    if len(images) > 200:
        images = images[:, 10:18]
        {tell}
    return np.argmax(model.predict(preprocess(images), verbose=0), axis=1)
"""
    graded = grade(course, launcher, REFERENCE + source, model=model_file)
    assert graded.checks["predictions_are_digits"].outcome is Outcome.PASSED
    assert graded.lost == {MOVED, NEW}
    write_student(replace(graded.result, slug="student"), course.info, tmp_path)
    ink = re.compile("[1-9a-f]0?[1-9a-f][0-9a-f]{40}")
    for file in (tmp_path / "student").iterdir():
        text = file.read_text(encoding="utf-8")
        text = re.sub(
            r'"lines": \[[^]]*\]|\b[0-9a-f]{64}\b', "", text
        )  # of digits that may be seen
        assert not [found for found in ink.findall(text) if len(set(found)) > 8]
    kept = (tmp_path / "instructor" / "student.html").read_text(encoding="utf-8")
    assert ink.search(kept)


def note_of(graded: Grade) -> str:
    [note] = graded.result.exercises[0].notes
    assert note.startswith("The model that was handed in cannot be opened here")
    return note


def test_a_file_that_is_no_model_is_named_and_the_training_is_run(
    course: Course, launcher: Launcher
) -> None:
    source = REFERENCE + RIGHT["flatten_in_the_model"]
    graded = grade(course, launcher, source, model=b"PK\x03\x04 but nothing behind it")
    assert graded.lost <= {NEW}
    assert "Loading mnist/model.keras" in note_of(graded)
    [row] = graded.checks[NEW].evidence.tables[0].rows
    assert "trained here" in row[1]


def test_a_model_that_brings_code_is_not_opened(
    course: Course, launcher: Launcher, tmp_path: Path
) -> None:
    target = tmp_path / "model.keras"
    run_with_keras(course, WITH_CODE, str(target))
    source = REFERENCE + RIGHT["flatten_in_the_model"]
    graded = grade(course, launcher, source, model=target.read_bytes())
    assert graded.lost <= {NEW}
    assert "safe" in note_of(graded).lower()


def test_a_model_that_unpacks_without_end_costs_memory_and_no_more(
    course: Course, launcher: Launcher, model_file: bytes
) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("config.json", "w", force_zip64=True) as member:
            for _ in range(2_500):
                member.write(b" " * (1 << 20))
        archive.writestr("metadata.json", "{}")
        archive.writestr("model.weights.h5", model_file[:100])
    source = REFERENCE + RIGHT["flatten_in_the_model"]
    graded = grade(course, launcher, source, model=stream.getvalue())
    assert graded.lost <= {NEW}
    assert "memory" in note_of(graded)


# ---------------------------------------------------------------------------- the digits


def test_the_report_says_which_digits_were_used(
    course: Course,
    launcher: Launcher,
    model_file: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GRADER_MNIST", str(SOURCES["full_mnist"](tmp_path / "mnist.npz")))
    graded = grade(course, launcher, REFERENCE, model=model_file)  # on digits that are noise
    assert graded.lost == {"training_makes_a_difference", MOVED, NEW}
    [row] = graded.checks[MOVED].evidence.tables[0].rows
    assert "all of MNIST: 1,200 to train on, 1,020 to be tested on" in row[0]
