"""Well-known wrong versions of `train_sgd`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from grader.checks import misconception

from .batches import gradients

if TYPE_CHECKING:
    from collections.abc import Callable

Weights = tuple[np.ndarray, np.ndarray, list[float]]


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
            grad_w1, grad_w2 = gradients(x[batch], y[batch], *here)
            step = rate * factor(len(x[batch]))
            w1, w2 = w1 - step * grad_w1, w2 - step * grad_w2
    return w1, w2, []


@misconception(of="train_sgd", lecture="eq. 19")
def mean_over_the_batch(*arguments: Any) -> Weights:
    """The gradient of a batch is divided by the number of its samples. The squared error is a sum,
    and so is its gradient: leave the mean out, and choose a smaller learning rate.
    """
    return _train(arguments, lambda size: 1 / size)


@misconception(of="train_sgd", lecture="eq. 24 corrected")
def factor_two_missing(*arguments: Any) -> Weights:
    """Each step is half as long as it should be: the derivative of e² is 2e."""
    return _train(arguments, lambda _: 0.5)


@misconception(of="train_sgd", lecture="Stochastic gradient")
def one_step_an_epoch(*arguments: Any) -> Weights:
    """All batches of an epoch use the gradient at the weights with which the epoch began: that is a
    step of plain gradient descent. Update the weights after every batch, and go on from there.
    """
    return _train(arguments, lambda _: 1.0, together=True)


@misconception(of="train_sgd", lecture="eq. 26")
def climbing(*arguments: Any) -> Weights:
    """The gradient is added: this climbs the loss. It points uphill, so subtract it."""
    return _train(arguments, lambda _: -1.0)
