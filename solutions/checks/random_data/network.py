"""The network in the judge's own words, and inputs on which its mistakes can be told apart."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from grader.checks import Failed, recorded
from grader.checks.recording import named
from grader.checks.trainer import slopes_of

# No hidden neuron gets an input nearer to 0 than this: there its slope may be taken as 0 or 1,
# and rounding or a finite difference would step over the kink.
MARGIN = 0.05
# Of the terms of a gradient's largest element, at least this part is left in the sum: less would
# carry the rounding of float32 to where it can be seen.
LEAST_LEFT = 0.05
TRIES = 10_000


@dataclass(frozen=True)
class Sizes:
    """How many samples, inputs, hidden neurons and outputs."""

    n: int
    d_in: int
    d_hidden: int
    d_out: int


Problem = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def relu(z: np.ndarray) -> np.ndarray:
    """Return max(z, 0), element by element."""
    return np.maximum(z, 0.0)


def batch(x: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return a single sample as a batch of one, and a batch as it is."""
    return np.atleast_2d(np.asarray(x, dtype=float)), np.atleast_2d(np.asarray(y, dtype=float))


def error(x: np.ndarray, y: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> np.ndarray:
    """Return y_pred - y."""
    return relu(x @ w1) @ w2 - y


Gradients = Callable[..., tuple[np.ndarray, np.ndarray]]
Loss = Callable[..., Any]


def walk(
    problem: tuple[Any, ...],
    rate: float,
    steps: int,
    gradients: Gradients,
    loss: Loss,
    *,
    move: Callable[..., tuple[np.ndarray, np.ndarray]] | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Follow gradients by eq. 26, step by step, or another rule of moving where one is given."""
    data, weights = problem[:2], problem[2:]
    losses = [loss(*data, *weights)]
    for _ in range(steps):
        if move is None:
            slopes = gradients(*data, *weights)
            weights = tuple(w - rate * slope for w, slope in zip(weights, slopes, strict=True))
        else:
            weights = move(*data, *weights)
        losses.append(loss(*data, *weights))
    one, two = weights
    return one, two, np.array(losses)


def right_loss(x: Any, y: Any, w1: np.ndarray, w2: np.ndarray) -> float:
    """Return the squared error of a network."""
    return float(np.sum(error(*batch(x, y), w1, w2) ** 2))


named("the right loss", right_loss)  # known mistakes on it are in a kit, too


class Pass(NamedTuple):
    """What goes through the network and back, all as batches: `slope` is 2 (y_pred - y)."""

    x: np.ndarray
    y: np.ndarray
    w2: np.ndarray
    hidden_in: np.ndarray
    hidden: np.ndarray
    slope: np.ndarray

    @property
    def back(self) -> np.ndarray:
        """The slope behind the relu."""
        return self.slope @ self.w2.T


def passed(x: Any, y: Any, w1: np.ndarray, w2: np.ndarray) -> Pass:
    """Return a pass through the network and back."""
    x, y = batch(x, y)
    hidden = relu(x @ w1)
    return Pass(x, y, w2, x @ w1, hidden, 2.0 * (hidden @ w2 - y))


def slopes(x: Any, y: Any, w1: np.ndarray, w2: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the derivatives of the squared error with respect to both matrices."""
    p = passed(x, y, w1, w2)
    return p.x.T @ (p.back * (p.hidden_in > 0)), p.hidden.T @ p.slope


# The largest array that they are called with has 384 numbers; a submission may send any.
LARGEST_ARGUMENT = 2_000


def _forward(x: Any, w1: Any, w2: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    x, w1, w2 = _sized(x, w1, w2)
    hidden = relu(x @ w1)
    return x @ w1, hidden, hidden @ w2


def _squared_error(y_pred: Any, y_true: Any) -> float:
    y_pred, y_true = _sized(y_pred, y_true)
    return float(np.sum((y_pred - y_true) ** 2))


def _gradients(x: Any, y: Any, w1: Any, w2: Any) -> tuple[np.ndarray, np.ndarray]:
    x, y, w1, w2 = _sized(x, y, w1, w2)
    return slopes_of(*batch(x, y), w1, w2)


# What `train`, `gradients` and `test_error` call, for judging these apart from a submission's own
# ones. No formula of a gradient is written here.
RIGHT: dict[str, Callable[..., Any]] = {
    "forward": _forward,
    "squared_error": _squared_error,
    "gradients": _gradients,
}


def _sized(*arguments: Any) -> list[np.ndarray]:
    arrays = [np.asarray(argument, dtype=float) for argument in arguments]
    if any(array.size > LARGEST_ARGUMENT for array in arrays):
        raise Failed(f"An argument has more than {LARGEST_ARGUMENT:,} numbers.")
    return arrays


@recorded
def problem(rng: np.random.Generator, sizes: Sizes) -> Problem:
    """Draw (x, y, w1, w2), standard normal, away from the kinks of relu."""
    return drawn_until(rng, sizes, lambda _: True)


def drawn_until(rng: np.random.Generator, sizes: Sizes, good: Callable[[Problem], bool]) -> Problem:
    """Draw a problem again until something else holds, too."""
    for _ in range(TRIES):
        x = rng.standard_normal((sizes.n, sizes.d_in))
        y = rng.standard_normal((sizes.n, sizes.d_out))
        w1 = rng.standard_normal((sizes.d_in, sizes.d_hidden))
        w2 = rng.standard_normal((sizes.d_hidden, sizes.d_out))
        drawn = x, y, w1, w2
        if _is_telling(x @ w1, w2) and _sums_survive(drawn) and good(drawn):
            return drawn
    raise RuntimeError("no inputs that are away from the kinks were found")


def _sums_survive(drawn: Problem) -> bool:
    """Say whether both gradients are more than what is left of large terms that cancel."""
    p = passed(*drawn)
    on = p.hidden_in > 0
    back, back_terms = p.back * on, (np.abs(p.slope) @ np.abs(p.w2).T) * on
    sums = (
        (back, back_terms),
        (p.x.T @ back, np.abs(p.x).T @ back_terms),
        (p.hidden.T @ p.slope, p.hidden.T @ np.abs(p.slope)),
    )
    return all(np.max(np.abs(left)) > LEAST_LEFT * np.max(terms) for left, terms in sums)


def integers(rng: np.random.Generator, sizes: Sizes) -> Problem:
    """Draw (x, y, w1, w2) of whole numbers, away from the kinks."""
    for _ in range(TRIES):
        x = rng.integers(-4, 5, (sizes.n, sizes.d_in))
        y = rng.integers(-4, 5, (sizes.n, sizes.d_out))
        w1 = rng.integers(-3, 4, (sizes.d_in, sizes.d_hidden))
        w2 = rng.integers(-3, 4, (sizes.d_hidden, sizes.d_out))
        if _is_telling(x @ w1, w2):
            return x, y, w1, w2
    raise RuntimeError("no whole numbers that are away from the kinks were found")


def _is_telling(hidden_in: np.ndarray, w2: np.ndarray) -> bool:
    """Say whether no input is near 0, and neurons are on here and off there.

    Every sample has a hidden neuron that is on, where there is more than one of them, and the
    predictions have both signs.
    """
    on = hidden_in > 0
    mixed = bool(on.any() and not on.all())
    if on.shape[1] > 1:
        mixed = mixed and bool(on.any(axis=1).all())
    y_pred = relu(hidden_in) @ w2
    both = bool(y_pred.min() < -MARGIN and y_pred.max() > MARGIN)
    return mixed and both and bool((np.abs(hidden_in) > MARGIN).all())
