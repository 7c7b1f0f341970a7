"""Exercise 8, trained while it is graded: right networks pass, each known mistake is named."""

from __future__ import annotations

import functools
import io
import zipfile
import zlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from grader.course import Course, load_course
from grader.results import Outcome
from grader.submission import ProgressEvent
from tests.checks.mnist_grading import FILE, REFERENCE, SOURCES, Grade, grade, made_with_keras

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Once = Callable[[str], tuple[Grade, list[tuple[str, ProgressEvent]]]]


ROOT = Path(__file__).resolve().parents[2]
STUB = (ROOT / "assignments" / FILE).read_text(encoding="utf-8")
RIGHT: dict[str, str] = SOURCES["RIGHT"]
WITH_MODEL: dict[str, tuple[str, set[str]]] = SOURCES["WITH_MODEL"]
TRAINING: dict[str, tuple[str, set[str]]] = SOURCES["TRAINING"]
MOVED, NEW = SOURCES["MOVED"], SOURCES["NEW"]

WITH_CODE = """
import keras


def make():
    layers = [keras.Input((28, 28, 1)), keras.layers.Lambda(lambda pictures: pictures)]
    keras.Sequential(layers).save("model.keras")
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


@pytest.fixture(scope="module")
def once(course: Course) -> Once:
    """Return what grades a right solution the first time, and says what was told meanwhile."""

    @functools.cache
    def graded(name: str) -> tuple[Grade, list[tuple[str, ProgressEvent]]]:
        told: list[tuple[str, ProgressEvent]] = []
        source = REFERENCE + RIGHT[name]
        return grade(course, source, lambda student, doing: told.append((student, doing))), told

    return graded


# ---------------------------------------------------------------------------- right and empty


def test_the_stub_gets_no_points_and_no_error_of_ours(course: Course) -> None:
    graded = grade(course, STUB)
    assert graded.result.score == 0
    assert graded.lost == set(graded.checks)


@pytest.mark.sampled(4)
@pytest.mark.parametrize("name", RIGHT)
def test_another_right_solution_loses_nothing_but_accuracy(once: Once, name: str) -> None:
    graded, told = once(name)
    assert graded.lost <= {NEW}
    assert ("student", ProgressEvent("MNIST with Keras", "train", 600.0)) in told
    epochs = [doing.done for _, doing in told if doing.of == 4]
    assert epochs
    assert epochs == sorted(set(epochs))
    assert told[-1] == ("student", ProgressEvent("MNIST with Keras"))
    assert not graded.named
    assert graded.result.score >= 24
    assert graded.checks["training_gives_its_history"].evidence.curves


def test_a_rerun_is_identical(course: Course, once: Once) -> None:
    one, _ = once("flatten_in_the_model")
    two = grade(course, REFERENCE + RIGHT["flatten_in_the_model"])
    for name, check in one.checks.items():
        assert check.evidence == two.checks[name].evidence


# ---------------------------------------------------------------------------- known mistakes


@pytest.mark.sampled(6)
@pytest.mark.parametrize("name", TRAINING)
def test_a_mistake_in_training_is_named(course: Course, name: str) -> None:
    source, costs = TRAINING[name]
    graded = grade(course, f"{REFERENCE}\n{SOURCES['DENSE']}\n{source}\n")
    assert costs <= graded.lost <= costs | {NEW}
    assert graded.named == {name}


def test_every_known_mistake_is_tested(course: Course) -> None:
    known = {known.name for known in course.exercises[0].parts[0].misconceptions}
    assert known == WITH_MODEL.keys() | TRAINING.keys()


# ---------------------------------------------------------------------------- a part, and tricks


def test_between_90_and_97_percent_a_part_of_the_points_is_earned(course: Course) -> None:
    source = SOURCES["DENSE"].replace("n = preprocess, 2500", "n = preprocess, 8000")
    source += (
        "def train(model, images, labels):\n    return model.fit(x(images), labels, epochs=3)\n"
    )
    graded = grade(course, REFERENCE + source)
    assert graded.lost == {NEW}
    check = graded.checks[NEW]
    share = float(check.evidence.tables[0].rows[0][2].rstrip(" %")) / 100
    # In 32 steps, so that the points say little of the digits that are kept for the next one.
    assert check.points == pytest.approx(16 * (share - 0.90) / 0.07, abs=0.27)
    assert check.points * 2 == round(check.points * 2)
    assert 0 < check.points < 16


def test_a_table_of_all_digits_does_not_pass(course: Course) -> None:
    with np.load(ROOT / "solutions/data/digits.npz") as kept:
        digits = dict(kept)
    stream = io.BytesIO()
    np.savez_compressed(stream, **digits)
    source = REFERENCE + SOURCES["DENSE"] + "EPOCHS = 3\n" + SOURCES["TABLE"]
    graded = grade(course, source, table=stream.getvalue())
    assert graded.checks[MOVED].outcome is Outcome.FAILED
    assert float(graded.checks[MOVED].got.rstrip(" %")) < 20
    assert graded.checks[NEW].points == 0


# ---------------------------------------------------------------------------- unusable models


def note_of(graded: Grade) -> str:
    [note] = graded.result.exercises[0].notes
    assert note.startswith("The model that was handed in cannot be opened here")
    return note


def test_a_file_that_is_no_model_is_named_and_the_training_is_run(course: Course) -> None:
    source = REFERENCE + SOURCES["SOLVED"]
    graded = grade(course, source, model=b"PK\x03\x04 but nothing behind it")
    assert graded.lost <= {NEW}
    assert "Loading mnist/model.keras" in note_of(graded)
    [row] = graded.checks[NEW].evidence.tables[0].rows
    assert "trained here" in row[1]


def test_a_model_that_brings_code_is_not_opened(course: Course) -> None:
    source = REFERENCE + SOURCES["SOLVED"]
    graded = grade(course, source, model=made_with_keras(WITH_CODE))
    assert graded.lost <= {NEW}
    assert "safe" in note_of(graded).lower()


def bomb(mebibytes: int) -> bytes:
    """Return a model whose description unpacks to so many MiB of spaces: one is compressed."""
    one = b" " * (1 << 20)
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = deflate.compress(one) + deflate.flush(zlib.Z_FULL_FLUSH)  # says the same again
    config = zipfile.ZipInfo("config.json")
    packed, config.file_size = block * mebibytes + deflate.flush(), mebibytes << 20
    config.compress_type, config.compress_size = zipfile.ZIP_DEFLATED, len(packed)
    config.CRC = functools.reduce(lambda crc, _: zlib.crc32(one, crc), range(mebibytes), 0)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        config.header_offset = 0
        stream.write(config.FileHeader(zip64=True) + packed)
        archive.filelist.append(config)
        archive.NameToInfo[config.filename] = config
        archive.start_dir = stream.tell()
        archive.writestr("metadata.json", "{}")
        archive.writestr("model.weights.h5", b"no weights")
    return stream.getvalue()


def test_the_bomb_is_a_sound_archive() -> None:
    with zipfile.ZipFile(io.BytesIO(bomb(mebibytes=3))) as archive:
        assert archive.testzip() is None
        assert archive.read("config.json") == b" " * (3 << 20)
        assert set(archive.namelist()) == {"config.json", "metadata.json", "model.weights.h5"}


def test_a_model_that_unpacks_without_end_costs_memory_and_no_more(course: Course) -> None:
    source = REFERENCE + SOURCES["SOLVED"]
    [exercise] = course.exercises
    limits = replace(exercise.limits, memory_mib=900)  # the same as with more, and sooner
    small = replace(course, exercises=(replace(exercise, limits=limits),))
    graded = grade(small, source, model=bomb(mebibytes=1_000))
    assert graded.lost <= {NEW}
    assert "memory" in note_of(graded)
