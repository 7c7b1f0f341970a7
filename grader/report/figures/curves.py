"""Lines over a common axis: losses, accuracies, a function beside its reference."""

from __future__ import annotations

__all__ = ["draw_curves", "thin"]

import itertools
import math
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from grader.report.figures.scales import Scale, axis_attributes, linear, logarithmic
from grader.report.figures.svg import (
    Array,
    Figure,
    Key,
    document,
    floats,
    label,
    named,
    number,
    path_data,
    straightened,
    swatch,
)
from grader.report.text import clean, line

if TYPE_CHECKING:
    from grader.results import Curves, Series

WIDTH, HEIGHT = 420.0, 262.0
LEFT, RIGHT, TOP, BOTTOM = 64.0, 34.0, 22.0, 40.0
MOST_POINTS = 280
MOST_SERIES = 8
FEW_POINTS = 40
"""Curves with at most this many points keep all of them: the page shows each value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    name: str
    css: str
    x: Array
    y: Array
    band: tuple[tuple[Array, Array], ...] = ()
    """The lower end and the upper one, each as x and y."""

    means: str = ""


def thin(x: Array, y: Array, most: int = MOST_POINTS) -> tuple[Array, Array]:
    """Return at most about `most` points of a long curve, with the extremes of every stretch.

    Parameters
    ----------
    x, y : (n,) arrays
        The curve; nan in y is a gap, and the edges of a gap are kept.
    most : int
        How many points may remain.

    Returns
    -------
    (array, array)
        The points that remain, in their order.
    """
    count = len(y)
    if count <= most:
        return x, y
    stretches = max((most - 2) // 4, 1)
    edges = np.linspace(0, count, stretches + 1).astype(np.int64).tolist()
    heights, gaps = y.tolist(), np.flatnonzero(np.isnan(y)).tolist()
    kept = {0, count - 1}
    for begin, end in itertools.pairwise(edges):
        part = heights[begin:end]
        if gaps and bisect_left(gaps, begin) < bisect_left(gaps, end):
            known = [height for height in part if not math.isnan(height)]
            kept.add(begin + next(k for k, height in enumerate(part) if math.isnan(height)))
            if not known:
                continue
            last = next(k for k, height in enumerate(reversed(part)) if not math.isnan(height))
            kept.add(end - 1 - last)
        else:
            known = part
            kept.add(end - 1)
        kept.add(begin + part.index(min(known)))
        kept.add(begin + part.index(max(known)))
    chosen = np.array(sorted(kept))
    return x[chosen], y[chosen]


def _style(series: Series, counts: dict[str, int]) -> str:
    """Return the CSS classes of a line: its role gives the dash, its index the colour."""
    role = series.role if series.role in {"student", "reference"} else "other"
    turn = counts.get(role, 0)
    counts[role] = turn + 1
    return f"ln {role}" if turn == 0 else f"ln {role} v{min(turn, 4)}"


def _lines(curves: Curves) -> list[_Line]:
    counts: dict[str, int] = {}
    lines = []
    for series in curves.series[:MOST_SERIES]:
        y = floats(series.y)
        x = floats(series.x) if series.x else np.arange(len(y), dtype=np.float64)
        size = min(len(x), len(y))
        known = ~np.isnan(x[:size])
        x, y = x[:size][known], y[:size][known]
        band = _band(series, size, known, x)
        x, y = thin(x, y)
        lines.append(
            _Line(
                name=line(series.name, 60), css=_style(series, counts), x=x, y=y, band=band,
                means=line(series.band, 60) if band else "",
            )
        )  # fmt: skip
    return lines


def _band(
    series: Series, size: int, known: npt.NDArray[np.bool_], x: Array
) -> tuple[tuple[Array, Array], ...]:
    """Return both ends of the band of a line: the lower one, and the upper one."""
    if not size or min(len(series.lower), len(series.upper)) < size:
        return ()
    ends = (floats(end)[:size] for end in (series.lower, series.upper))
    return tuple(thin(x, end[known]) for end in ends)


def _axes(lines: list[_Line], *, log: bool) -> tuple[Scale, Scale]:
    xs = np.concatenate([one.x for one in lines] or [np.zeros(1)])
    ends = [y for one in lines for _, y in one.band]
    ys = np.concatenate([*(one.y for one in lines), *ends] or [np.zeros(1)])
    ys = ys[~np.isnan(ys)]
    if log:
        ys = ys[ys > 0]
    if not len(xs):
        xs = np.array([0.0, 1.0])
    across = linear(float(xs.min()), float(xs.max()), LEFT, WIDTH - RIGHT, tight=True)
    low, high = (float(ys.min()), float(ys.max())) if len(ys) else (0.1, 1.0)
    make = logarithmic if log else linear
    return across, make(low, high, HEIGHT - BOTTOM, TOP)


def frame(across: Scale, up: Scale, x_label: str, y_label: str) -> list[str]:
    """Return the grid, the ticks and the names of the axes."""
    left, right, bottom, _top = (number(v) for v in (across.start, across.end, up.start, up.end))
    grid = "".join(f"M{left} {number(place)}H{right}" for place, _ in up.ticks)
    ticks = "".join(f"M{number(place)} {bottom}v4" for place, _ in across.ticks)
    parts = [f'<path class="grid" d="{grid}"/>', f'<path class="axis" d="M{left} {bottom}H{right}']
    parts[-1] += f'{ticks}"/>'
    parts += [label(across.start - 7, y + 4, text, "end") for y, text in up.ticks if text]
    parts += [label(x, up.start + 17, text, "mid") for x, text in across.ticks if text]
    parts.append(label((across.start + across.end) / 2, up.start + 34, x_label, "mid name"))
    parts.append(label(4, up.end - 11, y_label, "name"))
    return parts


def _pieces(one: _Line, across: Scale, up: Scale) -> tuple[str, list[tuple[float, float]]]:
    """Return the path of a line in its finite pieces, and where its gaps begin and end."""
    x, y = across(one.x), up(one.y)
    drawn = ~np.isnan(y)
    jumps = np.flatnonzero(drawn[1:] != drawn[:-1]) + 1
    bounds = [0, *jumps.tolist(), len(y)]
    path, gaps = [], []
    for begin, end in itertools.pairwise(bounds):
        if begin == end:
            continue
        if drawn[begin]:
            piece = np.array((x[begin:end], y[begin:end])).T
            path.append(path_data(piece if len(piece) <= FEW_POINTS else straightened(piece)))
        elif np.isnan(one.y[begin:end]).any():
            gaps.append((float(x[begin]), float(x[min(end, len(x) - 1)])))
    return "".join(path), gaps


def _between(one: _Line, across: Scale, up: Scale) -> str:
    """Return the area between both ends of a band; empty without a lower end."""
    (x_low, low), (x_high, high) = one.band
    first = np.flatnonzero(~np.isnan(low))
    if not len(first):
        return ""
    # On a logarithmic axis, values at or below 0 are drawn at the bottom, infinities at the top.
    until = x_low[first[-1]]
    below = np.column_stack([across(x_low), np.where(np.isnan(low), np.nan, up(low))])
    below[np.isnan(below[:, 1]) & ~np.isnan(low), 1] = up.start
    above = np.column_stack([across(x_high), up(high)])
    above[np.isnan(above[:, 1]) & np.isnan(high), 1] = up.end
    above[np.isnan(above[:, 1]), 1] = up.start
    below, above = below[: first[-1] + 1], above[x_high <= until]
    below = below[~np.isnan(below[:, 1])]
    if not len(above):
        return ""
    outline = np.concatenate([straightened(above), straightened(below)[::-1]])
    name = named(f"{one.name}, band")
    return f'<path class="{one.css} band"{name} d="{path_data(outline)}z"/>'


def _gap(begin: float, end: float, css: str) -> str:
    """Return the mark of a stretch where a line is not finite: a cross, and a bar along the top.

    Both stay within the frame: at its right end there may be no room for the bar.
    """
    at = min(max(begin, LEFT + 4), WIDTH - RIGHT - 4)
    y, far = TOP + 4, min(end, WIDTH - RIGHT)
    cross = f'<path class="{css} gap" d="M{number(at - 4)} {number(y - 4)}l8 8m0-8l-8 8"/>'
    if far <= at + 9:
        return cross
    return f'{cross}<path class="{css} silent" d="M{number(at + 9)} {number(y)}H{number(far)}"/>'


def _key(one: _Line) -> Key:
    if not one.band:
        return Key(mark=swatch(one.css), label=one.name)
    both = (
        f'<path class="{one.css} band" d="M1 0h24v12h-24z"/><path class="{one.css}" d="M1 6h24"/>'
    )
    return Key(mark=swatch("ranged", both), label=one.name, note=one.means)


def draw_curves(curves: Curves) -> Figure:
    """Draw the lines; a stretch that is not finite is marked at the top.

    Parameters
    ----------
    curves : Curves
        What is drawn.
    """
    lines = _lines(curves)
    positive = any(bool((one.y > 0).any()) for one in lines)
    log = curves.log_y and positive
    across, up = _axes(lines, log=log)
    parts = frame(across, up, curves.x_label, curves.y_label)
    notes = []
    for one in sorted(lines, key=lambda one: "reference" in one.css):
        path, gaps = _pieces(one, across, up)
        if path:
            parts.append(f'<path class="{one.css}"{named(one.name)} d="{path}"/>')
        parts += [_gap(begin, end, one.css) for begin, end in gaps[:12]]
        if gaps:
            notes.append(f"Where {one.name} is not a finite number, a cross stands at the top.")
        if log and bool((one.y <= 0).any()):
            notes.append(f"Values of {one.name} at or below 0 have no place on this scale.")
        if one.band and np.isnan(one.band[1][1]).any():
            notes.append(f"Where the band of {one.name} goes to the top, a run is not finite.")
    # Bands are pale and may lie above lines: by keyboard, lines come first.
    parts += [_between(one, across, up) for one in lines if one.band]
    if len(curves.series) > MOST_SERIES:
        notes.append(f"The first {MOST_SERIES} of {len(curves.series)} lines are drawn.")
    return Figure(
        title=line(curves.title),
        svg=document((WIDTH, HEIGHT), parts, css="curves", axes=axis_attributes(across, up)),
        summary=clean(curves.summary, 1_000),
        legend=tuple(_key(one) for one in lines),
        notes=tuple(notes),
    )
