"""Scales map numbers to positions, with ticks at round numbers."""

from __future__ import annotations

__all__ = ["Scale", "axis_attributes", "linear", "logarithmic"]

import math
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from grader.report.figures.svg import FAR, Array
from grader.report.text import decade, short


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Maps numbers from `low` to `high` to positions from `start` to `end`.

    Attributes
    ----------
    low, high : float
        The ends of the range; exponents of ten where `log` is true.
    ticks : tuple of (float, str)
        Places and labels; the label may be empty.
    """

    low: float
    high: float
    start: float
    end: float
    log: bool
    ticks: tuple[tuple[float, str], ...] = ()

    def __call__(self, values: Array) -> Array:
        """Return the positions of numbers; nan for nan and for numbers without a logarithm."""
        if self.log:
            with np.errstate(divide="ignore", invalid="ignore"):
                values = np.log10(np.where(values > 0, values, np.nan))
        share = (values - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)

    def at(self, value: float) -> float:
        """Return the position of a number."""
        return float(self(np.array([value]))[0])


def _with_ticks(scale: Scale, ticks: list[tuple[float, str]]) -> Scale:
    if scale.log:
        places = scale(np.array([value for value, _ in ticks], dtype=np.float64)).tolist()
    else:  # a few numbers: as in `Scale.__call__`, without the cost of arrays
        span, way = scale.high - scale.low, scale.end - scale.start
        places = [scale.start + (value - scale.low) / span * way for value, _ in ticks]
    texts = (text for _, text in ticks)
    return Scale(
        low=scale.low, high=scale.high, start=scale.start, end=scale.end, log=scale.log,
        ticks=tuple(zip(places, texts, strict=True)),
    )  # fmt: skip


def _step(span: float, wanted: int) -> float:
    raw = span / max(wanted, 1)
    power = 10.0 ** math.floor(math.log10(raw))
    return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= raw * 0.999)


def linear(
    low: float, high: float, start: float, end: float, *, wanted: int = 5, tight: bool = False
) -> Scale:
    """Return a linear scale that shows all of the range.

    Parameters
    ----------
    low, high : float
        The range of the data; where it is a single number, room is made on both sides.
    start, end : float
        Where its two ends lie in the drawing.
    wanted : int
        About how many ticks.
    tight : bool
        Keep the range as it is, where otherwise it grows to the next round numbers.
    """
    low, high = max(min(low, high), -FAR), min(max(low, high), FAR)
    least = max(abs(low), abs(high)) * 1e-6 or 1.0
    if high - low < least:
        low, high = low - least / 2, high + least / 2
    step = _step(high - low, wanted)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    if tight:
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    else:
        low, high = first * step, last * step
    digits = max(3, math.ceil(math.log10(max(abs(low), abs(high)) / step)) + 1)
    scale = Scale(low=low, high=high, start=start, end=end, log=False)
    ticks = [(k * step, short(k * step, min(digits, 9))) for k in range(first, last + 1)]
    return _with_ticks(scale, ticks)


def logarithmic(low: float, high: float, start: float, end: float, *, wanted: int = 5) -> Scale:
    """Return a scale by powers of ten, with ticks at decades; `low` and `high` are above 0."""
    first, last = math.floor(math.log10(low) + 1e-9), math.ceil(math.log10(high) - 1e-9)
    if first >= last:
        first, last = first - (first == last), first + 1
    stride = max(1, math.ceil((last - first) / max(wanted, 1)))
    scale = Scale(low=first, high=last, start=start, end=end, log=True)
    plain = first >= -2 and last <= 3
    labelled = [
        (10.0**k, short(10.0**k) if plain else decade(k))
        for k in range(first, last + 1, stride)
        if k > -308
    ]
    between = [
        (factor * 10.0**k, "")
        for k in (range(first, last) if last - first <= 3 else ())
        for factor in range(2, 10)
    ]
    return _with_ticks(scale, sorted(labelled + between))


def axis_attributes(across: Scale, up: Scale) -> Markup:
    """Return the attributes with which a script converts positions to numbers."""
    ends = (
        " ".join(f"{v:.7g}" for v in (one.low, one.high, one.start, one.end))
        for one in (across, up)
    )
    x, y = ends
    log = " data-log" if up.log else ""
    return Markup(f' data-x="{x}" data-y="{y}"{log}')  # noqa: S704 - numbers
