"""The trained model that was handed in: it is used in any form of Keras's, or a note says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from grader.checks.model_files import models_in
from grader.course import Course, load_course
from grader.intake.sealed import Sealed
from grader.judge import Judge
from tests.checks.mnist_grading import made_with_keras
from tests.launching import launcher

ROOT = Path(__file__).resolve().parents[2]
FILE = "mnist/learn_net.py"
SOURCE = b"""
import keras
import numpy as np

def preprocess(images):
    return (images.reshape(-1, 784) / 255).astype("float32")

def build_model():
    model = keras.Sequential([keras.Input((784,)), keras.layers.Dense(10, activation="softmax")])
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    return model

def train(model, images, labels):
    raise RuntimeError("trained at home")

def predict_digits(model, images):
    return np.argmax(model.predict(preprocess(images), verbose=0), axis=1)
"""
SAVE = """
from pathlib import Path


def make(source):
    names = {"__name__": "at_home"}
    exec(source, names)
    model = names["build_model"]()
    model.save("model.keras")
    model.save("whole.h5")
    model.save_weights("some.weights.h5")
    Path("model.json").write_text(model.to_json())
    files = ("model.keras", "whole.h5", "some.weights.h5", "model.json")
    return {name: Path(name).read_bytes() for name in files}
"""


@pytest.fixture(scope="module")
def course() -> Course:
    return load_course(ROOT).only(["mnist"])


@pytest.fixture(scope="module")
def saved() -> dict[str, bytes]:
    """Return one model in each form in which Keras saves it, by the name of the file."""
    made: dict[str, bytes] = made_with_keras(SAVE, SOURCE.decode())
    return made


def notes_of(course: Course, files: dict[str, bytes]) -> str:
    sealed = Sealed("student", {FILE: SOURCE, **files})
    return "\n".join(Judge(course, launcher(), b"salt").grade(sealed).exercises[0].notes)


@pytest.mark.sampled(2)
@pytest.mark.parametrize(
    ("placed", "used"),
    [
        ({"mnist/model (1).keras": "model.keras"}, "mnist/model (1).keras"),
        ({"Model-1.keras": "model.keras"}, "Model-1.keras"),
        ({"mnist/out/my_net.h5": "whole.h5"}, "mnist/out/my_net.h5"),
        (
            {"mnist/m.weights.h5": "some.weights.h5", "mnist/m.json": "model.json"},
            "mnist/m.weights.h5",
        ),
        ({"mnist/model.weights.h5": "some.weights.h5"}, "mnist/model.weights.h5"),
        (
            {"mnist/model.keras": "model.json", "mnist/model (2).keras": "model.keras"},
            "mnist/model (2).keras",
        ),
    ],
)
def test_a_model_of_another_name_or_form_is_used_and_told(
    course: Course,
    saved: dict[str, bytes],
    placed: dict[str, str],
    used: str,
) -> None:
    notes = notes_of(course, {path: saved[name] for path, name in placed.items()})
    assert f"{used} was used as your trained model" in notes
    assert "trained anew" not in notes


def test_what_keras_cannot_open_is_named(course: Course) -> None:
    notes = notes_of(course, {"mnist/net.pth": b"x"})
    assert "mnist/net.pth was not used" in notes


# ---------------------------------------------------------------------------- which of several


def likeliest(*files: str) -> list[str]:
    return [model.file for model in models_in(files, "mnist/model.keras")]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("mnist/model.keras", "mnist/model (1).keras"),
        ("model.keras", "mnist/best.keras"),
        ("mnist/model (2).keras", "mnist/model (1).keras"),
        ("mnist/model-1.keras", "mnist/first_try.keras"),
        ("other/model.keras", "mnist/a.h5"),
        ("mnist/network.keras", "a/b/network.keras"),
    ],
)
def test_the_name_that_is_asked_for_goes_first_and_then_the_nearest(
    first: str, second: str
) -> None:
    assert likeliest(first, second) == likeliest(second, first) == [first, second]
