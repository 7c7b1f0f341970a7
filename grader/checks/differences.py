"""Derivatives by differences of values, for judging what no formula is known of."""

from __future__ import annotations

__all__ = ["by_differences"]

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

# The squared error is quadratic in each weight between two kinks, so that a central difference has
# no error of its own with relu. The step leaves room for a function in float32.
STEP = 1e-3


def by_differences(
    loss: Callable[..., float], w1: np.ndarray, w2: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the derivatives of a loss with respect to both matrices, by central differences."""
    weights = [np.array(w1, dtype=float), np.array(w2, dtype=float)]
    found = [np.empty_like(w) for w in weights]
    for matrix, derivative in zip(weights, found, strict=True):
        for at in np.ndindex(matrix.shape):
            kept = matrix[at]
            matrix[at] = kept + STEP
            above = loss(*weights)
            matrix[at] = kept - STEP
            below = loss(*weights)
            matrix[at] = kept
            derivative[at] = (above - below) / (2 * STEP)
    return found[0], found[1]
