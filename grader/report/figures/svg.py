"""Small parts of SVG: numbers, texts, paths, and the frame that all figures share."""

from __future__ import annotations

__all__ = ["Figure", "Key", "document", "floats", "label", "number", "path_data", "swatch"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from markupsafe import Markup, escape

from grader.report.text import clean, line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Array = npt.NDArray[np.float64]

FAR = 1e300
"""Where a number is drawn that is larger: differences of two such numbers are still finite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One entry of a legend: a drawn mark and its name."""

    mark: Markup
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A picture for a page: the SVG, and what stands below it in HTML."""

    title: str
    svg: Markup
    summary: str
    legend: tuple[Key, ...] = ()
    notes: tuple[str, ...] = ()
    wide: bool = False


def number(value: float) -> str:
    """Return a coordinate with one decimal at most."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def floats(values: Iterable[float | None]) -> Array:
    """Return the numbers as an array, what is missing or not finite as nan.

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
    kind = f' class="{css}"' if css else ""
    return f"<text {place}{kind}>{escape(line(text, 60))}</text>"


def _tenths(count: int) -> str:
    whole, rest = divmod(abs(count), 10)
    digits = f"{whole or ''}.{rest}" if rest else f"{whole}"
    return f"-{digits}" if count < 0 else digits


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


def swatch(css: str, shape: str = '<path d="M1 6h24"/>') -> Markup:
    """Return a small picture for a legend; `shape` is our own markup, never a submission's."""
    return Markup(  # noqa: S704 - both parts are constants of this package
        f'<svg class="key {css}" viewBox="0 0 26 12" aria-hidden="true">{shape}</svg>'
    )


def document(
    key: str,
    size: tuple[float, float],
    parts: Sequence[str],
    *,
    title: str,
    summary: str,
    css: str,
) -> Markup:
    """Return the whole SVG element, with its title and its description for those who do not see it.

    Parameters
    ----------
    key : str
        An id that no other element of the page has.
    size : (float, float)
        Width and height of the drawing in its own units.
    parts : sequence of str
        Markup whose texts are escaped already.
    title, summary : str
        The name of the figure, and what it shows in a sentence or two.
    css : str
        The class of its kind of figure, beside ``figure``.
    """
    width, height = (number(side) for side in size)
    title = line(title) or "Figure"
    head = Markup(
        '<svg class="{css}" role="img" width="{width}" height="{height}"'
        ' viewBox="0 0 {width} {height}" aria-labelledby="{key}-t" aria-describedby="{key}-d">'
        '<title id="{key}-t">{title}</title><desc id="{key}-d">{summary}</desc>'
    ).format(
        css=f"figure {css}",
        width=width,
        height=height,
        key=key,
        title=title,
        summary=clean(summary, 1_000) or title,
    )
    return head + Markup("".join(parts)) + Markup("</svg>")  # noqa: S704 - escaped where made
