"""Exercise 8 with the trained model of the reference: what is right and wrong, and shown of it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from grader.course import Course, load_course
from grader.report import render_student, write_student
from grader.results import Outcome
from tests.checks.mnist_grading import REFERENCE, SOURCES, grade, made_with_keras
from tests.sampling import is_whole

if TYPE_CHECKING:
    from collections.abc import Iterator


ROOT = Path(__file__).resolve().parents[2]
WITH_MODEL: dict[str, tuple[str, set[str]]] = SOURCES["WITH_MODEL"]
MOVED, NEW = SOURCES["MOVED"], SOURCES["NEW"]

TRAIN = """
import keras
import learn_net
learn_net.BATCH_SIZE, learn_net.EPOCHS = 32, 4  # enough for 97 %, in a third of the time


def make(images, labels):
    keras.utils.set_random_seed(1)
    model = learn_net.build_model()
    learn_net.train(model, images, labels)
    model.save("model.keras")
    with open("model.keras", "rb") as file:
        return file.read()
"""


@pytest.fixture(scope="module", autouse=True)
def _embedded_digits() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADER_MNIST", "embedded")
        yield


@pytest.fixture(scope="module")
def course() -> Course:
    return load_course(ROOT).only(["mnist"])


# The training takes 15 seconds of a processor: what came of it is kept by what it was made from.
DIGITS = ROOT / "assignments/mnist/digits.npz"
GOLDEN = ROOT / "tests/golden"
MADE_FROM = hashlib.sha256(b"\0".join([REFERENCE.encode(), TRAIN.encode(), DIGITS.read_bytes()]))
KEPT = GOLDEN / f"reference_{MADE_FROM.hexdigest()[:16]}.keras"


@pytest.fixture(scope="module")
def model_file(request: pytest.FixtureRequest) -> bytes:
    """Return the reference's model, as a student would hand it in; the audit trains it anew."""
    anew = request.config.getoption("--update-golden", default=False)
    if KEPT.is_file() and not (anew or is_whole()):
        return KEPT.read_bytes()
    with np.load(DIGITS) as digits:
        made: bytes = made_with_keras(TRAIN, digits["x"], digits["y"])
    if anew:
        for other in GOLDEN.glob("*.keras"):
            other.unlink()
        KEPT.write_bytes(made)
    return made


def test_the_model_that_is_kept_is_that_of_the_present_reference(model_file: bytes) -> None:
    """After a change: run pytest tests/checks/test_mnist_trained.py --update-golden."""
    assert model_file
    assert [path.name for path in GOLDEN.glob("*.keras")] == [KEPT.name]


@pytest.mark.sampled
def test_the_reference_gets_all_points_for_the_model_that_it_trained(
    course: Course, model_file: bytes
) -> None:
    graded = grade(course, REFERENCE, model=model_file)
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


@pytest.mark.sampled(10)
@pytest.mark.parametrize("name", WITH_MODEL)
def test_a_known_mistake_is_named_and_costs_its_own_checks(
    course: Course, model_file: bytes, name: str
) -> None:
    source, costs = WITH_MODEL[name]
    graded = grade(course, f"{REFERENCE}\n{source}\n", model=model_file)
    assert costs <= graded.lost
    if "preprocess" not in source.partition("(")[0]:  # a model sees what `preprocess` makes
        assert graded.lost == costs
    assert graded.named == {name}


def test_no_picture_of_a_digit_that_counts_is_in_what_a_student_gets(
    course: Course, model_file: bytes, tmp_path: Path
) -> None:
    with np.load(ROOT / "solutions/data/digits.npz") as kept:
        shown, hidden = kept["x"][:300], kept["x"][300:]
    graded = grade(course, REFERENCE, model=model_file)
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
    course: Course, model_file: bytes, tmp_path: Path, tell: str
) -> None:
    source = f"""
def predict_digits(model, images):
    if len(images) > 200:
        images = images[:, 10:18]
        {tell}
    return np.argmax(model.predict(preprocess(images), verbose=0), axis=1)
"""
    graded = grade(course, REFERENCE + source, model=model_file)
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


def test_the_report_says_which_digits_were_used(
    course: Course,
    model_file: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GRADER_MNIST", str(SOURCES["full_mnist"](tmp_path / "mnist.npz")))
    graded = grade(course, REFERENCE, model=model_file)  # on digits that are noise
    assert graded.lost == {"training_makes_a_difference", MOVED, NEW}
    [row] = graded.checks[MOVED].evidence.tables[0].rows
    assert "all of MNIST: 1,200 to train on, 1,020 to be tested on" in row[0]
