"""Fingerprints of token sequences: hashes of all k-grams, and the few of them that are compared.

References
----------
S. Schleimer, D. Wilkerson, A. Aiken, "Winnowing: local algorithms for document fingerprinting",
SIGMOD 2003: in each window of `w` hashes the smallest is chosen, the rightmost of equal ones. Two
sequences that share ``w + k - 1`` tokens in a row then share a fingerprint for certain.
"""

from __future__ import annotations

__all__ = ["hashes_of", "winnowed"]

from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ODD = 0x9E3779B97F4A7C15
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_LAST = np.uint64(2**64 - 1)


def hashes_of(codes: NDArray[np.uint64], k: int) -> NDArray[np.uint64]:
    """Return the hash of each k-gram: a polynomial modulo 2**64, its bits mixed.

    Parameters
    ----------
    codes : array of uint64, shape (tokens,)
        As in `Tokens`.
    k : int
        How many tokens make one.

    Returns
    -------
    array of uint64, shape (tokens - k + 1,)
        Empty where there are fewer than `k` tokens.
    """
    if len(codes) < k:
        return np.zeros(0, dtype=np.uint64)
    powers = np.array([pow(_ODD, n, 1 << 64) for n in range(k)], dtype=np.uint64)
    sums: NDArray[np.uint64] = (sliding_window_view(codes, k) * powers).sum(axis=1, dtype=np.uint64)
    mixed: NDArray[np.uint64] = (sums ^ (sums >> np.uint64(31))) * _MIX
    return mixed ^ (mixed >> np.uint64(29))


def winnowed(
    hashes: NDArray[np.uint64], window: int, left_out: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Return the places of the fingerprints: in each window the smallest hash, the last of equals.

    Parameters
    ----------
    hashes : array of uint64, shape (n,)
        As `hashes_of` gives them.
    window : int
        How many hashes a window has.
    left_out : array of bool, shape (n,)
        Which of them are never chosen, such as those of the template.

    Returns
    -------
    array of int64
        Sorted, each once. A window in which all are left out has none.
    """
    if len(hashes) == 0:
        return np.zeros(0, dtype=np.int64)
    shown = np.where(left_out, _LAST, hashes)
    size = min(window, len(shown))
    views = sliding_window_view(shown, size)
    # The rightmost of the smallest: the first one from behind.
    chosen = np.arange(len(views)) + size - 1 - np.argmin(views[:, ::-1], axis=1)
    places = np.unique(chosen)
    kept: NDArray[np.int64] = places[~left_out[places]].astype(np.int64)
    return kept
