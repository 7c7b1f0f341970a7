"""What both directions agree on: the caps, the dtypes, and the values that stand for others."""

from __future__ import annotations

__all__ = [
    "DTYPES",
    "MAX_DEPTH",
    "MAX_DICT_KEYS",
    "MAX_DIMENSIONS",
    "MAX_HEADER_BYTES",
    "MAX_INT_HEX_DIGITS",
    "MAX_NODES",
    "Opaque",
    "Rng",
    "WireError",
]

from dataclasses import dataclass

import numpy as np

MAX_HEADER_BYTES = 4 << 20
MAX_DEPTH = 32
MAX_NODES = 400_000
MAX_DICT_KEYS = 1_000  # integers can be chosen to collide: a large dict of them takes hours
MAX_INT_HEX_DIGITS = 20_000
MAX_DIMENSIONS = 16
DTYPES = frozenset(
    ["|b1", "|i1", "|u1"]
    + [f"<{kind}" for kind in ("i2", "i4", "i8", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16")]
)


class WireError(Exception):
    """The bytes are no frame of this protocol, or a value has no form in it."""


@dataclass(frozen=True, slots=True)
class Opaque:
    """Something that cannot travel: the name of its type, and why not."""

    type_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Rng:
    """Stands for ``numpy.random.default_rng(seed)``, which the runner makes at its own end."""

    seed: int

    def generator(self) -> np.random.Generator:
        """Return a new generator in the state in which the runner's begins."""
        return np.random.default_rng(self.seed)
