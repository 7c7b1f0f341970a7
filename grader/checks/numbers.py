"""Numbers chosen by a student that the judge computes with: exact types, finite, bounded."""

from __future__ import annotations

__all__ = [
    "MOST_SEED",
    "Count",
    "HyperparameterError",
    "Real",
    "by_name",
    "fields_of",
    "finite_numbers",
    "finite_or_none",
    "one_number",
    "thinned",
]

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from grader.errors import Failed
from grader.wire import Opaque
from grader.wire.forms import Named

T = TypeVar("T")

# A range that ends here has no upper end that anybody comes to.
NO_END = 10**15
# A seed: numpy proposes `secrets.randbits(128)`.
MOST_SEED = (1 << 256) - 1
# Digits in groups of three: a comma between two groups may be a decimal comma as well.
_GROUPED = re.compile(r"[+-]?\d{1,3}(?:[ \u00a0\u202f]\d{3})+")
_COMMA = re.compile(r"[+-]?\d*,\d+(?:[eE][+-]?\d{1,3})?")
_GROUPED_BY_COMMA = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
LONGEST_NUMBER, MOST_SHOWN = 100, 100  # characters


class HyperparameterError(Failed):
    """A constant of the submission does not have the form that the statement asks for."""


@dataclass(frozen=True, slots=True)
class Count:
    """A whole number from `low` to `high`."""

    low: int
    high: int

    def read(self, value: Any, where: str) -> int:
        """Return the value as an int, or raise `HyperparameterError`."""
        number = one_number(value)
        if type(number) is float and number.is_integer():
            number = int(number)
        if type(number) is not int:
            raise HyperparameterError(f"{where} has to be a whole number, not {short(value)}.")
        if number < self.low == 0 and self.high > NO_END:
            raise HyperparameterError(f"{where} has to be 0 or more: it is {short(value)}.")
        if not self.low <= number <= self.high:
            raise HyperparameterError(
                f"{where} has to lie between {self.low:,} and {self.high:,}: it is {short(value)}."
            )
        return number


@dataclass(frozen=True, slots=True)
class Real:
    """A finite number from `low` to `high`."""

    low: float
    high: float

    def read(self, value: Any, where: str) -> float:
        """Return the value as a float, or raise `HyperparameterError`."""
        number = one_number(value)
        if type(number) not in (int, float) or abs(number) > 1e300 or not math.isfinite(number):
            raise HyperparameterError(f"{where} has to be a finite number, not {short(value)}.")
        if number <= 0.0 < self.low:
            raise HyperparameterError(f"{where} has to be above 0: it is {short(value)}.")
        if not self.low <= number <= self.high:
            raise HyperparameterError(
                f"{where} has to lie between {self.low:g} and {self.high:g}: it is {short(value)}."
            )
        return float(number)


def one_number(value: Any) -> Any:
    """Return what a person reads as one number as an int or a float; all else as it is.

    An array with one element, numpy's numbers, and a text such as ``"0.001"``, ``"6_000"`` or
    ``"0,001"`` are one number. ``"2,600"`` has two readings, and is none; nor is True.
    """
    if isinstance(value, np.ndarray) and value.size == 1 and value.dtype.kind in "iuf":
        value = value.ravel()[0]
    if isinstance(value, np.floating | np.integer):
        return value.item()
    if type(value) is not str or len(value) > LONGEST_NUMBER:
        return value
    text = value.strip().replace("\N{MINUS SIGN}", "-")
    if _GROUPED.fullmatch(text):
        text = re.sub(r"\s", "", text)
    if _COMMA.fullmatch(text) and not _GROUPED_BY_COMMA.fullmatch(text):
        text = text.replace(",", ".")
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return value


def by_name(value: Any) -> Any:
    """Return the values of a namedtuple as a dict, and all else as it is.

    A dict, or a namedtuple, that is alone in a tuple or a list is taken for what is in there: a
    comma behind it is easily typed, and seldom seen.
    """
    if type(value) in (list, tuple) and len(value) == 1 and isinstance(value[0], Mapping | Named):
        value = value[0]
    return value.as_dict() if isinstance(value, Named) else value


def fields_of(value: Any, where: str, **fields: Count | Real) -> dict[str, Any]:
    """Read a dict of numbers, such as ``HYPERPARAMETERS``, field by field.

    Parameters
    ----------
    value
        What the submission defines.
    where : str
        The constant's name in a message, such as ``HYPERPARAMETERS``.
    **fields : Count or Real
        The required keys and their allowed values; other keys are ignored.

    Raises
    ------
    HyperparameterError
        With a sentence that names the key.
    """
    if value is None:
        raise HyperparameterError(f"`{where}` is not written yet.")
    value = by_name(value)
    if not isinstance(value, Mapping):
        form = ", ".join(f'"{key}": …' for key in fields)
        raise HyperparameterError(
            f"`{where}` has to be a dict, not {short(value)}.",
            hint=f"Write `{{{form}}}`, with your numbers.",
        )
    missing = [key for key in fields if key not in value]
    if missing:
        keys = ", ".join(f'"{key}"' for key in value if key not in fields)
        raise HyperparameterError(
            f'`{where}` lacks the key "{missing[0]}".',
            hint=f"Of its keys, these are not asked for: {keys[:MOST_SHOWN]}." if keys else "",
        )
    unwritten = [key for key in fields if value[key] is None]
    if unwritten:
        raise HyperparameterError(f'`{where}["{unwritten[0]}"]` is not written yet.')
    return {key: kind.read(value[key], f'`{where}["{key}"]`') for key, kind in fields.items()}


def finite_numbers(value: Any, where: str, count: int, bound: float) -> tuple[float, ...]:
    """Read a sequence of `count` finite numbers with absolute values up to `bound`."""
    if isinstance(value, np.ndarray):
        value = value.ravel().tolist() if value.dtype.kind in "iuf" else None
    if isinstance(value, Mapping) and sorted(map(str, value)) == list(value):
        value = list(value.values())  # a point with names, such as x and y
    if not isinstance(value, list | tuple) or len(value) != count:
        raise HyperparameterError(f"`{where}` has to be {count} numbers, not {short(value)}.")
    kind = Real(-bound, bound)
    return tuple(kind.read(number, f"A number in `{where}`") for number in value)


def finite_or_none(value: float) -> float | None:
    """Return a number for a figure: None where it is not finite."""
    return float(value) if math.isfinite(value) else None


# The text of an `Opaque` value inside a container.
_OPAQUE = re.compile(r"Opaque\(type_name='(?:\w+\.)*(\w+)', reason=(?:'[^']*'|\"[^\"]*\")\)")


def thinned(items: Sequence[T], most: int = 200) -> list[T]:
    """Return at most `most` items: those of the beginning in full, then evenly, and the last."""
    if len(items) <= most:
        return list(items)
    full = most // 4
    stride = (len(items) - 1 - full) / (most - full - 1)
    return [*items[:full], *(items[full + round(k * stride)] for k in range(most - full))]


def short(value: Any, length: int = 60) -> str:
    """Return a value as text for a message, cut to a readable length."""
    if type(value) is int and value.bit_length() > 400:
        return f"an integer of {value.bit_length():,} bits"
    if isinstance(value, Opaque):
        return f"an object of the class {value.type_name.rpartition('.')[2]}"
    text = _OPAQUE.sub(r"<\1>", " ".join(repr(value).split()))
    return text if len(text) <= length else f"{text[: length - 1]}…"
