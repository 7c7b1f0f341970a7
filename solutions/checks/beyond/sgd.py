"""Batches of a submission, and where each choice leads."""

import itertools
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from grader.checks import SINGLE, Case, Rng, as_array, as_parts, recorded, short
from grader.errors import Failed

from ..random_data.network import Problem, slopes

Weights = tuple[np.ndarray, np.ndarray]

PARTS = ("w1", "w2", "losses")
LEARNING_RATE = 0.01
D_IN, D_HIDDEN, D_OUT = 4, 5, 2
# Every way to go through four samples in batches of two: six, since the order within one is free.
TWOS = [
    [list(first), [i for i in range(4) if i not in first]]
    for first in itertools.combinations(range(4), 2)
]
WAYS = np.array(TWOS)  # ways x batches x samples
ONE, OTHER = np.triu_indices(len(TWOS), 1)  # each two of them
MARGIN = 0.05
MOST_SAMPLES = 1_000
RIGHT = "right batches"
TELLING = 0.02


def batches(case: Case, n: int, size: int, rng: Rng) -> list[np.ndarray]:
    """Return the batches of a submission as arrays of integers."""
    given = case.student.minibatches(n, size, rng)
    if isinstance(given, np.ndarray) and given.ndim:
        given = list(given)
    if not isinstance(given, list | tuple) or not given:
        raise Failed("`minibatches` has to return the batches: a list, or a generator of them.")
    arrays = [as_array(batch, "a batch").ravel() for batch in given]
    if any(array.dtype.kind not in "iu" and array.size for array in arrays):
        raise Failed("A batch has to hold the numbers of samples: whole numbers from 0.")
    return [array.astype(int) for array in arrays]


@recorded
def small(rng: np.random.Generator, n: int) -> Problem:
    """Return n samples and weights, away from the places where the relu has a corner.

    Of four samples, the six ways through them in two epochs all lead to other weights: so it is
    not where most neurons are asleep.
    """
    while True:
        x, y = rng.standard_normal((n, D_IN)), rng.standard_normal((n, D_OUT))
        w1, w2 = rng.standard_normal((D_IN, D_HIDDEN)), rng.standard_normal((D_HIDDEN, D_OUT))
        if np.abs(x @ w1).min() > MARGIN and (n != 4 or _telling((x, y, w1, w2))):
            return x, y, w1, w2


def _telling(problem: Problem) -> bool:
    """Say whether all six ways lead to other weights, and all six after each of them."""
    x, y, w1, w2 = problem
    x, y = x[WAYS], y[WAYS]
    ends = _ends(x, y, w1, w2)
    return _differ(*ends) and _differ(*_ends(x, y, *(w[:, np.newaxis] for w in ends)))


