"""Exact tests of numbers that were drawn: their false-fail bounds hold for every n."""

from __future__ import annotations

__all__ = [
    "BOUND",
    "LARGEST_T",
    "LARGEST_Z",
    "correlation",
    "follows",
    "in_old_batches",
    "in_old_order",
    "is_uniform",
    "largest_t",
    "normal_cdf",
    "strongest_pair",
]

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# Each single test fails a right answer with at most this probability.
BOUND = 1e-9
# A correlation exceeds this with a probability of at most 3e-9.
LARGEST_Z = 6.4
# So is a number of Student's distribution with 500 degrees of freedom or more (1e-10 at 6.6).
LARGEST_T = 6.8
# Of more numbers than the first, so many are looked at before all of them; by so much a computed
# distribution may fall where it should rise.
FEW, LOOKED_AT, ROUNDING = 4_000, 400, 1e-12


def normal_cdf(z: np.ndarray) -> np.ndarray:
    """Return the probability that a standard normal number is at most z."""
    scaled = np.asarray(z) / math.sqrt(2.0)
    erf = np.fromiter(map(math.erf, scaled.ravel().tolist()), float, scaled.size)
    cdf: np.ndarray = (1.0 + erf.reshape(scaled.shape)) / 2.0
    return cdf


def in_old_order(order: np.ndarray) -> bool:
    """Say whether at least half of the samples come beside the number before or after their own."""
    return 2 * int(np.count_nonzero(np.abs(np.diff(order)) == 1)) >= len(order)


def in_old_batches(found: Sequence[np.ndarray]) -> bool:
    """Say whether every batch holds numbers without a gap, in whatever order."""
    return all(batch.size and int(np.ptp(batch)) == len(batch) - 1 for batch in found)


def follows(values: np.ndarray, cdf: Callable[[np.ndarray], np.ndarray]) -> bool:
    """Return whether independent numbers may come from a continuous distribution.

    Massart, 1990: P(sup |F_n - F| > e) ≤ 2 exp(-2 n e²), for every n. With n = 20,000 the distance
    that is allowed is 0.0231; uniform numbers of the right variance are 0.058 away from normal.
    """
    ordered = np.sort(np.ravel(values))
    n = ordered.size
    allowed = math.sqrt(math.log(2.0 / BOUND) / (2.0 * n))
    if n > FEW and _at_most_away(ordered, cdf) <= allowed:
        return True
    at = cdf(ordered)
    above = np.arange(1, n + 1) / n - at
    below = at - np.arange(n) / n
    distance = float(max(above.max(), below.max()))
    return distance <= allowed


def _at_most_away(ordered: np.ndarray, cdf: Callable[[np.ndarray], np.ndarray]) -> float:
    """Return a bound of the distance of sorted numbers from a distribution, from a part of them.

    Both functions rise: between two of the numbers that are looked at, neither is beyond what it
    is at the one or at the other. nan where a number is.
    """
    n = ordered.size
    places = np.linspace(0, n - 1, LOOKED_AT).astype(int)  # in order; `n` is larger: no two alike
    at = cdf(ordered[places])
    above = (places[1:] + 1) / n - at[:-1]
    below = at[1:] - places[:-1] / n
    return float(np.max([above.max(), below.max()])) + ROUNDING


def is_uniform(values: np.ndarray, low: float, high: float) -> bool:
    """Return whether independent numbers may be uniform between two bounds."""
    return follows(values, lambda v: np.clip((v - low) / (high - low), 0.0, 1.0))


def correlation(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the correlation of each column of x with each of y; 0 where a column is constant."""
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    with np.errstate(all="ignore"):
        scale = np.linalg.norm(x, axis=0)[:, None] * np.linalg.norm(y, axis=0)[None, :]
        found: np.ndarray = np.nan_to_num((x.T @ y) / scale, nan=0.0, posinf=0.0, neginf=0.0)
        return found


def strongest_pair(x: np.ndarray, y: np.ndarray) -> tuple[int, int, float]:
    """Return the most correlated columns of x (n, a) and y (n, b), and how strongly.

    That is the absolute value of their correlation times √(n - 1); beyond `LARGEST_Z` they are not
    independent. The correlation r of independent normal columns is a coordinate of a random point
    on the sphere in n - 1 dimensions, whatever their means and variances; the caps of the sphere
    give P(|r| √(n - 1) > z) ≤ 2 exp(-z²/2), for every n.
    """
    r = np.abs(correlation(x, y))
    i, j = np.unravel_index(np.argmax(r), r.shape)
    return int(i), int(j), float(r[i, j] * np.sqrt(len(x) - 1))


def largest_t(one: np.ndarray, two: np.ndarray, *, same: bool) -> tuple[int, int, float]:
    """Return the most correlated columns of (n, a) and (n, b), and their |t|.

    For independent normal columns, t = r √((n - 2) / (1 - r²)) has Student's distribution with
    n - 2 degrees of freedom; r is their correlation, and beyond `LARGEST_T` they are not
    independent. Where both are the `same` array, a column is not compared with itself.
    """
    n = len(one)
    with np.errstate(all="ignore"):
        a, b = one - one.mean(axis=0), two - two.mean(axis=0)
        r = (a.T @ b) / np.outer(np.linalg.norm(a, axis=0), np.linalg.norm(b, axis=0))
        r = np.where(np.isfinite(r), r, 1.0)  # a constant column is correlated with everything
        t = np.abs(r) * np.sqrt((n - 2) / np.maximum(1.0 - r**2, 1e-12))
    if same:
        t = np.triu(t, 1)
    i, j = (int(k) for k in np.unravel_index(np.argmax(t), t.shape))
    return i, j, float(t[i, j])
