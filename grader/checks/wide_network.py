"""Several networks on the same samples, side by side as one wide network, and their descent.

One product serves the hidden layers of all. w2 is a matrix of blocks, whose zeros are kept by a
mask. A step costs about as many calls of numpy as one of a single small network.
"""

from __future__ import annotations

__all__ = ["LARGEST_LOSS", "LARGEST_RATE", "LARGEST_WEIGHT", "SideBySide"]

import numpy as np

from grader.checks.chain import Chain
from grader.checks.trainer import Pair, network_error

# Weights are clipped here, so that no product overflows and an exploding run does not affect its
# neighbours (0 times inf would be nan). A run beyond this loss never recovers: its loss is inf.
LARGEST_WEIGHT, LARGEST_LOSS = 1e40, 1e100
LARGEST_RATE = 1e30


class SideBySide:
    """Networks that stand side by side: what `line` says are their weights, all in one vector.

    Parameters
    ----------
    x, y : (n, d_in) and (n, d_out) array
        The samples, the same for all.
    w1, w2 : (runs, d_in, d_hidden) and (runs, d_hidden, d_out) array
        Where they begin; they are left alone.
    learning_rate : float or (runs,) array
        One for all of them, or one for each.
    """

    def __init__(
        self,
        x: np.ndarray,
        y: np.ndarray,
        w1: np.ndarray,
        w2: np.ndarray,
        learning_rate: float | np.ndarray,
    ) -> None:
        self.runs, self._w1_shape, self._w2_shape = len(w1), w1.shape, w2.shape
        self._chain = Chain()
        within = (np.clip(part, -LARGEST_WEIGHT, LARGEST_WEIGHT) for part in _side_by_side(w1, w2))
        (self._flat, self._wide), line = self._chain.variables(*within)
        self._error = network_error(
            self._chain, x, np.tile(y, (1, self.runs)), self._flat, self._wide
        )
        self._line = line
        self.weights_line = line.value
        rates = np.broadcast_to(np.minimum(learning_rate, LARGEST_RATE), self.runs)
        self._rates = self._for_each(rates)
        self.down = self._chain.downhill(line, self._rates)
        self._chain.forward()

    def owned(self) -> list[np.ndarray]:
        """Return which numbers of the line are those of each network."""
        numbers = self._for_each(np.arange(1.0, self.runs + 1.0))
        return [np.flatnonzero(numbers == run + 1.0) for run in range(self.runs)]

    def put(self, weights_line: np.ndarray) -> None:
        """Go to other weights."""
        np.copyto(self.weights_line, weights_line)
        self._chain.forward()

    def has_burst(self) -> bool:
        """Say whether a weight has left its limits, or is no number."""
        return not bool(np.abs(self.weights_line).max() <= LARGEST_WEIGHT)

    def clip(self) -> None:
        """Keep weights within their limits from now on, which takes two operations more a step."""
        self.down = self._chain.downhill(self._line, self._rates, limit=LARGEST_WEIGHT)

    def losses(self) -> np.ndarray:
        """Return the squared error of each network, shape (runs,); inf where it has exploded."""
        return self._by_run(self._error.value)

    def losses_on(self, new: Pair) -> np.ndarray:
        """Return the squared error of each network on samples that are not learned."""
        hidden = np.maximum(new[0] @ self._flat.value, 0.0)
        return self._by_run(hidden @ self._wide.value - np.tile(new[1], (1, self.runs)))

    def weights(self) -> Pair:
        """Return copies of w1 and w2, of the shapes in which they were given."""
        runs, d_in, d_hidden = self._w1_shape
        wide = self._wide.value.reshape(runs, d_hidden, runs, -1)
        one = np.swapaxes(self._flat.value.reshape(d_in, runs, d_hidden), 0, 1)
        return one.copy(), np.stack([wide[run, :, run] for run in range(runs)])

    def _for_each(self, numbers: np.ndarray) -> np.ndarray:
        """Return a line with a number of its own for all weights of each network."""
        each = (
            np.broadcast_to(numbers[:, None, None], shape)
            for shape in (self._w1_shape, self._w2_shape)
        )
        return Chain().variables(*_side_by_side(*each))[1].value

    def _by_run(self, error: np.ndarray) -> np.ndarray:
        parts = error.reshape(len(error), self.runs, -1)
        loss = np.einsum("nro,nro->r", parts, parts)
        return np.where(loss <= LARGEST_LOSS, loss, np.inf)


def _side_by_side(w1: np.ndarray, w2: np.ndarray) -> Pair:
    """Return the weights of all runs as one wide network with separate parts."""
    runs, d_in, d_hidden = w1.shape
    flat = np.ascontiguousarray(np.swapaxes(w1, 0, 1), dtype=float)
    blocks = np.zeros((runs, d_hidden, runs, w2.shape[2]))
    for run in range(runs):
        blocks[run, :, run] = w2[run]
    return flat.reshape(d_in, runs * d_hidden), blocks.reshape(runs * d_hidden, -1)
