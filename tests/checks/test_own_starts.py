"""Where a training begins: at what it is given, at rounded weights, or at its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from grader.checks.own_starts import TrainingStart, where_it_begins
from grader.errors import Failed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Weights = tuple[np.ndarray, ...]
RATE = 0.1
GIVEN = tuple(np.random.default_rng(5).standard_normal(shape) for shape in ((3, 4), (4, 2)))


def moved(weights: Sequence[np.ndarray]) -> Weights:
    return tuple(w - RATE * 2 * w for w in weights)  # the gradient of the sum of squares


def training(begin: Callable[[Sequence[np.ndarray]], Weights]) -> TrainingStart:
    def train(weights: Sequence[np.ndarray], steps: int) -> Weights:
        now = begin(weights)
        for _ in range(steps):
            now = moved(now)
        return now

    return where_it_begins(train, GIVEN, moved)


def drawn(rng: np.random.Generator) -> Weights:
    return tuple(rng.standard_normal(w.shape) for w in GIVEN)


def test_a_right_training_begins_where_it_is_told_to() -> None:
    start = training(lambda given: tuple(w.astype(np.float32).astype(float) for w in given))
    assert (start.told, start.own) == ((), False)


@pytest.mark.parametrize(
    ("cut", "name"),
    [
        (np.trunc, "decimals_lost"), (np.floor, "rounded"), (np.ceil, "rounded"),
        (np.round, "rounded"), (lambda w: np.round(w, 2), "rounded"),
        (lambda w: w.astype(np.float16).astype(float), "half_precision"),
    ],
)  # fmt: skip
def test_rounded_weights_are_followed_and_named(
    cut: Callable[[np.ndarray], np.ndarray], name: str
) -> None:
    start = training(lambda given: tuple(map(cut, given)))
    assert [one.name for one in start.told] == [name]
    assert not start.own
    assert all(map(np.array_equal, start.weights, map(cut, GIVEN)))


def test_weights_of_its_own_are_followed_where_they_are_the_same_again() -> None:
    start = training(lambda _: drawn(np.random.default_rng(0)))
    assert ([one.name for one in start.told], start.own) == (["start_of_its_own"], True)
    assert all(map(np.array_equal, start.weights, drawn(np.random.default_rng(0))))


def test_weights_that_are_drawn_anew_are_named_and_not_followed() -> None:
    rng = np.random.default_rng(0)
    start = training(lambda _: drawn(rng))
    assert ([one.name for one in start.told], start.own) == (["start_of_its_own"], True)
    assert start.weights is GIVEN


def test_what_does_not_train_has_no_start_to_be_followed_from() -> None:
    fixed = drawn(np.random.default_rng(1))
    for far in (fixed, tuple(np.zeros_like(w) for w in GIVEN)):
        start = where_it_begins(lambda *_, far=far: far, GIVEN, moved)
        assert start.weights is GIVEN
        assert not start.told


def test_weights_that_are_kept_between_calls_are_no_start_of_its_own() -> None:
    kept = [drawn(np.random.default_rng(1))]

    def train(_: Sequence[np.ndarray], steps: int) -> Weights:
        for _step in range(steps):
            kept[0] = moved(kept[0])
        return kept[0]

    start = where_it_begins(train, GIVEN, moved)
    assert start.weights is GIVEN
    assert not start.told


def test_one_that_raises_or_has_other_shapes_begins_at_what_it_is_given() -> None:
    def fails(*_: object) -> Weights:
        raise Failed("it does")

    for train in (fails, lambda *_: (np.ones(3), np.ones(2)), lambda *_: (GIVEN[0] * np.nan,) * 2):
        assert where_it_begins(train, GIVEN, moved) == TrainingStart(GIVEN)
