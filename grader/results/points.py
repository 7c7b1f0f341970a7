"""Adding points: once, and so that the sum reads as a person would have added it."""

from __future__ import annotations

__all__ = ["total_points"]

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# Finer than any points that a course gives, and coarser than what adding binary fractions leaves.
DECIMALS = 6


def total_points(points: Iterable[float]) -> float:
    """Return the sum of points, without the tail of a sum of binary fractions.

    Every sum of points in a report, a table or an export is made here: 0.1 and 0.2 are 0.3, and
    three thirds are 1, in whatever order they come.
    """
    return round(math.fsum(points), DECIMALS)
