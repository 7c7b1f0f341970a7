"""The generator from which a check draws its inputs."""

from __future__ import annotations

__all__ = ["Drawing"]

import functools
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence


class Drawing:
    """A generator that is made when it is first asked for: many checks draw nothing.

    Parameters
    ----------
    seed : sequence of int
        As for `numpy.random.default_rng`.
    """

    def __init__(self, seed: Sequence[int]) -> None:
        self._seed = seed

    @functools.cached_property
    def rng(self) -> np.random.Generator:
        """The generator, the same one each time."""
        return np.random.default_rng(self._seed)
