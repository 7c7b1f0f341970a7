"""Known mistakes in choosing hyperparameters, recognised by how the judge's training went."""

from typing import Any

import numpy as np

from grader.checks import Instead, misconception

from ..training import tried
from .learning import ENOUGH_UNITS, MAX_TEST_PART, MAX_TRAINING_ERROR, SAMPLES, Learned, outputs

CHOICE = "HYPERPARAMETERS"
RATE = "eq. 26: α is the learning rate"

TUNE = "You will need to tune the hyperparameters"
# The loss still falls where the last tenth of the steps took this part of it away.
STILL_FALLING = 0.01
Weights = tuple[np.ndarray, np.ndarray]


def solution(d_in: int, d_hidden: int, d_out: int, _rng: np.random.Generator) -> Weights:
    """Return the weights that give the right outputs: a pair of neurons for each of them."""
    w1, w2 = np.zeros((d_in, d_hidden)), np.zeros((d_hidden, d_out))
    for neuron in range(min(2 * d_out, d_hidden)):
        sign, output = 1.0 - 2.0 * (neuron % 2), neuron // 2
        w1[:, neuron], w2[neuron, output] = sign * outputs(np.eye(d_in))[:, output], sign
    return w1, w2


def three_units(d_in: int, d_hidden: int, d_out: int, rng: np.random.Generator) -> Weights:
    """Return weights of which only three hidden neurons are not zero: the others never wake up."""
    awake = np.arange(d_hidden) < 3
    w1, w2 = rng.normal(size=(d_in, d_hidden)), rng.normal(size=(d_hidden, d_out))
    return w1 * awake, w2 * awake[:, None]


@misconception(
    of=CHOICE, lecture="Initial network", example=Instead("init_weights", lambda _: solution)
)
def answer_in_the_start(learned: Learned, _chosen: dict[str, Any]) -> bool:
    """`init_weights` gives weights that make the right outputs already. They have to be found by
    training: start from random ones.
    """
    return learned.start < learned.size * MAX_TEST_PART


@misconception(of=CHOICE, lecture=RATE, example=tried(4, 1e-4, 2000))
def at_the_edge_of_stability(learned: Learned, chosen: dict[str, Any]) -> bool:
    """The loss jumps up and down, and never settles: the steps are just too long for the valley, so
    that they cross it from side to side. Half of this learning rate settles.
    """
    if _exploded(learned) or too_few_hidden_units.wrong(learned, chosen):
        return False
    finite = np.clip(np.nan_to_num(learned.descent.losses), 0.0, 1e300)
    late = finite[:, -len(learned.descent.steps) // 4 :]
    rises = np.mean(np.diff(late) > 0, axis=1)
    jumps = (rises > 0.2) & (late.max(axis=1) > 1.05 * late.min(axis=1))
    return bool(jumps[learned.best] or np.mean(jumps) > 0.5)


@misconception(
    of=CHOICE,
    lecture="Exercise 7: Make it find a bad local minimum",
    example=Instead("init_weights", lambda _: three_units),
)
def bad_minimum_from_every_start(learned: Learned, chosen: dict[str, Any]) -> bool:
    """Every start has stopped in a bad local minimum: pairs of hidden neurons got stuck on the
    same output. One or two hidden neurons more give the descent another way out; weights that start
    smaller and with both signs do so, too.
    """
    others = (too_few_hidden_units, rate_too_large, at_the_edge_of_stability, rate_too_small)
    if learned.learned or any(other.wrong(learned, chosen) for other in others):
        return False
    return chosen["d_hidden"] >= ENOUGH_UNITS


@misconception(of=CHOICE, lecture="We did not overfit", example=tried(64, 5e-6, 4000))
def learned_by_heart(learned: Learned, _chosen: dict[str, Any]) -> bool:
    """The samples are learned, and the structure is not: the error on new ones stays large. So many
    hidden neurons can take in 64 samples by heart, as random data in exercise 2. Take fewer.
    """
    return learned.learned and not learned.carries_over


@misconception(of=CHOICE, lecture=RATE, example=tried(6, 1e-3, 1000))
def rate_too_large(learned: Learned, _chosen: dict[str, Any]) -> bool:
    """The training explodes, or ends above its start: the steps jump over the valley. These inputs
    are five times as large as random data, and the gradient grows with their square: take a
    learning rate ten or a hundred times smaller than in exercise 2.
    """
    return _exploded(learned)


@misconception(of=CHOICE, lecture="Gradient update", example=tried(6, 1e-7, 3000))
def rate_too_small(learned: Learned, chosen: dict[str, Any]) -> bool:
    """The loss is still falling at the end, too slowly: a larger learning rate, or more steps,
    would bring it further down.
    """
    others = (too_few_hidden_units, rate_too_large, at_the_edge_of_stability)
    if any(other.wrong(learned, chosen) for other in others):
        return False
    falls = float(learned.descent.falls_late[learned.best])
    return learned.training >= MAX_TRAINING_ERROR and falls > STILL_FALLING


@misconception(
    of=CHOICE, lecture="Exercise 7: Playing with hyperparameters", example=tried(2, 2e-5, 5000)
)
def too_few_hidden_units(learned: Learned, chosen: dict[str, Any]) -> bool:
    """Fewer than four hidden neurons cannot do it, however long they learn. A hidden neuron gives
    only one sign of what it sees, since z = relu(z) - relu(-z): each of the two outputs needs a
    pair. One pair leaves the first output alone, and 150 per sample; three leave about 75.
    """
    return chosen["d_hidden"] < ENOUGH_UNITS and not _exploded(learned)


def _exploded(learned: Learned) -> bool:
    """Say whether half of the starts, or more, ended above where they began."""
    return bool(np.mean(learned.descent.last < learned.descent.first) < 0.5) or (
        learned.training * SAMPLES >= float(learned.descent.first.max())
    )
