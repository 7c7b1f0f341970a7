"""Wrong draws for the audit to hand in, where a mistake is recognised by what was drawn."""

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.checks import Instead

Rng = np.random.Generator
Shape = tuple[int, int]
Pair = tuple[np.ndarray, np.ndarray]
Drawn = Callable[[Rng, Shape], np.ndarray]

_STATE = np.random.default_rng(2)
# Whatever generator is given last, another one is drawn from: a new one, or always the same.
OWN = Instead("create_data", lambda right: lambda *a: right(*a[:-1], np.random.default_rng(1)))
GLOBAL = Instead("create_data", lambda right: lambda *a: right(*a[:-1], _STATE))


def _normal(rng: Rng, shape: Shape) -> np.ndarray:
    return rng.standard_normal(shape)


def data(draw: Drawn = _normal, outputs: Callable[[np.ndarray], np.ndarray] | None = None) -> Any:
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
