"""Exercise 8: the digits, their moved copies, and the examples of the statement."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from grader.checks import moved_pictures
from grader.errors import CourseError
from tests.checks.mnist_grading import made_with_keras
from tests.sharing import module_at

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
LABELS = [1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978]

EXAMPLES = """
import doctest
import numpy as np
import learn_net


def make(text):
    names = {"np": np} | vars(learn_net)
    examples = doctest.DocTestParser().get_doctest(text, names, "statement", None, 0)
    said = []
    result = doctest.DocTestRunner().run(examples, out=said.append)
    return result.attempted, result.failed, "".join(said)
"""


def load(name: str) -> ModuleType:
    path = ROOT / "solutions" / "checks" / "mnist" / f"{name}.py"
    return module_at(path)


digits = load("digits")


def test_the_statement_s_examples_are_true() -> None:
    text = (ROOT / "assignments" / "mnist" / "README.md").read_text(encoding="utf-8")
    lines = ("" if line.startswith("```") else line for line in text.split("\n"))
    attempted, failed, said = made_with_keras(EXAMPLES, "\n".join(lines))
    assert attempted >= 8
    assert not failed, said


# ---------------------------------------------------------------------------- digits


def test_the_course_s_digits_are_ten_thousand_different_ones() -> None:
    found = digits.course_digits()
    images = np.concatenate([found.train_images, found.shown_images, found.hidden_images])
    labels = np.concatenate([found.train_labels, found.shown_labels, found.hidden_labels])
    assert images.shape == (10_000, 28, 28)
    assert images.dtype == np.uint8
    assert np.bincount(labels).tolist() == LABELS
    assert len({image.tobytes() for image in images}) == 10_000
    assert (len(found.train_images), len(found.shown_images)) == (8_000, 300)


def test_all_of_mnist_is_taken_where_it_is_named_and_nowhere_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "datasets" / "mnist.npz"
    cache.parent.mkdir()
    arrays = {
        f"{axis}_{part}": np.zeros((count, *shape), np.uint8)
        for part, count in (("train", 3_000), ("test", 1_000))
        for axis, shape in (("x", (28, 28)), ("y", ()))
    }
    np.savez(cache, **arrays)  # type: ignore[arg-type]
    monkeypatch.delenv("GRADER_MNIST", raising=False)
    for home in ("KERAS_HOME", "HOME", "USERPROFILE"):  # as where Keras has fetched it
        monkeypatch.setenv(home, str(tmp_path))
    (tmp_path / ".keras").symlink_to(tmp_path)
    assert "course's own" in digits.find_digits().source
    monkeypatch.setenv("GRADER_MNIST", "embedded")
    assert "course's own" in digits.find_digits().source
    monkeypatch.setenv("GRADER_MNIST", str(cache))
    assert "all of MNIST: 3,000 to train on, 850" in digits.find_digits().source
    assert len(digits.find_digits().shown_images) == 150


@pytest.mark.parametrize("content", [None, b"", b"no archive", "floats"])
def test_a_file_that_holds_no_digits_is_an_error_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | str | None
) -> None:
    path = tmp_path / "mnist.npz"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content is not None:
        np.savez(path, x_train=np.zeros((2_000, 28, 28)), y_train=np.zeros(2_000))
    monkeypatch.setenv("GRADER_MNIST", str(path))
    with pytest.raises(CourseError, match="GRADER_MNIST"):
        digits.find_digits()


# ---------------------------------------------------------------------------- moved copies


def test_copies_are_moved_by_half_a_dot_to_one_and_a_half() -> None:
    pictures = np.zeros((2_000, 28, 28), dtype=np.uint8)
    pictures[:, 12:16, 12:16] = 200  # in the middle, where turning moves nothing
    copies = moved_pictures.moved(pictures, np.random.default_rng(1)).astype(float)
    total = copies.sum(axis=(1, 2))
    places = np.arange(28) - 13.5
    x, y = copies.sum(axis=1) @ places / total, copies.sum(axis=2) @ places / total
    assert np.allclose(total, 16 * 200, rtol=0.01)
    distance = np.hypot(x, y)
    assert distance.min() > 0.47
    assert distance.max() < 1.53
    assert np.abs([x.mean(), y.mean()]).max() < 0.1


def test_copies_are_turned_by_up_to_eight_degrees_both_ways() -> None:
    pictures = np.zeros((2_000, 28, 28), dtype=np.uint8)
    pictures[:, 13:15, 5:23] = 200
    copies = moved_pictures.moved(pictures, np.random.default_rng(2)).astype(float)
    weights = copies / copies.sum(axis=(1, 2), keepdims=True)
    places = np.arange(28.0)
    mean_x = (weights.sum(axis=1) @ places)[:, None, None]
    mean_y = (weights.sum(axis=2) @ places)[:, None, None]
    dx, dy = places[None, None, :] - mean_x, places[None, :, None] - mean_y
    xy, xx, yy = ((weights * a * b).sum(axis=(1, 2)) for a, b in ((dx, dy), (dx, dx), (dy, dy)))
    degrees = np.rad2deg(0.5 * np.arctan2(2 * xy, xx - yy))
    assert 7.5 < degrees.max() < 8.3
    assert -8.3 < degrees.min() < -7.5


def test_the_same_state_gives_the_same_copies_and_none_is_the_original() -> None:
    pictures = digits.course_digits().hidden_images[:1_200]
    one, two = (moved_pictures.moved(pictures, np.random.default_rng(3)) for _ in range(2))
    assert np.array_equal(one, two)
    assert (one != pictures).any(axis=(1, 2)).all()
    assert moved_pictures.moved(pictures[:0], np.random.default_rng(3)).shape == (0, 28, 28)
