"""Evidence as plain data: numpy's numbers in a figure become Python's own."""

from __future__ import annotations

__all__ = ["plain"]

import math
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

import numpy as np

T = TypeVar("T")

AS_THEY_ARE = frozenset([type(None), bool, int, str])


def plain(evidence: T) -> T:
    """Return the evidence with Python numbers, and None for those that are not finite.

    Parameters
    ----------
    evidence : dataclass
        A figure or a table of `grader.results`, perhaps with elements of arrays in it.
    """
    result: T = _plain(evidence)
    return result


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if type(value) is float:
        return value if math.isfinite(value) else None
    if isinstance(value, tuple | list):
        kinds = set(map(type, value))
        if kinds <= AS_THEY_ARE or (kinds == {float} and all(map(math.isfinite, value))):
            return tuple(value)
        return tuple(map(_plain, value))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: _plain(getattr(value, f.name)) for f in fields(value)})
    return value
