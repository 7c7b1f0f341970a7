"""The digits: those of the course, or those of a file that the instructor names."""

import os
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from grader.checks import recorded
from grader.errors import CourseError

Pictures = tuple[np.ndarray, np.ndarray]

ROOT = Path(__file__).parents[3]
PUBLISHED = ROOT / "assignments" / "mnist" / "digits.npz"
IN_A_KIT = ROOT / "exercises" / "mnist" / "digits.npz"
KEPT = ROOT / "solutions" / "data" / "digits.npz"
# A file like Keras's own mnist.npz; the word below, or nothing, for the digits of the course. The
# file that is named is part of the course's digest, as its own digits are.
VARIABLE = "GRADER_MNIST"
EMBEDDED = "embedded"
# Of every test set this part may be shown in reports; nothing is graded on it.
SHOWN = 0.15
PARTS = ("train", "test")
LEAST = 1_000


@dataclass(frozen=True)
class Digits:
    """Pictures, uint8 of shape (n, 28, 28), and their labels, uint8 of shape (n,)."""

    train_images: np.ndarray  # what the submission trains on
    train_labels: np.ndarray
    shown_images: np.ndarray  # test digits that may stand in a student's report
    shown_labels: np.ndarray
    # Those that are counted, and of which no picture leaves the judge: they are not even read where
    # nothing is counted.
    hidden: Callable[[], Pictures]
    source: str  # where they are from, for the report

    @property
    def hidden_images(self) -> np.ndarray:
        """The pictures of the hidden digits."""
        return self.hidden()[0]

    @property
    def hidden_labels(self) -> np.ndarray:
        """The labels of the hidden digits."""
        return self.hidden()[1]


def find_digits() -> Digits:
    """Return the digits that `GRADER_MNIST` names, or the course's.

    What lies on the machine by chance, such as what Keras has fetched, is not looked at: the same
    submission would get another verdict on another person's machine. A file without digits is
    refused.
    """
    named = _named_file()
    return _full_digits(named) if named else course_digits()


def digit_files() -> tuple[Path, ...]:
    """Return the files that `find_digits` reads."""
    named = _named_file()
    return (named,) if named else (PUBLISHED, KEPT)


def _named_file() -> Path | None:
    """Return the file of all of MNIST; None for the digits of the course."""
    named = os.environ.get(VARIABLE, "")
    if named in ("", EMBEDDED):
        return None
    if not Path(named).is_file():
        raise CourseError(
            f"{VARIABLE} names {named}, which is not a file: name one like Keras's mnist.npz, or "
            f'"{EMBEDDED}" for the digits of the course.'
        )
    return Path(named)


@cache
def course_digits() -> Digits:
    """Return the 10,000 digits of the course, of which 8,000 are published for training."""
    path = PUBLISHED if PUBLISHED.is_file() else IN_A_KIT
    with np.load(path) as published:
        train = published["x"], published["y"]
    images, labels, others = shown_digits()
    return Digits(
        train_images=train[0],
        train_labels=train[1],
        shown_images=images,
        shown_labels=labels,
        hidden=lambda: _kept_digits()[1],
        source=_told("the course's own digits, a part of MNIST", len(train[0]), others),
    )


@recorded
def shown_digits() -> tuple[np.ndarray, np.ndarray, int]:
    """Return the course's test digits that may be shown, and how many others there are."""
    shown, others = _kept_digits()
    return *shown, len(others[0])


@cache
def _kept_digits() -> tuple[Pictures, Pictures]:
    """Return the course's test digits that may be shown, and the others."""
    with np.load(KEPT) as kept:
        images, labels = kept["x"], kept["y"]
    shown = int(SHOWN * len(images))
    return (images[:shown], labels[:shown]), (images[shown:], labels[shown:])


@cache
def _full_digits(path: Path) -> Digits:
    try:
        with np.load(path, allow_pickle=False) as file:
            train, test = (_checked(file[f"x_{part}"], file[f"y_{part}"]) for part in PARTS)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise CourseError(
            f"{path} does not hold MNIST as Keras's mnist.npz does ({error}): name another file "
            f'in {VARIABLE}, or "{EMBEDDED}" for the digits of the course.'
        ) from error
    return _split(train, test, "all of MNIST")


def _checked(images: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    n = len(labels)
    forms = [(array.dtype, array.shape) for array in (images, labels)]
    right: list[Any] = [(np.uint8, (n, 28, 28)), (np.uint8, (n,))]
    if n < LEAST or forms != right or labels.max() > 9:
        raise ValueError(f"pictures and labels of {forms[0]} and {forms[1]}")
    return images, labels


def _split(train: Pictures, test: Pictures, source: str) -> Digits:
    (images, labels), shown = test, int(SHOWN * len(test[0]))
    return Digits(
        train_images=train[0],
        train_labels=train[1],
        shown_images=images[:shown],
        shown_labels=labels[:shown],
        hidden=lambda: (images[shown:], labels[shown:]),
        source=_told(source, len(train[0]), len(images) - shown),
    )


def _told(source: str, train: int, test: int) -> str:
    return f"{source}: {train:,} to train on, {test:,} to be tested on"
