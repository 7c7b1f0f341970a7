"""Evidence as plain data: whatever numbers a check puts into a figure, Python's own come out."""

from __future__ import annotations

__all__ = ["plain"]

import math
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

import numpy as np

T = TypeVar("T")


def plain(evidence: T) -> T:
    """Return the evidence with numpy's numbers as Python's, and None for those not finite.

    Parameters
    ----------
    evidence : dataclass
        A figure or a table of `grader.results`, perhaps with arrays' elements in it.
    """
    result: T = _plain(evidence)
    return result


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if type(value) is float:
        return value if math.isfinite(value) else None
    if isinstance(value, tuple | list):
        return tuple(map(_plain, value))
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: _plain(getattr(value, f.name)) for f in fields(value)})
    return value
