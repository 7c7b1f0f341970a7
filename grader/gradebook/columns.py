"""Column type for points: exact decimals, stored as whole numbers of millionths."""

from __future__ import annotations

__all__ = ["MILLION", "Points", "millionths"]

import functools
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

MILLION = 1_000_000


@functools.lru_cache(maxsize=4096)
def millionths(value: Decimal | float) -> int:
    """Return points in millionths; a float is converted from its printed form."""
    return int((Decimal(str(value)) * MILLION).to_integral_value())


class Points(TypeDecorator[Decimal]):
    """Points as an exact decimal, stored as a whole number of millionths."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | float | None, dialect: Dialect) -> int | None:
        """Return the stored number of millionths; a float is converted from its printed form."""
        del dialect
        return None if value is None else millionths(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Return the points as an exact decimal."""
        del dialect
        return None if value is None else Decimal(value) / MILLION
