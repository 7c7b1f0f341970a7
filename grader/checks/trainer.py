"""The judge's trainer: several networks at once, each on its own data, with batched products."""

from __future__ import annotations

__all__ = [
    "Bars",
    "Pair",
    "Trained",
    "Training",
    "bars_of",
    "joined",
    "network_error",
    "slopes_of",
    "stays",
    "train_together",
]

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from grader.checks.chain import Chain, Node
from grader.checks.remembering import remembered
from grader.checks.several_runs import drawn_points

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.checks.chain import Downhill

Pair = tuple[np.ndarray, np.ndarray]
# A part of the loss at the start; what each run's bar is at least, and at most.
Bars = tuple[float, np.ndarray, np.ndarray]
LOOK_EVERY_STEPS = 100
# A loss below this share of its first value is rounding error: it stays there.
NOTHING_LEFT = 1e-20
OF_EACH_RUN = ("w1", "w2", "losses", "new_losses")


@dataclass(frozen=True)
class Trained:
    """The result of training several networks."""

    w1: np.ndarray  # (runs, d_in, d_hidden)
    w2: np.ndarray  # (runs, d_hidden, d_out)
    losses: np.ndarray  # one row per run
    new_losses: np.ndarray  # (runs, looks), the squared error on new data; empty without any

    @property
    def first(self) -> np.ndarray:
        """The loss of each run before its first step, shape (runs,)."""
        return self.losses[:, 0]

    @property
    def last(self) -> np.ndarray:
        """The loss of each run after its last step, shape (runs,)."""
        return self.losses[:, -1]

    @property
    def lowest(self) -> np.ndarray:
        """The lowest loss of each run, shape (runs,); nan where none is a number."""
        lowest: np.ndarray = np.fmin.reduce(self.losses, axis=1)
        return lowest


@dataclass(frozen=True)
class Training(Trained):
    """A training with the losses before each update and after the last; they may be inf or nan."""

    looks: np.ndarray  # the steps at which the new data were looked at; empty where there are none


def joined(one: Training, other: Training) -> Training:
    """Join two trainings with the same number of steps into one."""
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
    bars: Bars | None = None,
) -> Training:
    """Follow the gradient of the squared error downhill, for each network of a stack.

    It ends early where all losses are non-finite, or rounding, or where a step moves no weight, as
    no later one does; what is left out is as the last one then. Where every run has come down to
    its bar, it ends, and nothing stands for the rest.

    Parameters
    ----------
    x, y : (runs, n, d_in) and (runs, n, d_out) array
        The samples of each run.
    w1, w2 : (runs, d_in, d_hidden) and (runs, d_hidden, d_out) array
        Where each run begins; they are left alone.
    learning_rate, steps : float and int
    new : tuple of two arrays, optional
        Other data of the same form, which are looked at now and then, and not learned.
    bars : tuple, optional
        At which losses a run need not go on: see `bars_of`.

    Returns
    -------
    Training
    """
    chain, one = Chain(), len(x) == 1  # one alone uses plain products
    weights, line = chain.variables(*(w[0] if one else w for w in (w1, w2)))
    error = network_error(chain, x[0] if one else x, y[0] if one else y, *weights)
    made = _Losses(steps, y.shape)
    others = _NewLosses(new, steps, len(x), weights)
    down, rows, done = chain.downhill(line, learning_rate), made.rows, 0
    with np.errstate(all="ignore"):
        chain.forward()
        made.begin(error.value)
        others.look_at(0)
        while True:
            if bars is not None and _all_below(made.losses[: done + 1], bars):
                steps = others.ends_at(done)
            if done == steps or _settled(made.losses, done):
                break
            before, end = line.value.copy(), min(done + LOOK_EVERY_STEPS, steps)
            down.go(1)
            if stays(before, line.value):
                break
            np.copyto(rows[1], error.value)
            _to_the_next_look(down, error.value, rows[2:], others, (done + 1, end))
            made.sum_up(done, end)
            done = end
        others.fill_up()
    end_1, end_2 = (w.value.reshape(like.shape) for w, like in zip(weights, (w1, w2), strict=True))
    losses = made.filled_up(done, steps).T
    return Training(end_1, end_2, losses, others.losses.T, others.looks)


