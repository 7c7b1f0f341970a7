"""Small parts of SVG: numbers, texts, paths, and the frame that all figures share."""

from __future__ import annotations

__all__ = [
    "Columns",
    "Figure",
    "Key",
    "document",
    "floats",
    "label",
    "named",
    "number",
    "path_data",
    "straightened",
    "swatch",
]

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from markupsafe import Markup, escape

from grader.languages import say
from grader.report.text import line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Array = npt.NDArray[np.float64]

BESIDE, ROUNDS = 0.12, 4
"""A point this close to the line between its neighbours, in units, cannot be seen."""

LONG = 26
"""Longer texts do not grow on a phone: they would not fit into the drawing."""

MOST_STEPS = 1 << 12
"""A drawing has a few thousand lengths of steps; their texts are kept."""

MOST_LABELS = 1 << 10
"""Ticks and names of axes come again on every page; their texts are kept."""

FAR = 1e300
"""Larger numbers are drawn here: differences of two such numbers are still finite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One entry of a legend: a drawn mark and its name."""

    mark: Markup
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The content of a figure, as a table of texts."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure for a page: the SVG, and the HTML below it."""

    title: str
    svg: Markup
    summary: str
    legend: tuple[Key, ...] = ()
    notes: tuple[str, ...] = ()
    wide: bool = False
    table: Columns | None = None


@functools.lru_cache(MOST_STEPS)
def number(value: float) -> str:
    """Return a coordinate with one decimal at most."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def floats(values: Iterable[float | None]) -> Array:
    """Return the numbers as an array, with nan for missing and infinite ones.

    Numbers beyond 1e300 are brought back to it, so that a scale made of them does not overflow.
    """
    array = np.array(values if isinstance(values, tuple) else list(values), dtype=np.float64)
    finite = np.isfinite(array)  # numpy has made nan of None
    if not finite.all():
        array[~finite] = np.nan
    return array.clip(-FAR, FAR)


def label(x: float, y: float, text: str, css: str = "", *, turned: bool = False) -> str:
    """Return a text element; `css` names classes, such as ``end`` for text that ends at x."""
    across, down = number(x), number(y)
    turn = f' transform="rotate(-90 {across} {down})"' if turned else ""
    shown, long = _shown(say(text))
    if long:
        css = f"{css} long".strip()
    kind = f' class="{css}"' if css else ""
    return f'<text x="{across}" y="{down}"{turn}{kind}>{shown}</text>'


@functools.lru_cache(MOST_LABELS)
def _shown(said: str) -> tuple[str, bool]:
    """Return the text of a label, escaped, and whether it is long."""
    shown = line(said, 60)
    return str(escape(shown)), len(shown) > LONG


@functools.lru_cache(MOST_STEPS)
def _tenths(count: int) -> str:
    whole, rest = divmod(abs(count), 10)
    digits = f"{whole or ''}.{rest}" if rest else f"{whole}"
    return f"-{digits}" if count < 0 else digits


def named(name: str) -> str:
    """Return the attribute with a line's name, for a script; it is escaped."""
    return f' data-n="{escape(say(name))}"'


def path_data(points: Array) -> str:
    """Return the ``d`` of a path through the points, in steps of a tenth of a unit.

    Parameters
    ----------
    points : (n, 2) array
        Finite, in units of the drawing.
    """
    tenths = np.rint(points * 10).astype(np.int64)
    moves = tenths[1:] - tenths[:-1]
    moves = moves[(moves[:, 0] != 0) | (moves[:, 1] != 0)]
    start = f"M{tenths[0, 0] / 10:g} {tenths[0, 1] / 10:g}"
    if not len(moves):
        return f"{start}h0"
    steps = " ".join(map(_tenths, moves.ravel().tolist()))
    return f"{start}l{steps}".replace(" -", "-")


def straightened(points: Array) -> Array:
    """Return the polyline without the points that lie on a line with their neighbours.

    Parameters
    ----------
    points : (n, 2) array
        Finite, in units of the drawing.

    Returns
    -------
    (m, 2) array
        With both ends; what is left out lay at most half a unit beside what is drawn.
    """
    x, y = points.T.copy()
    for _ in range(ROUNDS):
        if len(x) < 3:
            break
        chord_x, chord_y = x[2::2] - x[:-2:2], y[2::2] - y[:-2:2]
        way_x, way_y = x[1:-1:2] - x[:-2:2], y[1:-1:2] - y[:-2:2]
        long = np.hypot(chord_x, chord_y)
        beside = np.abs(chord_x * way_y - chord_y * way_x)
        along = chord_x * way_x + chord_y * way_y
        straight = (beside <= BESIDE * long) & (along >= 0) & (along <= long * long)
        if not straight.any():
            break
        keep = np.ones(len(x), dtype=np.bool_)
        keep[1:-1:2] = ~straight
        x, y = x[keep], y[keep]
    return points if len(x) == len(points) else np.array((x, y)).T


def swatch(css: str, shape: str = '<path d="M1 6h24"/>') -> Markup:
    """Return a small picture for a legend; `shape` is our own markup, never a submission's."""
    return Markup(  # noqa: S704 - both parts are constants of this package
        f'<svg class="key {css}" viewBox="0 0 26 12" aria-hidden="true">{shape}</svg>'
    )


def document(
    size: tuple[float, float], parts: Sequence[str], *, css: str, axes: Markup | None = None
) -> Markup:
    """Return the whole SVG element.

    It is for the eye alone: what it shows is said once, in the text that stands beside it, and a
    screen reader that read both would say everything twice.

    Parameters
    ----------
    size : (float, float)
        Width and height of the drawing in its own units.
    parts : sequence of str
        Markup whose texts are escaped already.
    css : str
        The class of its kind of figure, beside ``figure``.
    axes : Markup, optional
        Attributes that say what the places in it mean (`axis_attributes`), for a script.
    """
    width, height = (number(side) for side in size)
    here = '<path class="here"/>' if axes else ""
    return Markup(  # noqa: S704 - escaped where made; numbers, and constants of this package
        f'<svg class="figure {css}" aria-hidden="true" width="{width}" height="{height}"'
        f' viewBox="0 0 {width} {height}"{axes or ""}>{"".join(parts)}{here}</svg>'
    )
