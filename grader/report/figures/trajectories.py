"""Descents in the plane, over the contours of the function that they descend."""

from __future__ import annotations

__all__ = ["VIEW", "draw_trajectories"]

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from grader.report.figures.contours import PlotBox
from grader.report.figures.curves import frame
from grader.report.figures.scales import axis_attributes, linear
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
    swatch,
)
from grader.report.text import clean, line

if TYPE_CHECKING:
    from grader.results import Contours, Mark, Track, Trajectories

WIDTH, HEIGHT = 420.0, 336.0
LEFT, TOP = 46.0, 22.0
INNER_WIDTH, INNER_HEIGHT = 362.0, 272.0
MOST_TRACKS = 8
MOST_MARKS = 8
MOST_POINTS = 500
FEW_STEPS = 40
MOST_EXITS = 6
NEAR = 0.7
"""A step shorter than this, in units of the drawing, cannot be seen."""

Place = tuple[float, float]
VIEW = (LEFT, TOP, INNER_WIDTH, INNER_HEIGHT)
_DOT = '<circle cx="13" cy="6" r="4"/>'
_DIAMOND = '<path d="M13 1l5 5-5 5-5-5z"/>'


@dataclass(frozen=True, slots=True, kw_only=True)
class _Path:
    """A track in units of the drawing, cut to the view."""

    name: str
    css: str
    pieces: tuple[Array, ...]
    start: Place | None
    end: Place | None
    steps: list[Place]
    exits: tuple[tuple[float, float, float], ...]
    lost: bool


def _finite_part(track: Track) -> tuple[Array, bool]:
    xs = floats([point[0] for point in track.points])
    ys = floats([point[1] for point in track.points])
    missing = np.isnan(xs) | np.isnan(ys)
    lost = bool(missing.any())
    size = int(missing.argmax()) if lost else len(xs)
    return np.array((xs[:size], ys[:size])).T, lost


def _thin(points: Array) -> Array:
    """Thin the points of a track: keep the beginning in full, then every nth point."""
    if len(points) <= 2:
        return points
    x, y = np.rint(points / NEAR).T
    keep = np.ones(len(points), dtype=np.bool_)
    keep[1:-1] = (x[1:-1] != x[:-2]) | (y[1:-1] != y[:-2])
    points = points[keep]
    if len(points) > MOST_POINTS:
        half = MOST_POINTS // 2
        later = np.linspace(half, len(points) - 1, half).astype(np.int64)
        points = np.concatenate([points[:half], points[later]])
    return points


def _crossing(a: Place, b: Place, box: PlotBox) -> tuple[float, float] | None:
    """Return the part of the way from a to b that lies in the box, as shares (Liang and Barsky)."""
    low, high = 0.0, 1.0
    limits = ((box.left, box.left + box.width), (box.top, box.top + box.height))
    for axis, (first, last) in enumerate(limits):
        start, way = a[axis], b[axis] - a[axis]
        if way == 0:
            if not first <= start <= last:
                return None
            continue
        enter, leave = sorted(((first - start) / way, (last - start) / way))
        low, high = max(low, enter), min(high, leave)
    return (low, high) if low <= high else None


def _clip(points: Array, box: PlotBox) -> tuple[list[Array], list[tuple[float, float, float]]]:
    """Return the pieces of a polyline inside the box, and the places and directions of exits."""
    pieces: list[list[tuple[float, float]]] = []
    exits = []
    right, bottom = box.left + box.width, box.top + box.height
    x, y = points.T
    within = (x >= box.left) & (x <= right) & (y >= box.top) & (y <= bottom)
    places: list[Place] = list(map(tuple, points.tolist()))
    for (a, b), is_whole in zip(
        itertools.pairwise(places), (within[1:] & within[:-1]).tolist(), strict=True
    ):
        shares = (0.0, 1.0) if is_whole else _crossing(a, b, box)  # most lie inside
        if shares is None:
            continue
        enter, leave = shares
        way_x, way_y = b[0] - a[0], b[1] - a[1]
        last = a[0] + leave * way_x, a[1] + leave * way_y
        if pieces and enter == 0 and pieces[-1][-1] == a:
            pieces[-1].append(last)
        else:
            pieces.append([(a[0] + enter * way_x, a[1] + enter * way_y), last])
        if leave < 1:
            exits.append((*last, math.atan2(way_y, way_x)))
    return [np.array(piece) for piece in pieces], exits


def _inside(points: Array, box: PlotBox) -> list[Place]:
    """Return those of a few points that the view shows."""
    return [
        (x, y)
        for x, y in points.tolist()
        if 0 <= x - box.left <= box.width and 0 <= y - box.top <= box.height
    ]


def _path(track: Track, css: str, box: PlotBox) -> _Path:
    points, lost = _finite_part(track)
    placed = _thin(box.place(points))
    pieces, exits = _clip(placed, box) if len(placed) > 1 else ([], [])
    start, end = _inside(placed[:1], box), _inside(placed[-1:], box)
    few = len(placed) <= FEW_STEPS
    return _Path(
        name=line(track.name, 60),
        css=css,
        pieces=tuple(pieces),
        start=start[0] if start else None,
        end=end[0] if end and len(placed) > 1 and not lost else None,
        steps=_inside(placed[1:-1], box) if few else [],
        exits=tuple(exits[:MOST_EXITS]),
        lost=lost,
    )


def _arrow(x: float, y: float, angle: float, css: str) -> str:
    turn = number(math.degrees(angle))
    place = f"translate({number(x)} {number(y)}) rotate({turn})"
    return f'<path class="tip {css}" transform="{place}" d="M2 0l-8-4v8z"/>'


