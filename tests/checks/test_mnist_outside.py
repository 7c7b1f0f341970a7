"""Exercise 8: one mistake costs its own checks, and what was not done earns nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.course import Course, load_course
from tests.checks.mnist_grading import REFERENCE, SOURCES, grade

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]
BUILT, OUTPUTS, TRAINED, SEEN, PREDICTED, MOVED, NEW = (
    SOURCES[name]
    for name in ("BUILT", "OUTPUTS", "TRAINED", "SEEN", "PREDICTED", "MOVED", "NEW")
)  # fmt: skip
FIT = """
def train(model, images, labels):
    return model.fit(preprocess(images[:2500]), labels[:2500], epochs=4, batch_size=32, verbose=0)
"""
SOLVED = SOURCES["SOLVED"]
INVENTED = """
def train(model, images, labels):
    return {"loss": [2.0, 1.0]}
"""
# The source below the reference and a dense network, what it costs, and what is said of it.
ONE_MISTAKE = {
    "the prediction alone is not prepared": (
        FIT + "def predict_digits(model, images):\n"
        "    images = images.reshape(-1, 28, 28, 1)\n"
        "    return np.argmax(model.predict(images, verbose=0), axis=1)\n",
        {PREDICTED},
        "are not the digit with the largest output",
    ),
    "the training alone is not prepared": (
        (
            # Turned round: a network that learns from 0 to 255 may know pictures from 0 to 1, too.
            "def preprocess(images):\n"
            "    return (1 - images.reshape(-1, 28, 28, 1) / 255).astype('float32')\n"
            "def train(model, images, labels):\n"
            "    images = images.reshape(-1, 28, 28, 1)\n"
            "    return model.fit(images[:2500], labels[:2500], epochs=4, batch_size=32)\n"
        ),
        {SEEN},
        "`train` learns from the pictures as they are",
    ),
    "the model is not returned": (
        SOLVED + "_build = build_model\ndef build_model():\n    _build()\n",
        {BUILT},
        "`build_model` returned None",
    ),
    "the labels do not fit the squared error": (
        (
            "def train(model, images, labels):\n    model.compile('adam', 'mse')\n"
            "    return model.fit(preprocess(images[:64]), labels[:64], verbose=0)\n"
        ),
        {TRAINED, SEEN, MOVED},
        "the loss and the labels do not fit each other",
    ),
    "the labels do not fit another loss": (
        (
            "def train(model, images, labels):\n    model.compile('adam', 'binary_crossentropy')\n"
            "    return model.fit(preprocess(images[:64]), labels[:64], verbose=0)\n"
        ),
        {TRAINED, SEEN, MOVED},
        "the loss and the labels do not fit each other",
    ),
}
# Nothing was trained: no points for it, nor for answers that come from elsewhere.
NOTHING = {
    "a history that was made up": (INVENTED, {TRAINED, SEEN, MOVED}),
    "weights that were moved a little": (
        INVENTED.replace(
            "    return",
            "    model.set_weights([w + 0.001 for w in model.get_weights()])\n    return",
        ),
        {TRAINED, SEEN, MOVED},
    ),
    "evaluated, not trained": (
        (
            "def train(model, images, labels):\n"
            "    return {'loss': [model.evaluate(preprocess(images), labels, verbose=0)[0]]}\n"
        ),
        {TRAINED, SEEN, MOVED},
    ),
    "digests that are remembered": (
        (
            "TABLE = {}\n"
            "def train(model, images, labels):\n"
            "    TABLE.update((hash(i.tobytes()), int(n)) for i, n in zip(images, labels))\n"
            "    return {'loss': [2.0, 1.0]}\n"
            "def predict_digits(model, images):\n"
            "    return np.array([TABLE.get(hash(i.tobytes()), 0) for i in images])\n"
        ),
        {TRAINED, SEEN, PREDICTED, MOVED},
    ),
    "labels that the callers hold": (
        INVENTED + "import gc\nimport sys\n"
        "def predict_digits(model, images):\n"
        "    held, frame = gc.get_objects(), sys._getframe()\n"
        "    while frame:\n"
        "        held += [*frame.f_locals.values(), *frame.f_globals.values()]\n"
        "        frame = frame.f_back\n"
        "    for one in held:\n"
        "        if isinstance(one, np.ndarray) and one.shape == (len(images),):\n"
        "            return one\n"
        "    return np.zeros(len(images), int)\n",
        {TRAINED, SEEN, PREDICTED, MOVED},
    ),
    "outputs that are all alike": (
        (
            "_build = build_model\n"
            "def build_model():\n"
            "    model = _build()\n"
            "    model.set_weights([0 * w for w in model.get_weights()])\n"
            "    return model\n"
            "def train(model, images, labels):\n    return {'loss': [2.0, 1.0]}\n"
            "def predict_digits(model, images):\n"
            "    return np.random.randint(0, 10, len(images))\n"
        ),
        {TRAINED, SEEN, PREDICTED, MOVED},
    ),
}


@pytest.fixture(scope="module", autouse=True)
def _embedded_digits() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GRADER_MNIST", "embedded")
        yield


@pytest.fixture(scope="module")
def course() -> Course:
    return load_course(ROOT).only(["mnist"])


@pytest.mark.parametrize("mistake", ONE_MISTAKE)
def test_one_mistake_costs_its_own_checks(course: Course, mistake: str) -> None:
    source, costs, said = ONE_MISTAKE[mistake]
    graded = grade(course, f"{REFERENCE}\n{SOURCES['DENSE']}\n{source}\n")
    assert costs <= graded.lost <= costs | {NEW}
    assert any(said in graded.checks[name].message for name in costs)


@pytest.mark.sampled(2)
@pytest.mark.parametrize("trick", NOTHING)
def test_what_was_not_done_earns_nothing(course: Course, trick: str) -> None:
    source, costs = NOTHING[trick]
    graded = grade(course, f"{REFERENCE}\n{SOURCES['DENSE']}\n{source}\n")
    assert graded.lost == costs | {NEW}


def test_where_both_take_prepared_pictures_it_costs_nothing_and_is_told(course: Course) -> None:
    graded = grade(course, REFERENCE + SOURCES["RIGHT"]["pictures_that_come_prepared"])
    assert graded.lost <= {NEW}
    for function in ("train", "predict_digits"):
        assert any(
            note.startswith(f"`{function}` was given what `preprocess` returns")
            for note in graded.result.exercises[0].notes
        )


def test_what_stood_in_is_told_to_the_student_also_where_hidden_digits_are_asked(
    course: Course,
) -> None:
    graded = grade(course, REFERENCE + SOURCES["RIGHT"]["digits_that_are_fetched"])
    assert graded.lost <= {NEW}
    [exercise] = graded.result.exercises
    assert exercise.confidential
    for said in ("`load_data()` gave the digits of the exercise", "the course's own was taken"):
        assert any(said in note for note in exercise.notes)


def test_a_stand_in_that_is_used_first_with_hidden_digits_is_told_to_the_instructor(
    course: Course,
) -> None:
    """It may be used for some digits and not for others: that would tell which they are."""
    source = SOLVED + "_predict = predict_digits\ndef predict_digits(model, images):\n"
    source += "    if len(images) > 200:\n        keras.utils.plot_model(model)\n"
    source += "    return _predict(model, images)\n"
    graded = grade(course, f"{REFERENCE}\n{SOURCES['DENSE']}\n{source}")
    [exercise] = graded.result.exercises
    assert not any("plot_model" in note for note in exercise.notes)
    assert any("plot_model" in note for note in exercise.notes_for_instructor)
