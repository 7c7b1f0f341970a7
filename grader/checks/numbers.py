"""Numbers chosen by a student that the judge computes with: exact types, finite, bounded."""

from __future__ import annotations

__all__ = [
    "Count",
    "HyperparameterError",
    "Real",
    "fields_of",
    "finite_numbers",
    "finite_or_none",
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

T = TypeVar("T")


class HyperparameterError(Failed):
    """A constant of the submission does not have the form that the statement asks for."""


@dataclass(frozen=True, slots=True)
class Count:
    """A whole number from `low` to `high`."""

    low: int
    high: int

    def read(self, value: Any, where: str) -> int:
        """Return the value as an int, or raise `HyperparameterError`."""
        if isinstance(value, np.integer):
            value = int(value)
        if type(value) is float and value.is_integer():
            value = int(value)
        if type(value) is not int:
            raise HyperparameterError(f"{where} has to be a whole number, not {short(value)}.")
        if not self.low <= value <= self.high:
            raise HyperparameterError(
                f"{where} has to lie between {self.low:,} and {self.high:,}: it is {short(value)}."
            )
        return value


@dataclass(frozen=True, slots=True)
class Real:
    """A finite number from `low` to `high`."""

    low: float
    high: float

    def read(self, value: Any, where: str) -> float:
        """Return the value as a float, or raise `HyperparameterError`."""
        if isinstance(value, np.floating | np.integer):
            value = value.item()
        if type(value) not in (int, float) or abs(value) > 1e300 or not math.isfinite(value):
            raise HyperparameterError(f"{where} has to be a finite number, not {short(value)}.")
        if not self.low <= value <= self.high:
            raise HyperparameterError(
                f"{where} has to lie between {self.low:g} and {self.high:g}: it is {short(value)}."
            )
        return float(value)


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
    if not isinstance(value, Mapping):
        raise HyperparameterError(f"`{where}` has to be a dict, not {short(value)}.")
    missing = [key for key in fields if key not in value]
    if missing:
        raise HyperparameterError(f'`{where}` lacks the key "{missing[0]}".')
    unwritten = [key for key in fields if value[key] is None]
    if unwritten:
        raise HyperparameterError(f'`{where}["{unwritten[0]}"]` is not written yet.')
    return {key: kind.read(value[key], f'`{where}["{key}"]`') for key, kind in fields.items()}


def finite_numbers(value: Any, where: str, count: int, bound: float) -> tuple[float, ...]:
    """Read a sequence of `count` finite numbers with absolute values up to `bound`."""
    if isinstance(value, np.ndarray):
        value = value.ravel().tolist() if value.dtype.kind in "iuf" else None
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
