"""Numbers that a submission wrote into a text, in whatever format."""

from __future__ import annotations

__all__ = ["Quantity", "is_said"]

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_EXPONENT = r"(?:[eE]([-+]?\d{1,3}))?"
_PLAIN = re.compile(rf"(?<![\d.])([-+]?\d{{1,40}}(?:\.\d{{0,40}})?|[-+]?\.\d{{1,40}}){_EXPONENT}")
# A decimal comma, as written in France: "3,75" is no list of numbers, which has blanks.
_COMMA = re.compile(rf"(?<![\d.,])([-+]?\d{{1,40}},\d{{1,40}}){_EXPONENT}(?![,.]?\d)")
_GROUPED = re.compile(
    rf"(?<![\d.])(\d{{1,3}}(?:[ ,_'\u00a0\u2009\u202f]\d{{3}}){{1,5}})(?!\d){_EXPONENT}"
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number that a text has to say; a whole one may have to be exact."""

    name: str
    value: float
    exact: bool = False


def is_said(quantity: Quantity, line: str) -> bool:
    """Say whether a line of a text has a number that is the quantity, perhaps rounded.

    Rounding is fine as long as a digit is left that counts: 0.0003 may be 3e-04, but not 0.00.
    """
    return any(_matches(number, unit, quantity) for number, unit in _numbers(line))


def _numbers(line: str) -> Iterator[tuple[float, float]]:
    """Yield each number of a line with the unit of its last digit."""
    for pattern in (_PLAIN, _COMMA, _GROUPED):
        for found in pattern.finditer(line.replace("−", "-")):
            digits = found[1].replace(",", ".")
            if pattern is _GROUPED:
                digits = re.sub(r"\D", "", found[1])
            exponent = int(found[2] or 0)
            decimals = len(digits.partition(".")[2])
            number = float(f"{digits}e{exponent}")
            yield number, float(f"1e{exponent - decimals}")
            # Rounded first and then filled up with zeros, as `f"{round(loss, 4):012.6f}"` does.
            filled = len(digits) - len(digits.rstrip("0"))
            if 0 < filled <= decimals:
                yield number, float(f"1e{exponent - decimals + filled}") / 2


def _matches(number: float, unit: float, quantity: Quantity) -> bool:
    error = abs(number - quantity.value)
    if quantity.exact:
        return error < 0.5
    return number != 0.0 and error <= unit <= abs(quantity.value)
