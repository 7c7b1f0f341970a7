"""Well-known wrong versions of `minibatches` and `train_sgd`."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from grader.checks import Wrong, misconception, misconceptions

from ..random_data.network import right_loss, slopes
from .sgd import gone_through, in_old_batches, in_old_order

STOCHASTIC = "Stochastic gradient"
EPOCHS = "train_sgd.epochs"
ORDER = "minibatches.order"

Weights = tuple[np.ndarray, np.ndarray, list[float]]
Drawn = list[list[np.ndarray]]
# The usual tolerance of whoever lets a training end by itself.
SMALL_CHANGE = 1e-6
_STATE = np.random.default_rng(4)


def _train(
    arguments: tuple[Any, ...], factor: Callable[[int], float], *, together: bool = False
) -> Weights:
    """Take the samples in their order; the checks ask where the order makes no difference."""
    x, y, w1, w2, rate, epochs, size = arguments[:7]
    for _ in range(epochs):
        begin_with = w1, w2
        for begin in range(0, len(x), size):
            batch = slice(begin, begin + size)
            here = begin_with if together else (w1, w2)
            grad_w1, grad_w2 = slopes(x[batch], y[batch], *here)
            step = rate * factor(len(x[batch]))
            w1, w2 = w1 - step * grad_w1, w2 - step * grad_w2
    return w1, w2, []


def _ends_early(*arguments: Any) -> Weights:
    x, y, w1, w2, rate, epochs, size, rng = arguments
    losses: list[float] = []
    for _ in range(epochs):
        w1, w2 = gone_through((x, y, w1, w2), rate, _cut(rng.permutation(len(x)), size))
        losses.append(right_loss(x, y, w1, w2))
        if len(losses) > 1 and abs(losses[-1] - losses[-2]) < SMALL_CHANGE:
            break
    return w1, w2, losses


@misconception(of="train_sgd.length", lecture=STOCHASTIC, example=_ends_early)
def ends_early(count: int, epochs: int) -> bool:
    """The training ends before all epochs are gone through, as where the loss hardly falls any
    more: go through `epochs` of them, whatever the loss does, so that there is a loss for each.
    """
    return count < epochs


OF_TRAIN_SGD = misconceptions(
    "train_sgd",
    "eq. 19",
    mean_over_the_batch=Wrong(
        lambda *arguments: _train(arguments, lambda size: 1 / size),
        "The gradient of a batch is divided by the number of its samples. The squared error is a "
        "sum, and so is its gradient: leave the mean out, and choose a smaller learning rate.",
    ),
    factor_two_missing=Wrong(
        lambda *arguments: _train(arguments, lambda _: 0.5),
        "Each step is half as long as it should be: the derivative of e² is 2e.",
        "eq. 24 corrected",
    ),
    one_step_an_epoch=Wrong(
        lambda *arguments: _train(arguments, lambda _: 1.0, together=True),
        "All batches of an epoch use the gradient at the weights with which the epoch began: that "
        "is a step of plain gradient descent. Update the weights after every batch, and go on "
        "from there.",
        STOCHASTIC,
    ),
    climbing=Wrong(
        lambda *arguments: _train(arguments, lambda _: -1.0),
        "The gradient is added: this climbs the loss. It points uphill, so subtract it.",
        "eq. 26",
    ),
)


def _trained_on(draw: Callable[..., Iterable[np.ndarray]]) -> Callable[..., Weights]:
    """Return a `train_sgd` that draws its batches once, before the first epoch."""

    def train_sgd(*arguments: Any) -> Weights:
        x, y, w1, w2, rate, epochs, size, rng = arguments
        found, losses = list(draw(len(x), size, rng)), []
        for _ in range(epochs):
            w1, w2 = gone_through((x, y, w1, w2), rate, found)
            losses.append(right_loss(x, y, w1, w2))
        return w1, w2, losses

    return train_sgd


def _cut(order: np.ndarray, size: int) -> list[np.ndarray]:
    return [order[begin : begin + size] for begin in range(0, len(order), size)]


def _orders(drawn: Drawn) -> list[np.ndarray]:
    return [np.concatenate(found) for found in drawn]


@misconception(of=ORDER, lecture=STOCHASTIC, example=lambda n, size, _: _cut(np.arange(n), size))
def never_shuffled(drawn: Drawn) -> bool:
    """The samples are not shuffled: they come in their old order in every epoch. Cut a permutation
    into batches, `rng.permutation(n_samples)`, so that each epoch sees other samples together.
    """
    first, second, _ = _orders(drawn)
    return np.array_equal(first, second) and in_old_order(first)


@misconception(
    of=ORDER,
    lecture=STOCHASTIC,
    example=lambda n, size, rng: (
        [_cut(np.arange(n), size)[k] for k in rng.permutation(-(-n // size))]
        if not n % size
        else _cut(rng.permutation(n), size)
    ),
)
def only_the_batches_shuffled(drawn: Drawn) -> bool:
    """Whole batches are shuffled, or the samples inside each of them: the same samples stay
    together for ever. Shuffle all samples first, and cut them into batches then.
    """
    return in_old_batches(drawn[0]) and not never_shuffled.wrong(drawn)


@misconception(
    of=ORDER,
    lecture=STOCHASTIC,
    example=lambda n, size, _: _cut(np.random.default_rng(0).permutation(n), size),
)
def own_seed(drawn: Drawn) -> bool:
    """The order is always the same: a generator with a seed of its own draws it anew at each call.
    Draw from the `rng` that is passed in, which goes on from one epoch to the next.
    """
    first, second, again = _orders(drawn)
    fixed = np.array_equal(first, second) and np.array_equal(first, again)
    return fixed and not never_shuffled.wrong(drawn)


@misconception(
    of=ORDER, lecture=STOCHASTIC, example=lambda n, size, _: _cut(_STATE.permutation(n), size)
)
def global_randomness(drawn: Drawn) -> bool:
    """The same generator gives other batches the second time: they are drawn from numpy's global
    state (`np.random.shuffle`), or from a generator without a seed. Draw from `rng`.
    """
    first, _, again = _orders(drawn)
    return not np.array_equal(first, again) and not only_the_batches_shuffled.wrong(drawn)


@misconception(
    of=EPOCHS,
    lecture=STOCHASTIC,
    example=_trained_on(lambda n, size, rng: _cut(rng.permutation(n), size)),
)
def batches_drawn_once(pairs: list[tuple[int, int]]) -> bool:
    """The batches are drawn once, before the first epoch, and used in all of them: call
    `minibatches` inside the loop over the epochs, so that each of them sees others.
    """
    return all(first == second for first, second in pairs) and len(set(pairs)) > 1


@misconception(
    of=EPOCHS, lecture=STOCHASTIC, example=_trained_on(lambda n, size, _: _cut(np.arange(n), size))
)
def trained_in_old_order(pairs: list[tuple[int, int]]) -> bool:
    """The training takes the same batches whatever `rng` is, as if it cut the samples in their old
    order itself: take the batches from `minibatches`, with the `rng` that is passed in.
    """
    return len(set(pairs)) == 1
