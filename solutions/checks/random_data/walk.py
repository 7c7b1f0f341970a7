"""The judge's loop, on gradients that are given to it: eq. 26, step by step."""

from collections.abc import Callable
from typing import Any

import numpy as np

Gradients = Callable[..., tuple[np.ndarray, np.ndarray]]
Loss = Callable[..., float]


def walk(
    problem: tuple[Any, ...],
    rate: float,
    steps: int,
    gradients: Gradients,
    loss: Loss,
    *,
    move: Callable[..., tuple[np.ndarray, np.ndarray]] | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Follow the gradients, or another rule of moving where one is given."""
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
