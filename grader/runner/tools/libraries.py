"""Restores libraries to their state before a submission ran, for tests in the same process."""

from __future__ import annotations

__all__ = ["keep", "put_back"]

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import ModuleType

# The packages that tests use. More would make a forked process copy its memory.
NAMES = (
    "builtins",
    "math",
    "operator",
    "unittest.case",
    "numpy",
    "numpy.linalg",
    "numpy.testing",
    "numpy.testing._private.utils",
)
ABSENT = object()
_kept: list[tuple[str, ModuleType, dict[str, Any]]] = []


def keep() -> None:
    """Remember the attributes of the libraries."""
    loaded = [(name, sys.modules[name]) for name in NAMES if name in sys.modules]
    _kept[:] = [(name, module, dict(vars(module))) for name, module in loaded]


def put_back() -> int:
    """Restore these attributes, and return how many had been changed."""
    changed = 0
    for name, module, kept in _kept:
        changed += sys.modules.get(name) is not module
        sys.modules[name] = module
        now = vars(module)
        for key, value in kept.items():
            if now.get(key, ABSENT) is not value:
                now[key] = value
                changed += 1
    return changed
