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
    from collections.abc import Iterator, Sequence

    from grader.results.evidence import (
        Evidence,
        Number,
        Point,
        Series,
        Trajectories,
    )

    Done = Iterator[tuple[Number, ...]]

# As many digits as a float32 has.
DIGITS = 7
# For larger exponents, 10.0**n is not an exact float, and numbers are rounded one by one.
_EXACT = 22


def rounded(evidence: Evidence) -> Evidence:
    """Return evidence with its curves, paths and colours rounded to `DIGITS` significant digits."""
    if not (evidence.curves or evidence.trajectories or evidence.heat_maps):
        return evidence
    done = _each(list(_of_evidence(evidence)))
    return replace(
        evidence,
        curves=tuple(
            replace(one, series=tuple(_series(series, done) for series in one.series))
            for one in evidence.curves
        ),
        trajectories=tuple(_trajectories(one, done) for one in evidence.trajectories),
        heat_maps=tuple(
            replace(one, values=tuple(next(done) for _ in one.values)) for one in evidence.heat_maps
        ),
    )


def rounded_line(line: Series | Track) -> Series | Track:
    """Return a line of a figure, rounded like the figure that it is in."""
    if isinstance(line, Track):
        return _track(line, _each([_flat(line.points)]))
    return _series(line, _each(list(_of_series(line))))


# ------------------------------------------------------------------ all numbers, in their order


def _of_evidence(evidence: Evidence) -> Iterator[Sequence[Number]]:
    for curves in evidence.curves:
        for series in curves.series:
            yield from _of_series(series)
    for shown in evidence.trajectories:
        for track in shown.tracks:
            yield _flat(track.points)
        for mark in shown.marks:
            yield mark.point
    for heat_map in evidence.heat_maps:
        yield from heat_map.values


def _of_series(one: Series) -> tuple[Sequence[Number], ...]:
    return one.x, one.y, one.lower, one.upper


def _flat(points: Sequence[Point]) -> list[Number]:
    return [number for point in points for number in point]


# ------------------------------------------------------------------ and rounded, in the same order


def _series(one: Series, done: Done) -> Series:
    x, y, lower, upper = (next(done) for _ in range(4))
    return replace(one, x=x, y=y, lower=lower, upper=upper)


def _track(track: Track, done: Done) -> Track:
    flat = next(done)
    return replace(track, points=tuple(zip(flat[::2], flat[1::2], strict=True)))


def _trajectories(shown: Trajectories, done: Done) -> Trajectories:
    return replace(
        shown,
        tracks=tuple(_track(track, done) for track in shown.tracks),
        marks=tuple(replace(mark, point=_pair(next(done))) for mark in shown.marks),
    )


def _pair(numbers: tuple[Number, ...]) -> Point:
    x, y = numbers
    return x, y


def _each(lists: Sequence[Sequence[Number]]) -> Done:
    """Yield each list of numbers, rounded: all at once, which costs as much as one of them."""
    whole = _numbers([number for one in lists for number in one])
    begin = 0
    for one in lists:
        end = begin + len(one)
        yield whole[begin:end]
        begin = end


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
