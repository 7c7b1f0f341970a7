"""A matrix as colours around the value that is right."""

from __future__ import annotations

__all__ = ["draw_heat_map"]

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from grader.report.figures.svg import Array, Figure, Key, document, floats, label, number, swatch
from grader.report.text import clean, line, short

if TYPE_CHECKING:
    from grader.results import HeatMap

MOST = 40
BINS = 5
"""Shades on each side of the centre."""

LEFT, TOP = 46.0, 36.0
WIDEST = 400.0
Shades = npt.NDArray[np.int64]
_SQUARE = '<path d="M5 0h16v12H5z"/>'
_FRAMED = '<path d="M5.5 1h15v10h-15z"/>'


def _matrix(heat_map: HeatMap) -> Array:
    rows = [floats(row[:MOST]) for row in heat_map.values[:MOST]]
    width = max((len(row) for row in rows), default=0)
    matrix = np.full((len(rows), width), np.nan)
    for index, row in enumerate(rows):
        matrix[index, : len(row)] = row
    return matrix


def _reach(matrix: Array, centre: float) -> float:
    """Return the distance from the centre that gets the strongest colour.

    One huge value would otherwise make all the others look right: the strongest colour is given to
    everything beyond ten times the median distance.
    """
    distances = np.abs(matrix[~np.isnan(matrix)] - centre)
    distances = distances[distances > 1e-12 * max(abs(centre), 1.0)]
    if not len(distances):
        return 1.0
    return float(min(distances.max(), 10 * np.median(distances)))


def _shades(matrix: Array, centre: float, reach: float) -> Shades:
    share = np.clip((matrix - centre) / reach, -1.0, 1.0)
    shade = np.where(share < 0, np.floor(share * BINS), np.ceil(share * BINS))
    shade[np.abs(share) < 1e-9] = 0
    shade = np.where(np.isnan(shade), BINS + 1, shade)
    return shade.astype(np.int64) + BINS


def _cells(shades: Shades, side: tuple[float, float]) -> list[str]:
    """Return one path for each shade, of all the cells that have it."""
    width, height = side
    parts = []
    for shade in np.unique(shades).tolist():
        boxes = "".join(
            f"M{number(LEFT + j * width)} {number(TOP + i * height)}"
            f"h{number(width - 1)}v{number(height - 1)}h-{number(width - 1)}z"
            for i, j in np.argwhere(shades == shade).tolist()
        )
        css = "hatched" if shade > 2 * BINS else f"q{shade}"
        parts.append(f'<path class="{css}" d="{boxes}"/>')
    return parts


def _values(matrix: Array, shades: Shades, side: tuple[float, float]) -> list[str]:
    width, height = side
    parts = []
    for (i, j), shade in np.ndenumerate(shades):
        x, y = LEFT + (j + 0.5) * width, TOP + (i + 0.5) * height + 3.5
        text = "?" if shade > 2 * BINS else short(float(matrix[i, j]), 2)
        strong = " on" if abs(int(shade) - BINS) >= 4 and shade <= 2 * BINS else ""
        parts.append(label(x, y, text, f"mid cell{strong}"))
    return parts


def _framed(heat_map: HeatMap, size: tuple[int, int]) -> tuple[int, int] | None:
    """Return the position of the entry that gets a frame, if it is drawn."""
    if heat_map.marked is None:
        return None
    row, column = heat_map.marked
    return (row, column) if 0 <= row < size[0] and 0 <= column < size[1] else None


def _frame(at: tuple[int, int], side: tuple[float, float]) -> str:
    """Return a frame around a cell: a dark line on a light one, to be seen on each colour."""
    width, height = side
    box = (
        f"M{number(LEFT + at[1] * width - 0.5)} {number(TOP + at[0] * height - 0.5)}"
        f"h{number(width)}v{number(height)}h-{number(width)}z"
    )
    return f'<path class="framed ground" d="{box}"/><path class="framed" d="{box}"/>'


def _numbers(count: int, every: int) -> list[int]:
    return [index for index in range(count) if index % every == 0]


def _legend(heat_map: HeatMap, matrix: Array, reach: float) -> list[Key]:
    """Return the legend of the colours that occur: both ends, and the centre."""
    centre, found = heat_map.centre, matrix[~np.isnan(matrix)]
    lowest, highest = (found.min(), found.max()) if len(found) else (centre, centre)
    middle = f"{short(centre)}: {line(heat_map.centre_means, 40)}"
    keys = [Key(mark=swatch(f"q{BINS}", _SQUARE), label=middle)]
    if lowest < centre:
        end = short(centre - reach)
        label = f"{end} or less" if lowest < centre - reach else end
        low = Key(mark=swatch("q0", _SQUARE), label=label)
        keys.insert(0, low)
    if highest > centre:
        end = short(centre + reach)
        label = f"{end} or more" if highest > centre + reach else end
        high = Key(mark=swatch(f"q{2 * BINS}", _SQUARE), label=label)
        keys.append(high)
    return keys


def draw_heat_map(heat_map: HeatMap) -> Figure:
    """Draw the matrix; what is missing is hatched, and small matrices show their numbers.

    Parameters
    ----------
    heat_map : HeatMap
        What is drawn.
    """
    matrix = _matrix(heat_map)
    rows, columns = matrix.shape
    width = min(44.0, (WIDEST - LEFT) / max(columns, 1))
    height = min(26.0, max(8.0, width), 400.0 / max(rows, 1))
    centre = heat_map.centre
    reach = _reach(matrix, centre)
    shades = _shades(matrix, centre, reach)
    parts = [label(LEFT, 11, heat_map.column_label, "name")]
    parts.append(label(14, TOP, heat_map.row_label, "name end", turned=True))
    every = 1 if width >= 16 else 5
    parts += [label(LEFT + (j + 0.5) * width, 30, f"{j}", "mid") for j in _numbers(columns, every)]
    every = 1 if height >= 12 else 5
    parts += [
        label(LEFT - 6, TOP + (i + 0.5) * height + 4, f"{i}", "end") for i in _numbers(rows, every)
    ]
    parts += _cells(shades, (width, height))
    if width >= 30 and height >= 14:
        parts += _values(matrix, shades, (width, height))
    legend = _legend(heat_map, matrix, reach)
    notes = []
    title, framed = line(heat_map.title), _framed(heat_map, (rows, columns))
    if framed is not None:
        name = line(heat_map.marked_name, 60) or f"row {framed[0]}, column {framed[1]}"
        parts.append(_frame(framed, (width, height)))
        title = f"{title} (in the frame: {name})"
        legend.append(Key(mark=swatch("framed", _FRAMED), label=name))
    if (shades > 2 * BINS).any():
        legend.append(Key(mark=swatch("hatched", _SQUARE), label="not a finite number"))
    if len(heat_map.values) > MOST or max(map(len, heat_map.values), default=0) > MOST:
        notes.append(f"The first {MOST} rows and columns are drawn.")
    size = (max(LEFT + columns * width, 200.0) + 6, TOP + rows * height + 4)
    return Figure(
        title=title,
        svg=document(size, parts, css="heat"),
        summary=clean(heat_map.summary, 1_000),
        legend=tuple(legend),
        notes=tuple(notes),
    )
