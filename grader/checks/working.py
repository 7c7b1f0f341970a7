"""Write out calculations with their numbers, for `small_inputs(by_hand=…)`."""

from __future__ import annotations

__all__ = ["difference_quotients", "listed", "sum_of_products"]

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

STEP = 1e-3  # for a cubic, the quotient differs from the slope by a millionth of the leading factor


def listed(name: str, value: Any) -> str:
    """Return a line such as ``hidden = [[2, 0]]``."""
    return f"{name} = {_nested(np.asarray(value, dtype=float).tolist())}"


def sum_of_products(name: str, formula: str, *factors: Iterable[Any]) -> tuple[str, ...]:
    """Return the lines of a calculation of Σ a_k b_k …, with its numbers.

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


def difference_quotients(
    function: Callable[..., float], parts: Sequence[str]
) -> Callable[..., tuple[str, ...]]:
    """Return a `by_hand` that shows a slope without its formula: f beside the point, to both sides.

    Parameters
    ----------
    function : callable
        f of several numbers.
    parts : sequence of str
        The names of its partial derivatives, in the order of its arguments.

    Examples
    --------
    >>> by_hand = difference_quotients(lambda x: x**2, ["f′"])
    >>> by_hand("f′", (), 3.0)
    ('f′(3) ≈ (f(3.001) − f(2.999)) / 0.002', 'f′(3) ≈ (9.006001 − 8.994001) / 0.002 = 6')
    """

    def by_hand(part: str, _at: tuple[int, ...], *point: float) -> tuple[str, ...]:
        axis = list(parts).index(part)
        ends = []
        for step in (STEP, -STEP):
            beside = list(point)
            beside[axis] += step
            ends.append((f"f({_row(beside)})", float(function(*beside))))
        (after, high), (before, low) = ends
        name, width = f"{part}({_row(point)})", _number(2 * STEP)
        slope = _number(round((high - low) / (2 * STEP), 4))
        return (
            f"{name} ≈ ({after} − {before}) / {width}",
            f"{name} ≈ ({_number(high, 10)} − {_factor(low, 10)}) / {width} = {slope}",
        )

    return by_hand


def _row(point: Iterable[float]) -> str:
    return ", ".join(_number(value) for value in point)


def _nested(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_nested, value))}]"
    return _number(value)


def _number(value: float, digits: int = 6) -> str:
    return f"{value + 0.0:.{digits}g}".replace("-", "−")


def _factor(value: float, digits: int = 6) -> str:
    return f"({_number(value, digits)})" if value < 0 else _number(value, digits)