def _ends(x: np.ndarray, y: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> Weights:
    """Return where each of the six ways leads to from weights, or from each of several."""
    for part in range(WAYS.shape[1]):
        batch = x[:, part]
        hidden_in = batch @ w1
        hidden = np.maximum(hidden_in, 0.0)
        slope = 2.0 * (hidden @ w2 - y[:, part])
        back = (slope @ w2.swapaxes(-1, -2)) * (hidden_in > 0)
        w1 = w1 - LEARNING_RATE * (batch.swapaxes(-1, -2) @ back)
        w2 = w2 - LEARNING_RATE * (hidden.swapaxes(-1, -2) @ slope)
    return w1, w2


def _differ(w1: np.ndarray, w2: np.ndarray) -> bool:
    """Say whether each two of six ways lead to weights that are told apart."""
    ends = np.concatenate([w.reshape(*w.shape[:-2], -1) for w in (w1, w2)], axis=-1)
    apart = np.abs(ends[..., ONE, :] - ends[..., OTHER, :]).max(axis=-1)
    return bool(apart.min() >= TELLING)


def same_everywhere(rng: np.random.Generator, n: int) -> Problem:
    """Return n times the same sample: the order of the batches then makes no difference."""
    x, y, w1, w2 = small(rng, 1)
    return np.repeat(x, n, axis=0), np.repeat(y, n, axis=0), w1, w2


def gone_through(problem: Problem, rate: float, batches: Iterable[Any]) -> Weights:
    """Return the weights after a step for each batch."""
    x, y, w1, w2 = problem
    for batch in batches:
        grad_w1, grad_w2 = slopes(x[batch], y[batch], w1, w2)
        w1, w2 = w1 - rate * grad_w1, w2 - rate * grad_w2
    return w1, w2


@recorded
def expected_weights(problem: Problem, order: list[list[int]]) -> Weights:
    """Return the weights after one epoch with these batches."""
    return gone_through(problem, LEARNING_RATE, order)


class RightBatches:
    """A right `minibatches`, to judge a training apart from the submission's own one.

    The generator that the submission passes stays with the submission: it draws from the one that
    was begun with.
    """

    def __init__(self) -> None:
        self._rng = np.random.default_rng(0)

    def begin(self, rng: Rng) -> None:
        """Draw from here on as a submission does that is given this generator."""
        self._rng = rng.generator()

    def __call__(self, n_samples: Any, batch_size: Any, _rng: Any) -> list[np.ndarray]:
        """Return the batches of one epoch."""
        if not 0 < int(n_samples) <= MOST_SAMPLES:
            raise Failed(f"`minibatches` was called for {short(n_samples)} samples.")
        size = max(1, int(batch_size))
        order = self._rng.permutation(int(n_samples))
        return np.split(order, range(size, len(order), size))


def judge_apart(case: Case, judge: Callable[[Case], object]) -> None:
    """Judge `train_sgd` with the submission's `minibatches`, or else with a right one."""
    case.memory[RIGHT] = RightBatches()
    case.apart_from(judge, minibatches=case.memory[RIGHT])


def one_epoch(
    case: Case,
    problem: Problem,
    batch_size: int,
    *,
    rng: Rng | None = None,
    epochs: int = 1,
    rate: float = LEARNING_RATE,
) -> list[Any]:
    """Return what the submission's training gives after an epoch, or after several."""
    draw = rng or case.fresh_rng()
    if RIGHT in case.memory:
        case.memory[RIGHT].begin(draw)
    got = case.student.train_sgd(*problem, rate, epochs, batch_size, draw)
    return as_parts(got, PARTS, "train_sgd")


def each_run(
    case: Case, problem: Problem, batch_size: int, *asked: tuple[Rng, int]
) -> Iterator[list[Any]]:
    """Yield what `one_epoch` returns for each generator and number of epochs, asked at once."""
    if case.student.is_apart:  # the right batches begin anew with each generator
        yield from (one_epoch(case, problem, batch_size, rng=r, epochs=n) for r, n in asked)
        return
    calls = [(*problem, LEARNING_RATE, n, batch_size, r) for r, n in asked]
    for got in case.student.in_turn("train_sgd", *calls):
        yield as_parts(got, PARTS, "train_sgd")


@recorded
def ends_of(problem: Problem) -> list[Weights]:
    """Return where each of the six ways through four samples leads to."""
    return [expected_weights(problem, order) for order in TWOS]


@recorded
def second_ends_of(problem: Problem) -> list[list[Weights]]:
    """Return where each of the six ways leads to after each of the six."""
    return [ends_of((*problem[:2], *end)) for end in ends_of(problem)]


def which(ends: list[Weights], got: list[Any]) -> int | None:
    """Return which of the ways, by their ends, leads to these weights; None if none does."""
    w1, w2 = as_array(got[0], "`w1`").astype(float), as_array(got[1], "`w2`").astype(float)
    for number, right in enumerate(ends):
        pairs = ((w1, right[0]), (w2, right[1]))
        if all(w.shape == r.shape and SINGLE.allows(w, r).all() for w, r in pairs):
            return number
    return None
