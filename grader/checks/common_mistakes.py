"""Mistakes that are possible in any function, recognised by the result's values alone."""

from __future__ import annotations

__all__ = [
    "ANOTHER_ORDER",
    "KEPT_BETWEEN_CALLS",
    "alike",
    "any_finite",
    "in_another_order",
    "kept_between_calls",
]

from itertools import permutations
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.checks.compare import differs
from grader.errors import Failed
from grader.results import Diagnosis

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_PARTS = 4
ANOTHER_ORDER, KEPT_BETWEEN_CALLS = "values_in_another_order", "kept_between_calls"


def in_another_order(
    function: str, parts: Sequence[str], got: Sequence[Any], expected: Sequence[Any]
) -> tuple[Diagnosis, ...]:
    """Return a diagnosis if all values are right but in another order."""
    if not 1 < len(got) == len(expected) <= MOST_PARTS:
        return ()
    fits = [[_agree(value, wanted) for wanted in expected] for value in got]
    for order in permutations(range(len(parts))):
        if list(order) != sorted(order) and all(fits[k][place] for k, place in enumerate(order)):
            came = ", ".join(parts[place] for place in order)
            sentence = (
                f"The values are right and come in another order: `{function}` returned ({came}), "
                f"and has to return ({', '.join(parts)})."
            )
            return (Diagnosis(name=ANOTHER_ORDER, sentence=sentence),)
    return ()


def _agree(got: Any, expected: Any) -> bool:
    try:
        return not differs(got, expected, "value")
    except (Failed, ValueError, TypeError, OverflowError):
        return False


def kept_between_calls(function: str) -> Diagnosis:
    """Return the diagnosis for a function that answers differently when it is called again."""
    return Diagnosis(
        name=KEPT_BETWEEN_CALLS,
        sentence=f"Called twice with the same arguments, `{function}` gave two different results: "
        "does it keep something from call to call, in a global list, in a default argument such as "
        "`losses=[]`, or by numbers that it draws from elsewhere than its arguments?",
    )


def alike(one: Any, other: Any) -> bool:
    """Return whether two results are the same; nan equals nan."""
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    try:
        first, second = np.asarray(one), np.asarray(other)
        if first.dtype.kind not in "biuf" or second.dtype.kind not in "biuf":
            return True  # values that are not numbers are not judged
        return first.shape == second.shape and np.allclose(first, second, equal_nan=True)
    except (ValueError, TypeError, OverflowError, RecursionError):
        return True


def any_finite(value: Any) -> bool:
    """Return whether a value contains a finite number: any mistake may give only nan."""
    try:
        array = np.asarray(value)
        return array.dtype.kind != "f" or array.size == 0 or bool(np.isfinite(array).any())
    except (ValueError, TypeError, OverflowError, RecursionError):
        return True
