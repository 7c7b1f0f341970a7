"""Known mistakes in `create_data` and `init_weights`, recognised by what was drawn.

There is no one right draw to compare with: each of these says whether it explains the numbers.
"""

# ruff: noqa: D400  (a docstring is the sentence that the student reads)

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.checks import Instead, misconception
from grader.checks.drawn_numbers import correlation, follows, normal_cdf

EXERCISE = "exercise 2"
PAIR = "create_data.pair"
UNITS = "init_weights.units"
VALUES = "create_data.values"


Rng = np.random.Generator
Shape = tuple[int, int]
Pair = tuple[np.ndarray, np.ndarray]
Drawn = Callable[[Rng, Shape], np.ndarray]
Made = Callable[[np.ndarray], np.ndarray]

_STATE = np.random.default_rng(2)
# Whatever generator is given last, another one is drawn from: a new one, or always the same.
OWN = Instead("create_data", lambda right: lambda *a: right(*a[:-1], np.random.default_rng(1)))
GLOBAL = Instead("create_data", lambda right: lambda *a: right(*a[:-1], _STATE))


def data(
    draw: Drawn = Rng.standard_normal, outputs: Callable[[np.ndarray], np.ndarray] | None = None
) -> Any:
    """Return a `create_data` with another distribution, or with outputs made from the inputs."""

    def create_data(n_samples: int, d_in: int, d_out: int, rng: Rng) -> Pair:
        x = draw(rng, (n_samples, d_in))
        y = outputs(x)[:, :d_out] if outputs else draw(rng, (n_samples, d_out))
        return x, y

    return create_data


def same_line(rng: Rng, shape: Shape) -> np.ndarray:
    """Return one line of random numbers, again and again."""
    return np.tile(rng.standard_normal(shape[1]), (shape[0], 1))


def starts(weights: Callable[[Shape], np.ndarray]) -> Any:
    """Return an `init_weights` that fills both matrices with something."""

    def init_weights(d_in: int, d_hidden: int, d_out: int, _rng: Rng) -> Pair:
        return weights((d_in, d_hidden)), weights((d_hidden, d_out))

    return init_weights


def start_from(weights: Callable[[Shape], np.ndarray]) -> Instead:
    """Return what hands such an `init_weights` in, where the mistake is one in another function."""
    return Instead("init_weights", lambda _: starts(weights))


@misconception(of=VALUES, lecture=EXERCISE, example=data(lambda _, shape: np.zeros(shape)))
def constant_numbers(values: np.ndarray) -> bool:
    """All these numbers are the same one: nothing was drawn. Are the arrays of zeros or ones ever
    filled?
    """
    return float(np.ptp(values)) == 0.0


@misconception(
    of=VALUES, lecture=EXERCISE, example=data(lambda rng, shape: rng.uniform(-1, 1, shape))
)
def uniform_around_zero(values: np.ndarray) -> bool:
    """These numbers are uniform around 0: all values up to a bound are equally frequent, and none
    lies beyond it. `rng.standard_normal` draws from the bell curve instead.
    """
    bound = float(np.max(np.abs(values)))
    return bound > 0 and follows(values, lambda v: np.clip((v / bound + 1) / 2, 0.0, 1.0))


@misconception(of=VALUES, lecture=EXERCISE, example=data(lambda rng, shape: rng.random(shape)))
def uniform_from_zero(values: np.ndarray) -> bool:
    """These numbers are uniform between 0 and 1, as `rng.random` draws them: standard normal
    numbers (`rng.standard_normal`) lie around 0, of both signs, and about a third beyond ±1.
    """
    return follows(values, lambda v: np.clip(v, 0.0, 1.0))


@misconception(
    of=VALUES, lecture=EXERCISE, example=data(lambda rng, shape: rng.integers(-2, 3, shape))
)
def whole_numbers(values: np.ndarray) -> bool:
    """These are whole numbers, as `rng.integers` draws them; `rng.standard_normal` draws reals."""
    return float(np.ptp(values)) > 0.0 and bool((values == np.rint(values)).all())


@misconception(
    of=VALUES, lecture=EXERCISE, example=data(lambda rng, shape: rng.normal(0, 0.1, shape))
)
def wrong_spread(values: np.ndarray) -> bool:
    """These numbers are normal, but not *standard* normal: the mean has to be 0 and the standard
    deviation 1. Look at what is added to or multiplied with the draw.
    """
    mean, spread = float(np.mean(values)), float(np.std(values))
    return spread > 0 and follows(values, lambda v: normal_cdf((v - mean) / spread))


@misconception(of=PAIR, lecture=EXERCISE, example=data(same_line))
def same_line_in_every_sample(x: np.ndarray, y: np.ndarray) -> bool:
    """The same row of random numbers stands in every sample: each sample needs a draw of its own,
    which the shape (n_samples, …) given to `rng.standard_normal` makes.
    """
    return any(len(part) > 1 and bool((part == part[0]).all()) for part in (x, y))


@misconception(
    of=PAIR, lecture="Does this learning make sense?", example=data(outputs=lambda x: 2 * x + 1)
)
def y_is_a_function_of_x(x: np.ndarray, y: np.ndarray) -> bool:
    """The outputs are computed from the inputs, so that there is a structure to learn: here y has
    to be drawn on its own, as x is. (Data with a structure come in exercise 6.)
    """
    return not y_is_x.wrong(x, y) and float(np.max(np.abs(correlation(x, y)))) > 0.2


@misconception(of=PAIR, lecture="Does this learning make sense?", example=data(outputs=lambda x: x))
def y_is_x(x: np.ndarray, y: np.ndarray) -> bool:
    """A column of y is a column of x, drawn once and used twice: with y independent of x there is
    nothing to learn but the samples by heart, which is the point of this exercise.
    """
    return any((y[:, [j]] == x).all(axis=0).any() for j in range(y.shape[1]))


@misconception(of="draw", lecture=EXERCISE, example=GLOBAL)
def global_randomness(first: np.ndarray, again: np.ndarray, other: np.ndarray) -> bool:
    """The same generator gives other numbers the second time: they do not come from the argument
    `rng`, but from global state such as `np.random.randn`. Nobody could repeat your experiment.
    """
    return not np.array_equal(first, again) and not np.array_equal(first, other)


@misconception(of="draw", lecture=EXERCISE, example=OWN)
def own_seed(first: np.ndarray, again: np.ndarray, other: np.ndarray) -> bool:
    """The same numbers come whatever generator is passed in: the function seeds a generator of its
    own, or keeps what it drew. Draw from the argument `rng`, so that the caller decides.
    """
    same = np.array_equal(first, again) and np.array_equal(first, other)
    return same and not constant_numbers.wrong(first)


@misconception(of=UNITS, lecture="Backpropagation", example=starts(np.ones))
def all_units_start_equal(w1: np.ndarray, w2: np.ndarray) -> bool:
    """Hidden neurons with the same weights get the same gradient, step after step: they stay equal
    for ever, and ten of them do what one does. Draw every weight.
    """
    equal = (w1 == w1[:, :1]).all() and (w2 == w2[:1]).all()
    return bool(equal) and bool(w1.any()) and bool(w2.any())


@misconception(of=UNITS, lecture="Backpropagation", example=starts(np.zeros))
def starts_with_zeros(w1: np.ndarray, w2: np.ndarray) -> bool:
    """A matrix of weights is all zeros: then the products with it are zero, in the prediction or in
    the gradient of the other matrix, and a network of zeros never leaves its place.
    """
    return not w1.any() or not w2.any()
