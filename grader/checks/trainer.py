"""The judge's own trainer: several networks at once, each on its own data, one matmul for all."""

from __future__ import annotations

__all__ = [
    "Pair",
    "Trained",
    "Training",
    "joined",
    "network_error",
    "slopes_of",
    "stays",
    "train_together",
]

from dataclasses import dataclass

import numpy as np

from grader.checks.chain import Chain, Node
from grader.checks.remembering import remembered
from grader.checks.several_runs import drawn_points

Pair = tuple[np.ndarray, np.ndarray]
LOOK_EVERY_STEPS = 100
# A loss that has come down to this part of its start is rounding: it stays there.
NOTHING_LEFT = 1e-20
OF_EACH_RUN = ("w1", "w2", "losses", "new_losses")


@dataclass(frozen=True)
class Trained:
    """What training several networks gave."""

    w1: np.ndarray  # (runs, d_in, d_hidden)
    w2: np.ndarray  # (runs, d_hidden, d_out)
    losses: np.ndarray  # a line for each run
    new_losses: np.ndarray  # (runs, looks), the squared error on new data; empty without any

    @property
    def first(self) -> np.ndarray:
        """The loss of each run before its first step, shape (runs,)."""
        return self.losses[:, 0]

    @property
    def last(self) -> np.ndarray:
        """The loss of each run after its last step, shape (runs,)."""
        return self.losses[:, -1]


@dataclass(frozen=True)
class Training(Trained):
    """One whose losses are before each update and after the last; they may be inf and nan."""

    looks: np.ndarray  # the steps at which the new data were looked at; empty where there are none


def joined(one: Training, other: Training) -> Training:
    """Return the runs of two trainings of as many steps as one training."""
    pairs = [(getattr(one, part), getattr(other, part)) for part in OF_EACH_RUN]
    w1, w2, losses, new_losses = map(np.concatenate, pairs)
    return Training(w1, w2, losses, new_losses, one.looks)


@remembered
def train_together(
    x: np.ndarray,
    y: np.ndarray,
    w1: np.ndarray,
    w2: np.ndarray,
    learning_rate: float,
    steps: int,
    *,
    new: Pair | None = None,
) -> Training:
    """Follow the gradient of the squared error downhill, for each network of a stack.

    It ends early where all losses are non-finite, or have come down to rounding, or where a step
    moves no weight, as no later one does; the losses that are left out are the last one then.

    Parameters
    ----------
    x, y : (runs, n, d_in) and (runs, n, d_out) array
        The samples of each run.
    w1, w2 : (runs, d_in, d_hidden) and (runs, d_hidden, d_out) array
        Where each run begins; they are left alone.
    learning_rate, steps : float and int
    new : tuple of two arrays, optional
        Other data of the same form, which are looked at now and then, and not learned.

    Returns
    -------
    Training
    """
    chain, one = Chain(), len(x) == 1  # one alone takes plain products, not those of a stack
    weights, line = chain.variables(*(w[0] if one else w for w in (w1, w2)))
    error = network_error(chain, x[0] if one else x, y[0] if one else y, *weights)
    made = _Losses(steps, y.shape)
    looks = drawn_points(steps + 1) if new is not None else np.empty(0, dtype=int)
    new_losses = np.full((len(looks), len(x)), np.nan)
    look, done = 0, steps
    with np.errstate(all="ignore"):
        for step in range(steps + 1):
            chain.forward()
            made.take(step, error.value)
            if look < len(looks) and step == looks[look] and new is not None:
                new_losses[look] = _error(*new, *(w.value for w in weights))
                look += 1
            looked = step % LOOK_EVERY_STEPS == 0
            if step == steps or (looked and _settled(made.losses, step)):
                done = step
                break
            before = line.value.copy() if looked else None
            chain.backward(error)
            np.multiply(line.slope, learning_rate, out=line.slope)
            np.subtract(line.value, line.slope, out=line.value)
            if before is not None and stays(before, line.value):
                done = step
                break
        if new is not None:
            new_losses[look:] = _error(*new, *(w.value for w in weights))
    made.losses[done:] = made.losses[done]
    end_1, end_2 = (w.value.reshape(like.shape) for w, like in zip(weights, (w1, w2), strict=True))
    return Training(end_1, end_2, made.losses.T, new_losses.T, looks)


def network_error(chain: Chain, x: np.ndarray, y: np.ndarray, w1: Node, w2: Node) -> Node:
    """Return what a network with one hidden layer of relu predicts, less what is right.

    Parameters
    ----------
    chain : Chain
        The expression that it is part of.
    x, y : (…, n, d_in) and (…, n, d_out) array
        The samples.
    w1, w2 : Node
        The weights, variables of the chain.

    Returns
    -------
    Node
    """
    hidden = chain.positive(chain.product(chain.given(x), w1))
    return chain.minus(chain.product(hidden, w2), chain.given(y))


def slopes_of(x: np.ndarray, y: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> Pair:
    """Return the derivatives of the squared error with respect to both matrices.

    Parameters
    ----------
    x, y : (…, n, d_in) and (…, n, d_out) array
        The samples.
    w1, w2 : (…, d_in, d_hidden) and (…, d_hidden, d_out) array
        The weights.

    Returns
    -------
    tuple of two ndarrays
        Of the shapes of `w1` and `w2`.
    """
    chain = Chain()
    one, two = chain.variable(w1), chain.variable(w2)
    error = network_error(chain, x, y, one, two)
    chain.forward()
    chain.backward(error)
    assert one.slope is not None  # noqa: S101  (variables have one)
    assert two.slope is not None  # noqa: S101
    return one.slope, two.slope


class _Losses:
    """Adds up the squared errors of a hundred steps at once, which takes less than one by one.

    Those of the steps that are looked at, and of the last, are there at once.
    """

    def __init__(self, steps: int, shape: tuple[int, ...]) -> None:
        self.losses = np.empty((steps + 1, shape[0]))
        self._errors = np.empty((LOOK_EVERY_STEPS, *shape))
        self._parts = self._errors[:, 0] if shape[0] == 1 else self._errors
        self._last = steps

    def take(self, step: int, error: np.ndarray) -> None:
        """Keep the error of a step; steps come one after the other."""
        row = step % LOOK_EVERY_STEPS
        np.copyto(self._parts[row], error)
        if row in (0, LOOK_EVERY_STEPS - 1) or step == self._last:
            errors = self._errors[: row + 1]
            self.losses[step - row : step + 1] = np.einsum("krno,krno->kr", errors, errors)


def _error(x: np.ndarray, y: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> np.ndarray:
    error = np.matmul(np.maximum(np.matmul(x, w1), 0.0), w2) - y
    losses: np.ndarray = np.einsum("rno,rno->r", error, error)
    return losses


def stays(before: np.ndarray, after: np.ndarray) -> bool:
    """Say whether a step has moved no weight: then no later one does, and all losses are known."""
    return np.array_equal(before, after)


def _settled(losses: np.ndarray, step: int) -> bool:
    now = losses[step]
    return not np.isfinite(now).any() or bool((now <= NOTHING_LEFT * losses[0]).all())
