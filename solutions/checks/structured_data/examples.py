"""Wrong versions for the audit to hand in, where a mistake is recognised by what was drawn."""

from collections.abc import Callable
from typing import Any

import numpy as np

from grader.checks import Instead

from .learning import outputs

Rng = np.random.Generator
Pair = tuple[np.ndarray, np.ndarray]

_STATE = np.random.default_rng(3)


def inputs(draw: Callable[[Rng, tuple[int, int]], np.ndarray]) -> Any:
    """Return a `create_data` whose inputs are drawn in another way."""

    def create_data(n_samples: int, noise_std_dev: float, rng: Rng) -> Pair:
        x = draw(rng, (n_samples, 6))
        return x, outputs(x) + rng.normal(0, noise_std_dev, (n_samples, 2))

    return create_data


def with_noise(noisy: Callable[[Rng, np.ndarray, float], np.ndarray]) -> Any:
    """Return a `create_data` whose outputs are made of the generator, the inputs and the spread."""

    def create_data(n_samples: int, noise_std_dev: float, rng: Rng) -> Pair:
        x = rng.normal(0, 5, (n_samples, 6))
        return x, noisy(rng, x, noise_std_dev)

    return create_data


def added(noise: Callable[[Rng, float, int], np.ndarray]) -> Any:
    """Return a `create_data` with another noise on the outputs, of a spread, for n samples."""
    return with_noise(lambda rng, x, spread: outputs(x) + noise(rng, spread, len(x)))


def lines_of_a_batch(x: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """Take the first index for the input: that of a single sample, and not of a batch."""
    return np.array([x[3] - x[1] + 2 * x[4], 7 * x[0] - 4 * x[2] + x[5]]) + noise


other_noise = Instead(
    "input_output_function",
    lambda right: lambda x, noise: right(x, _STATE.normal(size=noise.shape)),
)


def solution(d_in: int, d_hidden: int, d_out: int, _rng: Rng) -> Pair:
    """Return the weights that give the right outputs: a pair of neurons for each of them."""
    w1, w2 = np.zeros((d_in, d_hidden)), np.zeros((d_hidden, d_out))
    for neuron in range(min(2 * d_out, d_hidden)):
        sign, output = 1.0 - 2.0 * (neuron % 2), neuron // 2
        w1[:, neuron], w2[neuron, output] = sign * outputs(np.eye(d_in))[:, output], sign
    return w1, w2


def three_units(d_in: int, d_hidden: int, d_out: int, rng: Rng) -> Pair:
    """Return weights of which only three hidden neurons are not zero: the others never wake up."""
    awake = np.arange(d_hidden) < 3
    w1, w2 = rng.normal(size=(d_in, d_hidden)), rng.normal(size=(d_hidden, d_out))
    return w1 * awake, w2 * awake[:, None]
