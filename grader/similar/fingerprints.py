"""Fingerprints of token sequences: hashes of all k-grams, of which a few are chosen to compare.

References
----------
S. Schleimer, D. Wilkerson, A. Aiken, "Winnowing: local algorithms for document fingerprinting",
SIGMOD 2003: in each window of `w` hashes the smallest is chosen, the rightmost if several are
equal. Two sequences that share ``w + k - 1`` tokens in a row then share a fingerprint for certain.
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
        The number of tokens in a k-gram.

    Returns
    -------
    array of uint64, shape (tokens - k + 1,)
        Empty if there are fewer than `k` tokens.
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
    """Return the positions of the fingerprints: each window's smallest hash, the last of equals.

    Parameters
    ----------
    hashes : array of uint64, shape (n,)
        From `hashes_of`.
    window : int
        The number of hashes in a window.
    left_out : array of bool, shape (n,)
        Hashes that are never chosen, such as those of the template.

    Returns
    -------
    array of int64
        Sorted and unique. A window without an allowed hash has none.
    """
    if len(hashes) == 0:
        return np.zeros(0, dtype=np.int64)
    shown = np.where(left_out, _LAST, hashes)
    size = min(window, len(shown))
    views = sliding_window_view(shown, size)
    # The rightmost minimum of a window is the first one from its end.
    chosen = np.arange(len(views)) + size - 1 - np.argmin(views[:, ::-1], axis=1)
    places = np.unique(chosen)
    kept: NDArray[np.int64] = places[~left_out[places]].astype(np.int64)
    return kept
