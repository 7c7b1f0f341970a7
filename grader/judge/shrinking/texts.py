"""Format arguments as Python to paste, and results as short texts."""

from __future__ import annotations

__all__ = ["answer_text", "argument_text", "returned_text"]

from typing import Any

import numpy as np

from grader.checks.compare import as_array
from grader.checks.numbers import short
from grader.checks.small_inputs import RightRefusal
from grader.errors import Failed

MOST_SHOWN = 24
DIGITS = 6


def argument_text(value: Any) -> str:
    """Return Python that makes an argument: exact for whole numbers and for floats."""
    if isinstance(value, np.ndarray):
        whole = value.dtype.kind in "iu"
        return f"np.array({_nested(value.tolist(), exact=True, whole=whole)})"
    return repr(value.item() if isinstance(value, np.generic) else value)


def answer_text(right: Any) -> str:
    """Return a right answer of any number of parts, or the exception that is right."""
    if isinstance(right, RightRefusal):
        return right.exception
    if type(right) is tuple:
        return ", ".join(map(returned_text, right))
    return returned_text(right)


def returned_text(value: Any) -> str:
    """Return a value that a function returned as short Python, to six digits."""
    try:
        array = as_array(value, "it")
    except Failed:
        return short(value)
    if array.size > MOST_SHOWN:
        return f"an array of shape {array.shape}"
    return _nested(array.tolist(), exact=False, whole=array.dtype.kind in "iub")


def _nested(value: Any, *, exact: bool, whole: bool) -> str:
    if isinstance(value, list):
        return f"[{', '.join(_nested(one, exact=exact, whole=whole) for one in value)}]"
    if whole:
        return str(value)
    if float(value).is_integer() and abs(value) < 10**DIGITS:
        return f"{value:.0f}." if exact else f"{value:.0f}"
    return repr(float(value)) if exact else f"{value:.{DIGITS}g}"
