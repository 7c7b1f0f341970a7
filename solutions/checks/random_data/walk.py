"""The judge's loop, on gradients that are given to it: eq. 26, step by step."""

from __future__ import annotations

__all__ = ["walk"]

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

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
    x, y, w1, w2 = problem
    losses = [loss(x, y, w1, w2)]
    for _ in range(steps):
        if move is None:
            grad_w1, grad_w2 = gradients(x, y, w1, w2)
            w1, w2 = w1 - rate * grad_w1, w2 - rate * grad_w2
        else:
            w1, w2 = move(x, y, w1, w2)
        losses.append(loss(x, y, w1, w2))
    return w1, w2, np.array(losses)
