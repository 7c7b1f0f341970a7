"""Workings on paper: sums of products with their numbers, for `small_inputs(by_hand=…)`."""

from __future__ import annotations

__all__ = ["listed", "sum_of_products"]

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def listed(name: str, value: Any) -> str:
    """Return a line such as ``hidden = [[2, 0]]``."""
    return f"{name} = {_nested(np.asarray(value, dtype=float).tolist())}"


def sum_of_products(name: str, formula: str, *factors: Iterable[Any]) -> tuple[str, ...]:
    """Return the lines that work out Σ a_k b_k …, with the numbers in it.

    Parameters
    ----------
    name : str
        What is worked out, such as ``grad_w1[0, 0]``.
    formula : str
        The sum in letters.
    *factors : iterable of number
        The first factors of all terms, then the second ones, and so on.

    Examples
    --------
    >>> sum_of_products("y", "Σ x_i w_i", [1, 2], [3, -1])
    ('y = Σ x_i w_i', 'y = 1·3 + 2·(−1) = 1')
    """
    terms: list[Sequence[float]] = [[float(f) for f in term] for term in zip(*factors, strict=True)]
    total = sum(float(np.prod(term)) for term in terms)
    shown = " + ".join("·".join(map(_factor, term)) for term in terms)
    return f"{name} = {formula}", f"{name} = {shown} = {_number(total)}"


def _nested(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_nested, value))}]"
    return _number(value)


def _number(value: float) -> str:
    return f"{value + 0.0:.6g}".replace("-", "−")


def _factor(value: float) -> str:
    return f"({_number(value)})" if value < 0 else _number(value)
