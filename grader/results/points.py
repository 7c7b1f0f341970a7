"""Add points so that the sum looks as if a person had added them."""

from __future__ import annotations

__all__ = ["total_points"]

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# Finer than any points in a course, and coarser than the rounding error of binary fractions.
DECIMALS = 6


def total_points(points: Iterable[float]) -> float:
    """Return the sum of points, without the rounding error of binary fractions.

    Every sum of points in a report, a table or an export is made here: 0.1 plus 0.2 is 0.3, and
    three thirds are 1, in any order.
    """
    return round(math.fsum(points), DECIMALS)
