"""Evidence as plain data: numpy's numbers in a figure become Python's own."""

from __future__ import annotations

__all__ = ["plain"]

import functools
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
    kind = type(value)
    if kind in AS_THEY_ARE:
        return value
    if isinstance(value, np.generic):
        value = value.item()
        kind = type(value)
    if kind is float:
        return value if math.isfinite(value) else None
    if isinstance(value, tuple | list):
        kinds = set(map(type, value))
        if kinds <= AS_THEY_ARE or (kinds == {float} and all(map(math.isfinite, value))):
            return value if kind is tuple else tuple(value)
        return tuple(map(_plain, value))
    if is_dataclass(value) and not isinstance(value, type):
        return _plain_fields(value)
    return value


def _plain_fields(value: Any) -> Any:
    """Return a dataclass with plain fields: itself, where they are."""
    changed = {}
    for name in _names_of(type(value)):  # type: ignore[arg-type]
        before = getattr(value, name)
        after = _plain(before)
        if after is not before:
            changed[name] = after
    return replace(value, **changed) if changed else value


@functools.cache
def _names_of(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))
