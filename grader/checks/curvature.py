"""First and second derivatives of the loss at the point where a training ended.

The relu has no second derivative at its kink. So the hidden neurons that are on and off are held
as they are at that point: inside of that piece of the landscape the loss is smooth, and a finite
difference steps over no kink. How many inputs of neurons lie next to a kink is counted instead.
"""

from __future__ import annotations

__all__ = ["Curvature", "curvature_at", "gradient_stack", "hessian", "steepest"]

from dataclasses import dataclass

import numpy as np

from grader.checks.chain import Chain

# A Hessian of more weights than this takes longer than it tells: 50 hidden neurons have 600.
MAX_WEIGHTS = 600
DIFFERENCE = 1e-5
COLUMNS_AT_ONCE = 64
POWER_STEPS = 40
# An eigenvalue this small beside the largest one is no curvature. Each neuron that is awake has
# such a direction at any minimum: w1 larger, and w2 smaller, by the same factor.
FLAT = 1e-3
NEAR_KINK = 1e-2


@dataclass(frozen=True, slots=True)
class Curvature:
    """What the landscape looks like at a point."""

    gradient_norm: float  # of all weights together
    largest: float  # the largest eigenvalue of the Hessian
    eigenvalues: np.ndarray | None  # all of them, rising; None where there are too many weights
    asleep: int  # hidden neurons that are on for no sample: nothing of theirs has any slope
    near_kink: int  # inputs of hidden neurons, of each sample, that a step of 0.01 would switch

    def count(self, sign: int) -> int:
        """Return how many directions curve up (1), curve down (-1), or are flat (0)."""
        if self.eigenvalues is None:
            return 0
        bound = FLAT * max(abs(self.largest), np.finfo(float).tiny)
        signs = np.sign(self.eigenvalues) * (np.abs(self.eigenvalues) > bound)
        return int(np.count_nonzero(signs == sign))


def gradient_stack(
    x: np.ndarray, y: np.ndarray, on: np.ndarray, weights: np.ndarray, d_hidden: int
) -> np.ndarray:
    """Return the gradient at each of many points of one smooth piece of the landscape.

    The neurons of a sample that are `on` (n, d_hidden) stay so. A line of `weights` is a point: the
    elements of w1, then those of w2; so is a line of what comes.
    """
    cut = x.shape[1] * d_hidden
    w1 = weights[:, :cut].reshape(-1, x.shape[1], d_hidden)
    w2 = weights[:, cut:].reshape(-1, d_hidden, y.shape[1])
    chain = Chain()
    one, two = chain.variable(w1), chain.variable(w2)
    hidden = chain.times(chain.product(chain.given(x), one), on)
    chain.error(chain.product(hidden, two), chain.given(y))
    chain.forward()
    chain.backward()
    slopes = [np.reshape(2.0 * matrix.slope, (len(weights), -1)) for matrix in (one, two)]
    return np.concatenate(slopes, axis=1)


def hessian(x: np.ndarray, y: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> np.ndarray:
    """Return the second derivatives by central differences of the gradient, made symmetric."""
    on, point = _piece(x, w1, w2)
    steps = DIFFERENCE * np.maximum(np.abs(point), 1.0)
    columns = []
    for first in range(0, point.size, COLUMNS_AT_ONCE):
        chosen = np.arange(first, min(first + COLUMNS_AT_ONCE, point.size))
        moves = np.zeros((chosen.size, point.size))
        moves[np.arange(chosen.size), chosen] = steps[chosen]
        both = np.concatenate([point + moves, point - moves])
        gradients = gradient_stack(x, y, on, both, w1.shape[1])
        change = gradients[: chosen.size] - gradients[chosen.size :]
        columns.append(change / (2.0 * steps[chosen, None]))
    matrix = np.concatenate(columns)
    symmetric: np.ndarray = (matrix + matrix.T) / 2.0
    return symmetric


def steepest(x: np.ndarray, y: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> float:
    """Return (nearly) the largest eigenvalue of the Hessian, without the Hessian."""
    on, point = _piece(x, w1, w2)
    direction = np.random.default_rng(0).standard_normal(point.size)
    length = 0.0
    for _ in range(POWER_STEPS):
        direction /= np.linalg.norm(direction)
        move = DIFFERENCE * max(1.0, float(np.linalg.norm(point))) * direction
        ends = gradient_stack(x, y, on, np.stack([point + move, point - move]), w1.shape[1])
        direction = (ends[0] - ends[1]) / (2.0 * np.linalg.norm(move))
        length = float(np.linalg.norm(direction))
        if not 0.0 < length < np.inf:
            return 0.0
    return length


def curvature_at(x: np.ndarray, y: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> Curvature:
    """Return gradient, curvature, sleeping neurons and kinks at a point."""
    on, point = _piece(x, w1, w2)
    gradient = gradient_stack(x, y, on, point[None], w1.shape[1])[0]
    eigenvalues = None
    if point.size <= MAX_WEIGHTS:
        second = hessian(x, y, w1, w2)
        eigenvalues = np.linalg.eigvalsh(second) if np.isfinite(second).all() else None
    return Curvature(
        gradient_norm=float(np.linalg.norm(gradient)),
        largest=float(eigenvalues[-1]) if eigenvalues is not None else steepest(x, y, w1, w2),
        eigenvalues=eigenvalues,
        asleep=int(np.count_nonzero(~on.any(axis=0))),
        near_kink=int(np.count_nonzero(np.abs(x @ w1) < NEAR_KINK)),
    )


def _piece(x: np.ndarray, w1: np.ndarray, w2: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return which neurons are on, and all weights in one line."""
    return x @ w1 > 0.0, np.concatenate([w1.ravel(), w2.ravel()])
