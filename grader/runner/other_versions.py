"""Names of Python and numpy of other versions than those with which submissions are graded.

The exercises ask for "Python 3.11 or newer, with numpy": code is right if it is right with one of
them. So what later versions of Python add is added, and names that numpy has given up are found
again, by the submission's code alone: libraries see the numpy that is installed.
"""

from __future__ import annotations

__all__ = ["install"]

import copy
import itertools
import math
import sys
import typing
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.runner.shims import use

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

# Old names of numpy, and what they stand for: a name of today, or a value.
RENAMED = {
    "Inf": "inf", "Infinity": "inf", "PINF": "inf", "infty": "inf", "NAN": "nan", "NaN": "nan",
    "cfloat": "complex128", "complex_": "complex128", "float_": "float64",
    "longfloat": "longdouble", "singlecomplex": "complex64", "string_": "bytes_",
    "unicode_": "str_", "alltrue": "all", "cumproduct": "cumprod", "mat": "asmatrix",
    "product": "prod", "rank": "ndim", "round_": "round", "row_stack": "vstack",
    "sometrue": "any", "trapz": "trapezoid",
}  # fmt: skip
VALUES: dict[str, Any] = {
    "NINF": -math.inf, "NZERO": -0.0, "PZERO": 0.0, "bool": bool, "complex": complex,
    "float": float, "int": int, "object": object, "str": str,
    "asfarray": lambda a, dtype=np.float64: np.asarray(a, dtype=dtype),
    "asscalar": lambda a: a.item(),
    "in1d": lambda a, b, **options: np.isin(np.ravel(a), b, **options),
    "msort": lambda a: np.sort(a, axis=0),
}  # fmt: skip
_LIBRARIES = str(Path(np.__file__).resolve().parents[1])


def install() -> None:
    """Make the names of other versions known to a submission."""
    for module, name, value in (
        (itertools, "batched", _batched),
        (math, "fma", lambda x, y, z: x * y + z),
        (math, "sumprod", lambda p, q: sum(a * b for a, b in zip(p, q, strict=True))),
        (typing, "override", lambda method: method),
        (copy, "replace", lambda obj, /, **changes: obj.__replace__(**changes)),
        (warnings, "deprecated", lambda *_, **__: lambda function: function),
    ):
        if not hasattr(module, name):
            setattr(module, name, value)
    np.__getattr__ = _with_old_names(np.__getattr__)  # type: ignore[method-assign]


def _with_old_names(found: Callable[[str], Any]) -> Callable[[str], Any]:
    def old_or_found(name: str) -> Any:
        is_old = name in VALUES or RENAMED.get(name) in vars(np)
        caller = sys._getframe(1).f_code.co_filename  # noqa: SLF001
        if not is_old or caller.startswith((_LIBRARIES, "<frozen")):
            return found(name)
        use("numpy")
        return VALUES[name] if name in VALUES else getattr(np, RENAMED[name])

    return old_or_found


def _batched(iterable: Iterable[Any], n: int, *, strict: bool = False) -> Iterator[tuple[Any, ...]]:
    """Yield tuples of `n` items, as `itertools.batched` of Python 3.12 does."""
    if n < 1:
        raise ValueError(n)
    items = iter(iterable)
    while batch := tuple(itertools.islice(items, n)):
        if strict and len(batch) < n:
            raise ValueError(batch)
        yield batch