def network_error(chain: Chain, x: np.ndarray, y: np.ndarray, w1: Node, w2: Node) -> Node:
    """Return the error of a network with one hidden layer of relu: prediction minus target.

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
    return chain.error(chain.product(hidden, w2), chain.given(y))


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
    network_error(chain, x, y, one, two)
    chain.forward()
    chain.backward()
    return 2.0 * one.slope, 2.0 * two.slope


def _to_the_next_look(
    down: Downhill,
    error: np.ndarray,
    rows: Sequence[np.ndarray],
    others: _NewLosses,
    steps: tuple[int, int],
) -> None:
    """Go from a step to another one, with the error of each in a row, and look at new data."""
    first, end = steps
    step = others.look_at(first)
    while step < end:
        stop = others.stop(step, end)
        down.go_noting(error, rows[step - first : stop - first])
        step = others.look_at(stop)


class _Losses:
    """Sums the squared errors of a hundred steps at once, which is faster than one by one."""

    def __init__(self, steps: int, shape: tuple[int, ...]) -> None:
        self.losses = np.empty((steps + 1, shape[0]))
        self._errors = np.empty((LOOK_EVERY_STEPS + 1, *shape))
        # Where the error of a step that was looked at belongs, and of the hundred after it.
        self.rows = list(self._errors[:, 0] if shape[0] == 1 else self._errors)

    def begin(self, error: np.ndarray) -> None:
        """Take up the error before the first step."""
        np.copyto(self.rows[0], error)
        self.sum_up(0, 0)

    def sum_up(self, looked: int, end: int) -> None:
        """Compute the losses from a step that was looked at to one that will be."""
        errors = self._errors[: end - looked + 1]
        self.losses[looked : end + 1] = np.einsum("krno,krno->kr", errors, errors)
        np.copyto(self._errors[0], errors[-1])

    def filled_up(self, done: int, steps: int) -> np.ndarray:
        """Return the losses of so many steps, of which the last ones, if any, were not made."""
        self.losses[done:] = self.losses[done]
        return self.losses[: steps + 1]


class _NewLosses:
    """Looks at data that are not learned, closer to each other at the start."""

    def __init__(self, new: Pair | None, steps: int, runs: int, weights: Sequence[Node]) -> None:
        self._new, self._weights = new, weights
        self.looks = drawn_points(steps + 1) if new is not None else np.empty(0, dtype=int)
        self.losses = np.full((len(self.looks), runs), np.nan)
        self._look = 0
        self._next = 0 if new is not None else -1  # the step at which to look

    def stop(self, step: int, end: int) -> int:
        """Return how far to go without a look."""
        return min(end, self._next) if self._next > step else end

    def look_at(self, step: int) -> int:
        """Look, if this is the step for it; return the step."""
        if step == self._next:
            self.fill_up()
            self._look += 1
            self._next = int(self.looks[self._look]) if self._look < len(self.looks) else -1
        return step

    def ends_at(self, step: int) -> int:
        """Leave out all looks after a step, and look there; return the step."""
        if self._new is not None:
            before = self.looks[: self._look]
            self.looks = np.append(before[before < step], step)
            self.losses = self.losses[: len(self.looks)]
            self._look = len(self.looks) - 1
        return step

    def fill_up(self) -> None:
        """Let what is left, if anything, be as it is now."""
        if self._new is not None and self._look < len(self.looks):
            w1, w2 = (node.value for node in self._weights)
            self.losses[self._look :] = _error(*self._new, w1, w2)


def _error(x: np.ndarray, y: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> np.ndarray:
    error = np.matmul(np.maximum(np.matmul(x, w1), 0.0), w2) - y
    losses: np.ndarray = np.einsum("rno,rno->r", error, error)
    return losses


def stays(before: np.ndarray, after: np.ndarray) -> bool:
    """Return whether a step moved no weight: then no later step does, and all losses are known."""
    return np.array_equal(before, after)


def bars_of(first: np.ndarray, bars: Bars) -> np.ndarray:
    """Return each run's bar: a part of its first loss, but not below `low` nor above `high`.

    Parameters
    ----------
    first : (runs,) array
        The losses before the first step.
    bars : tuple of float and two (runs,) arrays
        The part, and what a bar is at least and at most.

    Returns
    -------
    (runs,) array
    """
    part, low, high = bars
    found: np.ndarray = np.minimum(np.maximum(part * first, low), high)
    return found


def _all_below(losses: np.ndarray, bars: Bars) -> bool:
    """Say whether each run has come down to its bar at some step, however it goes on."""
    return bool((np.fmin.reduce(losses, axis=0) <= bars_of(losses[0], bars)).all())


def _settled(losses: np.ndarray, step: int) -> bool:
    now = losses[step]
    return not np.isfinite(now).any() or bool((now <= NOTHING_LEFT * losses[0]).all())
