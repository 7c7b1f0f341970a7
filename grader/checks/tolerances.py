"""How far a right answer may be from the reference: measured, see `docs/tolerances.md`."""

from __future__ import annotations

__all__ = ["DOUBLE", "SINGLE", "Tolerance"]

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Tolerance:
    """An error is allowed up to ``relative`` times the largest reference value, plus ``absolute``.

    The scale is that of the whole array, not of each element: the elements of a gradient are sums
    in which large terms cancel, so that a small element has the rounding error of large ones.
    """

    relative: float
    absolute: float = 0.0

    def allows(self, got: np.ndarray, expected: np.ndarray) -> np.ndarray:
        """Return for each element whether it is right.

        If the reference is an infinity or a NaN, the result must be the same.

        Parameters
        ----------
        got, expected : ndarray
            Numbers of the same shape.

        Returns
        -------
        ndarray of bool
            A NaN in `got` alone is wrong.
        """
        got, expected = np.asarray(got, dtype=float), np.asarray(expected, dtype=float)
        finite = np.isfinite(expected)
        whole = bool(finite.all())  # as nearly every reference is
        scale = float(np.abs(expected if whole else expected[finite]).max(initial=0.0))
        with np.errstate(all="ignore"):
            close = np.abs(got - expected) <= self.relative * scale + self.absolute
        right: np.ndarray = np.asarray(close)
        if not whole:
            same = (got == expected) | (np.isnan(got) & np.isnan(expected))
            right = np.where(finite, close, same)
        return right


# Right formulas in float32, float64 or a mixture of both, for numbers near 1. A sum that is near 0
# by chance, or the error of a perfect prediction, is off by up to 5e-7 in float32.
SINGLE = Tolerance(relative=1e-4, absolute=1e-6)
# Right formulas in float64 only; used to tell an approximation from a formula.
DOUBLE = Tolerance(relative=1e-9)
