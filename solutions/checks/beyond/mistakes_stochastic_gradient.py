"""Well-known wrong versions of `minibatches` and `train_sgd`."""

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from grader.checks import Wrong, misconception, misconceptions
from grader.checks.changed_steps import changed_steps
from grader.checks.drawn_numbers import in_old_batches, in_old_order

from ..random_data.network import right_loss, slopes
from ..random_data.wrong_training import back_through_new_w2, w1_first, w2_first
from .sgd import gone_through

STOCHASTIC = "Stochastic gradient"
EPOCHS = "train_sgd.epochs"
WAY, LOSSES = "train_sgd.way", "train_sgd.losses"
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


def _moved_before(
    move: Callable[..., tuple[np.ndarray, np.ndarray]],
) -> Callable[..., Weights]:
    """Return a training in which a matrix has moved when the other one's gradient is taken."""

    def train_sgd(*arguments: Any) -> Weights:
        x, y, w1, w2, rate, epochs, size = arguments[:7]
        for _ in range(epochs):
            for begin in range(0, len(x), size):
                batch = slice(begin, begin + size)
                w1, w2 = move(slopes, rate, x[batch], y[batch], w1, w2)
        return w1, w2, []

    return train_sgd


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
    w1_before_grad_w2=Wrong(
        _moved_before(w1_first),
        "w1 has already moved when the gradient of w2 is computed: both have to be taken at the "
        "same weights, before either of them moves.",
        "eq. 26",
    ),
    w2_before_grad_w1=Wrong(
        _moved_before(w2_first),
        "w2 has already moved when the gradient of w1 is computed: both have to be taken at the "
        "same weights, before either of them moves.",
        "eq. 26",
    ),
    w2_before_the_error_goes_back=Wrong(
        _moved_before(back_through_new_w2),
        "w2 has already moved when the errors are carried back through it: 2 (y_pred - y) belongs "
        "to the old w2. Compute both gradients first, then move both matrices.",
        "Backpropagation; eq. 26",
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
    """The order is always the same: it is kept from the first call, or a generator with a seed of
    its own draws it. Draw from the `rng` that is passed in, which goes on from epoch to epoch.
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


def _trained_by(
    step: Callable[[int, int], Any] = lambda _epoch, _step: 1.0,
    losses: Callable[..., list[float]] = lambda whole, _of_batches: whole[1:],
    kept: float = 0.0,
) -> Callable[..., Weights]:
    """Return a `train_sgd` with another learning rate, other losses, or a velocity that is kept.

    The rate is a factor for the number of the epoch and that of the step; losses are made of those
    on all samples, before the first epoch and after each, and of those of an epoch's batches.
    """

    def train_sgd(*arguments: Any) -> Weights:
        x, y, w1, w2, rate, epochs, size, rng = arguments
        whole, done = [right_loss(x, y, w1, w2)], 0
        of_batches: list[list[float]] = []
        velocity = [np.zeros_like(w1), np.zeros_like(w2)]
        for epoch in range(epochs):
            of_batches.append([])
            for batch in _cut(rng.permutation(len(x)), size):
                of_batches[-1].append(right_loss(x[batch], y[batch], w1, w2))
                pairs = zip(velocity, slopes(x[batch], y[batch], w1, w2), strict=True)
                velocity = [kept * old + new for old, new in pairs]
                w1, w2 = (
                    w - rate * step(epoch, done) * v
                    for w, v in zip((w1, w2), velocity, strict=True)
                )
                done += 1
            whole.append(right_loss(x, y, w1, w2))
        return w1, w2, losses(whole, of_batches)

    return train_sgd


WAYS = changed_steps(
    WAY,
    "eq. 26",
    "the batch's gradient at the present weights alone, w ← w - α ∇",
    shrinking=_trained_by(lambda epoch, _: 0.95**epoch),
    growing=_trained_by(lambda _, step: 1 + 0.05 * step),
    velocity=_trained_by(kept=0.9),
    steady=_trained_by(lambda *_: 0.3),
)


@misconception(
    of="train_sgd.samples",
    lecture=STOCHASTIC,
    example=lambda x, y, *run: _trained_by()(x, y[::-1], *run),
)
def labels_of_other_samples(pairs_differ: bool) -> bool:
    """Samples are trained on the y of other samples, as where x and y are shuffled apart: take
    `x[batch]` and `y[batch]` with the same numbers.
    """
    return pairs_differ


def _same(one: Any, other: Any) -> bool:
    one, other = np.asarray(one), np.asarray(other)
    return one.shape == other.shape and np.allclose(one, other, rtol=1e-4)


# Seen are the losses of three epochs of one batch, what is right, the start included, and how many
# numbers y has; and those of two epochs of three batches each, of samples that are all the same.
@misconception(
    of=LOSSES, lecture=STOCHASTIC, example=_trained_by(losses=lambda whole, _: whole[:-1])
)
def losses_before_each_epoch(one: Any, right: Any, several: Any, steps: Any, *_: Any) -> bool:
    """Each loss is the one before its epoch. It has to be the one after it: compute it when all
    batches of the epoch have made their steps.
    """
    return _same(one, right[:-1]) and _same(several, np.take(steps, [0, 3]))


@misconception(of=LOSSES, lecture=STOCHASTIC, example=_trained_by(losses=lambda whole, _: whole))
def loss_of_the_start_too(one: Any, right: Any, *_: Any) -> bool:
    """The loss at the start is there, too: there has to be one loss for each epoch, after it."""
    return _same(one, right)


@misconception(
    of=LOSSES,
    lecture="eq. 19",
    example=lambda *run: _trained_by(
        losses=lambda whole, _: [loss / len(run[0]) for loss in whole[1:]]
    )(*run),
)
def losses_are_means(
    one: Any, right: Any, _several: Any, _steps: Any, numbers: int, samples: int
) -> bool:
    """The losses are divided by the number of samples, or of all numbers in y: the squared error is
    the sum of the squares.
    """
    return any(_same(np.multiply(one, count), right[1:]) for count in (samples, numbers))


@misconception(
    of=LOSSES,
    lecture=STOCHASTIC,
    example=_trained_by(losses=lambda _, batches: [loss for found in batches for loss in found]),
)
def a_loss_for_each_batch(one: Any, right: Any, several: Any, steps: Any, *_: Any) -> bool:
    """There is a loss for each batch: `train_sgd` returns one for each epoch, the squared error on
    all samples.
    """
    return len(one) == len(right) - 1 and len(several) == len(steps) - 1


@misconception(
    of=LOSSES,
    lecture=STOCHASTIC,
    example=_trained_by(losses=lambda _, batches: [sum(found) for found in batches]),
)
def losses_of_the_batches_added_up(_one: Any, _: Any, several: Any, steps: Any, *_n: Any) -> bool:
    """The losses of the batches are added up while the weights move. Compute the squared error on
    all samples behind the loop over the batches, with the weights at the end of the epoch.
    """
    parts = np.reshape(steps[:-1], (2, 3)) / 3, np.reshape(steps[1:], (2, 3)) / 3
    return any(_same(several, part.sum(axis=1)) for part in parts)


@misconception(
    of=LOSSES,
    lecture=STOCHASTIC,
    example=_trained_by(losses=lambda _, batches: [found[-1] for found in batches]),
)
def loss_of_the_last_batch(_one: Any, _: Any, several: Any, steps: Any, *_n: Any) -> bool:
    """Each loss is that of the epoch's last batch alone: return the squared error on all
    samples.
    """
    return any(_same(several, np.take(steps, at) / 3) for at in ([2, 5], [3, 6]))
