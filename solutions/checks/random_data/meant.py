"""What functions of exercise 2 return in another form than asked for, read as it was meant."""

from typing import Any

import numpy as np

from grader.checks import ReturnForm, same_value
from grader.checks.returned_forms import by_shape

from .loops import PARTS
from .network import RIGHT
from .own import FORWARD, GRADIENTS

RATE, STEPS = 1e-6, 6  # the rate moves nothing far
# In 5,000 draws each, the correlation of seven wrong predictions with the right ones (no relu, its
# absolute value, square, step, tanh, sigmoid, relu at the output) was 0.245 or more, and that of
# invented numbers 0.121 or less.
LEAST = 0.2


def problem(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Draw (x, y, w1, w2), of which no two sizes are equal."""
    return _of_size(rng, *rng.permutation(np.arange(5, 11))[:4])


def _of_size(rng: np.random.Generator, *sizes: Any) -> tuple[np.ndarray, ...]:
    n, d_in, d_hidden, d_out = sizes
    shapes = (n, d_in), (n, d_out), (d_in, d_hidden), (d_hidden, d_out)
    return tuple(rng.standard_normal(shape) for shape in shapes)


def training(rng: np.random.Generator) -> tuple[Any, ...]:
    """Draw what `train` is called with."""
    return (*problem(rng), RATE, STEPS)


def _passed(rng: np.random.Generator) -> tuple[Any, ...]:
    sizes = rng.permutation(np.arange(5, 11))[:3]
    x, _, w1, w2 = _of_size(rng, rng.integers(150, 191), *sizes)
    return x, w1, w2


def _which_forward(one: np.ndarray, given: tuple[Any, ...]) -> int:
    hidden_in, _, y_pred = RIGHT["forward"](*given)
    if one.shape == hidden_in.shape:
        return 0 if one.min() < 0 else 1
    return 2 if one.shape == y_pred.shape and _go_together(one, y_pred) else -1


def _go_together(one: np.ndarray, right: np.ndarray) -> bool:
    a, b = one - one.mean(), right - right.mean()
    return bool(abs(np.vdot(a, b)) >= LEAST * np.linalg.norm(a) * np.linalg.norm(b) > 0)


which_trained = by_shape(2, 3, numbers=True)
FORWARDS = ReturnForm(
    "forward", FORWARD, _passed, _which_forward,
    lambda _, x, w1, w2: RIGHT["forward"](x, w1, w2), frozenset({0, 1}),
)  # fmt: skip
SLOPES = ReturnForm("gradients", GRADIENTS, problem, by_shape(2, 3))
# Losses that did not come are no numbers, one for each step; all are 0 where nothing moved.
TRAINED = ReturnForm(
    "train", PARTS, training, which_trained,
    lambda came, *given: [
        *came[:2], np.full(given[5] + 1, 0.0 if same_value(came[:2], given[2:4]) else np.nan)
    ],
    frozenset({2}),
)  # fmt: skip
