"""Exercise 9, part 1: the stochastic gradient.

Write the two functions below; `README.md` in this folder explains them. The network is that of
exercise 2: ``relu(x w1) w2`` with the squared error, samples are lines, and there are no biases.
Run this file to try them.
"""

from collections.abc import Iterable

import numpy as np


def minibatches(n_samples: int, batch_size: int, rng: np.random.Generator) -> Iterable[np.ndarray]:
    """Cut the samples of one epoch into batches, in an order that is drawn anew at each call.

    Parameters
    ----------
    n_samples : int
        How many samples there are; they are numbered from 0.
    batch_size : int
        How many of them a batch holds, 1 or more; the last batch may hold fewer.
    rng : numpy.random.Generator
        The only source of randomness.

    Returns
    -------
    iterable of ndarray of int
        The numbers of the samples in each batch; each sample is in one batch, once.

    References
    ----------
    Lecture, "Stochastic gradient".
    """
    raise NotImplementedError("minibatches: write me")


def train_sgd(
    x: np.ndarray,
    y: np.ndarray,
    w1: np.ndarray,
    w2: np.ndarray,
    learning_rate: float,
    epochs: int,
    batch_size: int,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray, list[float]]:
    """Follow the gradient of one batch after the other; every epoch has its own batches.

    Parameters
    ----------
    x : ndarray of shape (n, d_in)
        Inputs.
    y : ndarray of shape (n, d_out)
        Outputs to be learned.
    w1, w2 : ndarray of shape (d_in, d_hidden) and (d_hidden, d_out)
        Weights to start from. These two arrays keep their values.
    learning_rate : float
        α, positive. The gradient of a batch is the sum over its samples.
    epochs : int
        How often all samples are gone through, 0 or more.
    batch_size : int
        How many samples make one step.
    rng : numpy.random.Generator
        The only source of randomness; passed to `minibatches` at the start of each epoch.

    Returns
    -------
    w1, w2 : ndarray
        The trained weights.
    losses : list of float
        The squared error on all samples after each epoch: `epochs` numbers.

    References
    ----------
    Lecture, "Stochastic gradient" and eq. 26.
    """
    raise NotImplementedError("train_sgd: write me")


if __name__ == "__main__":
    generator = np.random.default_rng(0)
    print("one epoch of 7 samples:", [list(b) for b in minibatches(7, 3, generator)])
    inputs, outputs = generator.standard_normal((64, 20)), generator.standard_normal((64, 1))
    start = generator.standard_normal((20, 10)), generator.standard_normal((10, 1))
    *_, errors = train_sgd(inputs, outputs, *start, 3e-4, 200, 8, generator)
    print(f"squared error after one epoch: {errors[0]:.1f}, after 200: {errors[-1]:.1f}")
