"""What functions of exercise 2 return in another form than asked for, read as it was meant."""

from typing import Any

import numpy as np

from grader.checks import ReturnForm, related, same_value
from grader.checks.returned_forms import by_shape

from .loops import PARTS
from .network import RIGHT
from .own import FORWARD, GRADIENTS

RATE, STEPS = 1e-6, 6  # the rate moves nothing far


def problem(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Draw (x, y, w1, w2), of which no two sizes are equal, and y has 24 numbers or more."""
    n, d_in, d_hidden, d_out = rng.permutation(np.arange(5, 11))[:4]
    shapes = (n, d_in), (n, d_out), (d_in, d_hidden), (d_hidden, d_out)
    return tuple(rng.standard_normal(shape) for shape in shapes)


def training(rng: np.random.Generator) -> tuple[Any, ...]:
    """Draw what `train` is called with."""
    return (*problem(rng), RATE, STEPS)


def _passed(rng: np.random.Generator) -> tuple[Any, ...]:
    x, _, w1, w2 = problem(rng)
    return x, w1, w2


def _which_forward(one: np.ndarray, given: tuple[Any, ...]) -> int:
    hidden_in, _, y_pred = RIGHT["forward"](*given)
    if one.shape == hidden_in.shape:
        return 0 if one.min() < 0 else 1
    return 2 if one.shape == y_pred.shape and related(one, y_pred) else -1


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