def _direction(piece: Array, css: str) -> str:
    """Return an arrow head in the middle of a piece that is long enough to have a direction."""
    moves = piece[1:] - piece[:-1]
    lengths = np.hypot(moves[:, 0], moves[:, 1])
    walked = lengths.cumsum()
    if not len(walked) or walked[-1] < 36:
        return ""
    at = int(np.searchsorted(walked, walked[-1] / 2))
    share = 1 - (walked[at] - walked[-1] / 2) / lengths[at]
    x, y = piece[at] + share * moves[at]
    return _arrow(float(x), float(y), math.atan2(moves[at, 1], moves[at, 0]), css)


def _drawn(path: _Path) -> list[str]:
    parts = []
    if path.pieces:
        data = "".join(map(path_data, path.pieces))
        parts.append(f'<path class="{path.css}"{named(path.name)} d="{data}"/>')
        parts.append(_direction(max(path.pieces, key=len), path.css))
    parts += [
        f'<circle class="step {path.css}" cx="{number(x)}" cy="{number(y)}" r="1.8"/>'
        for x, y in path.steps
    ]
    parts += [_arrow(x, y, angle, path.css) for x, y, angle in path.exits]
    if path.start is not None:
        x, y = map(number, path.start)
        parts.append(f'<circle class="start {path.css}" cx="{x}" cy="{y}" r="4.5"/>')
    if path.end is not None:
        x, y = map(number, path.end)
        parts.append(f'<path class="end {path.css}" d="M{x} {y}m0-5l5 5-5 5-5-5z"/>')
    return parts


def _marks(marks: tuple[Mark, ...], box: PlotBox) -> list[str]:
    parts = []
    for mark in marks[:MOST_MARKS]:
        place = _inside(box.place(floats(mark.point)[None, :]), box)
        for x, y in place:
            parts.append(f'<path class="mark" d="M{number(x - 5)} {number(y)}h10m-5-5v10"/>')
            late = x > box.left + box.width * 0.7
            css = "halo end" if late else "halo"
            parts.append(label(x + (-8 if late else 8), y - 6, mark.name, css))
    return parts


def _view(trajectories: Trajectories) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return a view that fits the tracks, if there is no landscape."""
    parts = [_finite_part(track)[0] for track in trajectories.tracks[:MOST_TRACKS]]
    points = np.concatenate([*parts, np.zeros((0, 2))])
    if not len(points):
        return (-1.0, 1.0), (-1.0, 1.0)
    low, high = np.percentile(points, [5, 95], axis=0)
    room = np.maximum((high - low) * 0.15, np.maximum(np.abs(high), 1.0) * 1e-3)
    low, high = low - room, high + room
    return (float(low[0]), float(high[0])), (float(low[1]), float(high[1]))


def view_of(trajectories: Trajectories, contours: Contours | None) -> PlotBox:
    """Return the view of a figure: the landscape's, or one that fits the tracks."""
    ranges = (contours.x_range, contours.y_range) if contours else _view(trajectories)
    left, top, width, height = VIEW
    return PlotBox(
        x_range=ranges[0], y_range=ranges[1], left=left, top=top, width=width, height=height
    )


def _pane(box: PlotBox) -> str:
    return (
        f'<rect class="pane" x="{number(box.left)}" y="{number(box.top)}"'
        f' width="{number(box.width)}" height="{number(box.height)}"/>'
    )


def _styles(tracks: tuple[Track, ...]) -> list[str]:
    counts: dict[str, int] = {}
    styles = []
    for track in tracks:
        role = track.role if track.role in {"student", "reference"} else "other"
        turn = counts.get(role, 0)
        counts[role] = turn + 1
        styles.append(f"ln {role} v{min(turn, 4)}" if turn else f"ln {role}")
    return styles


def draw_trajectories(
    trajectories: Trajectories, contours: Contours | None, background: str
) -> Figure:
    """Draw the tracks; what leaves the view is cut there and marked with an arrow.

    Parameters
    ----------
    trajectories : Trajectories
        What is drawn.
    contours : Contours, optional
        The landscape below.
    background : str
        The id of the landscape's drawing on the page; empty where there is none.
    """
    box = view_of(trajectories, contours)
    bottom, right = box.top + box.height, box.left + box.width
    across = linear(*box.x_range, box.left, right, tight=True)
    up = linear(*box.y_range, bottom, box.top, tight=True)
    parts = frame(across, up, "x", "y")
    parts.append(_pane(box))
    if background:
        parts.insert(0, f'<use href="#{background}"/>')
    tracks = trajectories.tracks[:MOST_TRACKS]
    paths = [_path(t, css, box) for t, css in zip(tracks, _styles(tracks), strict=True)]
    for path in sorted(paths, key=lambda one: "reference" in one.css):
        parts += _drawn(path)
    parts += _marks(trajectories.marks, box)
    legend = [Key(mark=swatch(path.css), label=path.name) for path in paths]
    legend += [
        Key(mark=swatch("sign", _DOT), label="start"),
        Key(mark=swatch("sign", _DIAMOND), label="end"),
    ]
    notes = []
    if leaving := [path.name for path in paths if path.exits]:
        notes.append(f"Arrows show where a path leaves the view: {', '.join(leaving)}.")
    if lost := [path.name for path in paths if path.lost]:
        notes.append(f"Not finite in the end: {', '.join(lost)}.")
    if len(trajectories.tracks) > MOST_TRACKS:
        notes.append(f"The first {MOST_TRACKS} of {len(trajectories.tracks)} tracks are drawn.")
    return Figure(
        title=line(trajectories.title),
        svg=document((WIDTH, HEIGHT), parts, css="plane", axes=axis_attributes(across, up)),
        summary=clean(trajectories.summary, 1_000),
        legend=tuple(legend),
        notes=tuple(notes),
    )
