"""Objects that hold values, as the plain data they stand for.

``EXPERIMENT = Experiment(d_hidden=3, steps=100)`` says the same as a dict does: an object of a
dataclass, a namedtuple, a namespace, a class with its values, or another kind of mapping. What a
function returns is read with more care, since its form is judged.
"""

from __future__ import annotations

__all__ = ["plain_constant", "plain_form"]

import itertools
import sys
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np

from grader.wire.forms import MAX_DICT_KEYS, Named

DEEPEST = 3
LONGEST = 32  # elements of a sequence that is looked through
PLAIN = (bool, int, float, complex, str, type(None), np.generic, np.ndarray)


def plain_constant(value: Any, depth: int = 0) -> Any:
    """Return a constant with dicts for objects that hold values by name, and floats for decimals.

    All other values are returned as they are. No code of such an object runs, unless it is a
    mapping of another kind than a dict, or a descriptor.
    """
    if depth > DEEPEST or isinstance(value, PLAIN):
        return value
    kind = type(value)
    if kind is dict:
        parts = list(value.values())
        plain = [plain_constant(part, depth + 1) for part in parts]
        same = all(one is other for one, other in zip(parts, plain, strict=True))
        return value if same else dict(zip(value, plain, strict=True))
    if kind is list or kind is tuple:
        if len(value) > LONGEST:
            return value
        return kind(plain_constant(part, depth + 1) for part in value)
    if (number := _number(value)) is not None:
        return number
    if isinstance(value, tuple) and isinstance(names := getattr(kind, "_fields", None), tuple):
        # Not a dict: where a tuple is asked for, it is one.
        return Named((plain_constant(part, depth + 1) for part in value), map(str, names))
    held = _held(value)
    return value if not held else plain_constant(held, depth + 1)


def plain_form(value: Any) -> Any:
    """Return what an object that a function returned can be used as; the object, if as nothing.

    That is a number for a decimal or a fraction, a dict for another kind of mapping, for an object
    of a dataclass and for a namespace, and an iterator for what ``for`` goes through, by a method
    ``__iter__`` or by places from 0. A set has no order, and stays what it is.
    """
    # Asked of the type: an object may answer for any name, with an error of its own.
    kind = type(value)
    if (number := _number(value)) is not None:
        return number
    if isinstance(value, Mapping):
        return dict(itertools.islice(value.items(), MAX_DICT_KEYS + 1))
    if isinstance(value, AbstractSet | type | ModuleType):
        return value
    if callable(getattr(kind, "__iter__", None)):
        return iter(value)
    if callable(getattr(kind, "__getitem__", None)) and not hasattr(kind, "__iter__"):
        return _from_place_0(value)
    if isinstance(getattr(kind, "__dataclass_fields__", None), dict):
        return {name: getattr(value, name, None) for name in kind.__dataclass_fields__}
    return dict(vars(value)) if isinstance(value, SimpleNamespace) else value


def _from_place_0(value: Any) -> Any:
    """Return an iterator over an object that has places; the object, if they are no numbers."""
    try:
        value[0]
    except IndexError:
        pass
    except Exception:  # noqa: BLE001  (whatever a submission raises: its places are others)
        return value
    return iter(value)


def _number(value: Any) -> int | float | None:
    """Return a `Decimal` or `Fraction` as a number; None if it is none of them."""
    for module, name in (("decimal", "Decimal"), ("fractions", "Fraction")):
        # Whoever has made one has imported the module; to import it takes time.
        kind: Any = getattr(sys.modules.get(module), name, ())
        if isinstance(value, kind):
            try:
                number = float(value)
            except (ValueError, OverflowError):
                return None
            return int(number) if number.is_integer() and abs(number) < 1 << 53 else number
    return None


def _held(value: Any) -> dict[str, Any] | None:
    """Return the values that an object holds by name; None if it holds none."""
    if isinstance(value, Mapping) and not isinstance(value, dict):
        return dict(itertools.islice(value.items(), MAX_DICT_KEYS + 1))
    kind = type(value)
    if isinstance(value, type):
        return _public(*reversed(value.__mro__[:-1]))
    if callable(value) or isinstance(value, list | tuple | dict) or hasattr(kind, "__array__"):
        return None
    fields = getattr(kind, "__dataclass_fields__", None)
    if isinstance(fields, dict) and hasattr(kind, "__slots__"):
        return {name: getattr(value, name) for name in fields}
    above = () if isinstance(value, ModuleType) else reversed(kind.__mro__[:-1])
    return _public(*above, value)


def _public(*holders: Any) -> dict[str, Any]:
    """Return the plain values of public names in the namespaces of some objects."""
    found: dict[str, Any] = {}
    for holder in holders:
        own = getattr(holder, "__dict__", None)
        if isinstance(own, Mapping):
            found.update(
                (name, one)
                for name, one in itertools.islice(own.items(), MAX_DICT_KEYS)
                if isinstance(name, str) and not name.startswith("_") and _is_value(one)
            )
    return found


def _is_value(one: Any) -> bool:
    return isinstance(one, (*PLAIN, list, tuple, dict)) or _number(one) is not None
