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


def number(value: float) -> str:
    """Return a coordinate with one decimal at most."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def floats(values: Iterable[float | None]) -> Array:
    """Return the numbers as an array, with nan for missing and infinite ones.

    Numbers beyond 1e300 are brought back to it, so that a scale made of them does not overflow.
    """
    array = np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    array[~np.isfinite(array)] = np.nan
    return np.clip(array, -FAR, FAR)


def label(x: float, y: float, text: str, css: str = "", *, turned: bool = False) -> str:
    """Return a text element; `css` names classes, such as ``end`` for text that ends at x."""
    place = f'x="{number(x)}" y="{number(y)}"'
    if turned:
        place += f' transform="rotate(-90 {number(x)} {number(y)})"'
    shown = line(say(text), 60)
    if len(shown) > LONG:
        css = f"{css} long".strip()
    kind = f' class="{css}"' if css else ""
    return f"<text {place}{kind}>{escape(shown)}</text>"


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
    moves = np.diff(tenths, axis=0)
    moves = moves[np.any(moves != 0, axis=1)]
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
    for _ in range(ROUNDS):
        before, between, after = points[:-2:2], points[1:-1:2], points[2::2]
        if not len(after):
            break
        chord, way = after - before, between - before
        long = np.hypot(chord[:, 0], chord[:, 1])
        beside = np.abs(chord[:, 0] * way[:, 1] - chord[:, 1] * way[:, 0])
        along = (chord * way).sum(axis=1)
        straight = (beside <= BESIDE * long) & (along >= 0) & (along <= long**2)
        keep = np.ones(len(points), dtype=np.bool_)
        keep[1:-1:2] = ~straight
        if not straight.any():
            break
        points = points[keep]
    return points


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
    head = Markup(
        '<svg class="figure {css}" aria-hidden="true" width="{width}" height="{height}"'
        ' viewBox="0 0 {width} {height}"{axes}>'
    ).format(css=css, width=width, height=height, axes=axes or "")
    if axes:
        parts = [*parts, '<path class="here"/>']
    return head + Markup("".join(parts)) + Markup("</svg>")  # noqa: S704 - escaped where made
