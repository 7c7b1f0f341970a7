"""Finds out where descents go round: where weights come back that there were before.

A step depends on the weights alone. So a descent that comes to weights which it has had before, to
the last bit, goes round for ever, and all of its later weights are known. A training that converges
comes to that once nothing is left but rounding: most often within a few dozen steps.
"""

from __future__ import annotations

__all__ = ["Recurring"]

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.checks.chain import Downhill

KEPT = 512  # so many steps back, and no further


class Recurring:
    """The weights of the last steps of several descents that do not depend on each other.

    Parameters
    ----------
    first : int
        The number of the first step that will be kept; the others follow it one by one.
    size : int
        How many numbers a step has.
    owned : sequence of int arrays
        Which of them belong to each descent.
    """

    def __init__(self, first: int, size: int, owned: Sequence[np.ndarray]) -> None:
        self._kept = np.zeros((KEPT, size))
        self._owned = owned
        self._first, self._next = first, first
        self._lengths: list[int] = []

    def keep(self, weights: np.ndarray) -> None:
        """Keep the weights of the next step."""
        self._kept[self._next % KEPT] = weights
        self._next += 1

    def go(self, down: Downhill, weights: np.ndarray, steps: int) -> None:
        """Take so many steps, which change these weights, and keep them after each."""
        places = (np.arange(steps) + self._next) % KEPT
        down.go_noting(weights, (self._kept[place] for place in places.tolist()))
        self._next += steps

    def found(self) -> bool:
        """Say whether each descent had the weights of the last step before."""
        self._lengths = []
        for owned in self._owned:
            length = self._length(owned)
            if not length:
                return False
            self._lengths.append(length)
        return True

    def later(self, step: int) -> np.ndarray:
        """Return the weights of the last step that was kept, or of a later one."""
        last = self._next - 1
        weights = np.zeros(self._kept.shape[1])
        for owned, length in zip(self._owned, self._lengths, strict=True):
            back = last - length + (step - last) % length
            weights[owned] = self._kept[back % KEPT, owned]
        return weights

    def _length(self, owned: np.ndarray) -> int:
        """Return how many steps ago the weights were the same; 0 where they were not."""
        last = self._next - 1
        now = self._kept[last % KEPT, owned]
        likely = np.flatnonzero(self._kept[:, owned[0]] == now[0])
        ago = (last - likely) % KEPT
        likely, ago = likely[ago > 0], ago[ago > 0]
        known = ago <= last - self._first
        same = (self._kept[likely[known]][:, owned] == now).all(axis=1)
        return int(ago[known][same].min()) if same.any() else 0
