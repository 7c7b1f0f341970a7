"""Round evidence to as many digits as a drawing needs.

A loss in a curve has 17 digits, of which a page shows four and a screen can show three; for 10,000
submissions, the other digits would be most of a gradebook.
"""

from __future__ import annotations

__all__ = ["DIGITS", "rounded", "rounded_line"]

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from grader.results.evidence import Track

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.results.evidence import (
        Curves,
        Evidence,
        HeatMap,
        Number,
        Point,
        Series,
        Trajectories,
    )

# As many digits as a float32 has.
DIGITS = 7
# For larger exponents, 10.0**n is not an exact float, and numbers are rounded one by one.
_EXACT = 22


def rounded(evidence: Evidence) -> Evidence:
    """Return evidence with its curves, paths and colours rounded to `DIGITS` significant digits."""
    return replace(
        evidence,
        curves=tuple(map(_curves, evidence.curves)),
        trajectories=tuple(map(_trajectories, evidence.trajectories)),
        heat_maps=tuple(map(_heat_map, evidence.heat_maps)),
    )


def rounded_line(line: Series | Track) -> Series | Track:
    """Return a line of a figure, rounded like the figure that it is in."""
    return _track(line) if isinstance(line, Track) else _series(line)


def _curves(curves: Curves) -> Curves:
    return replace(curves, series=tuple(map(_series, curves.series)))


def _series(one: Series) -> Series:
    return replace(
        one, x=_numbers(one.x), y=_numbers(one.y),
        lower=_numbers(one.lower), upper=_numbers(one.upper),
    )  # fmt: skip


def _track(track: Track) -> Track:
    return replace(track, points=_points(track.points))


def _trajectories(shown: Trajectories) -> Trajectories:
    return replace(
        shown,
        tracks=tuple(map(_track, shown.tracks)),
        marks=tuple(replace(mark, point=_points((mark.point,))[0]) for mark in shown.marks),
    )


def _heat_map(shown: HeatMap) -> HeatMap:
    return replace(shown, values=tuple(map(_numbers, shown.values)))


def _points(points: Sequence[Point]) -> tuple[Point, ...]:
    flat = _numbers([number for point in points for number in point])
    return tuple(zip(flat[::2], flat[1::2], strict=True))


def _numbers(values: Sequence[Number]) -> tuple[Number, ...]:
    """Return numbers rounded like ``f"{x:.7g}"``; None stays None."""
    if not values:
        return ()
    numbers = np.array([np.nan if value is None else value for value in values], dtype=float)
    with np.errstate(all="ignore"):
        power = DIGITS - 1 - np.floor(np.log10(np.abs(numbers)))
        simple = np.abs(power) <= _EXACT  # false for 0 and for nan
        scale = 10.0 ** np.where(simple, np.abs(power), 0)
        large = np.where(power >= 0, numbers * scale, numbers / scale)
        whole = np.round(large)
        result = np.where(power >= 0, whole / scale, whole * scale)
    listed = np.where(simple, result, numbers).tolist()
    odd = np.flatnonzero(~simple)
    for index in odd.tolist():
        value = values[index]
        listed[index] = None if value is None else float(f"{value:.{DIGITS}g}")
    return tuple(listed)
