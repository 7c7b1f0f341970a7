"""Networks as layers of circles with lines between them, drawn from checked plain data.

Positions are computed here, a column for each layer. What a submission chose reaches the page as
numbers, as a colour of the form ``#rrggbb``, and as escaped text: nothing of its is interpreted.
"""

from __future__ import annotations

__all__ = ["draw_network"]

import math
import re
from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from grader.report.figures.svg import Columns, Figure, Key, document, label, number, swatch
from grader.report.text import clean, line, short

if TYPE_CHECKING:
    from grader.results import Link, Network, Picture

MOST_PICTURES = 3
MOST_LAYERS = 5
MOST_NEURONS = 16
MOST_LINKS = 600
MOST_BOXES = 6
MOST_ROWS = 40
MOST_COLOURS = 4
WIDEST_LINE = 9.0
COLOUR = re.compile(r"#[0-9a-f]{6}")

RADIUS = 13.0
COLUMN, ROW = 105.0, 42.0
MARGIN, TITLE, BOX = 22.0, 24.0, 20.0
LETTERS, LETTER = 34, 6.6
"""How many letters a box may have, and the room for each."""

GAP = 16.0

_Places = dict[str, tuple[float, float]]


def _layers(picture: Picture) -> list[tuple[str, ...]]:
    return [layer[:MOST_NEURONS] for layer in picture.layers[:MOST_LAYERS]]


def _size(picture: Picture) -> tuple[float, float, float]:
    """Return the width of a picture, the height of its neurons, and that of its boxes."""
    layers = _layers(picture)
    width = 2 * MARGIN + COLUMN * max(len(layers) - 1, 0) + 2 * RADIUS
    rows = max(map(len, layers), default=0)
    letters = max((len(_cut(text, LETTERS)) for text in picture.boxes[:MOST_BOXES]), default=0)
    return (
        max(width, 190.0, LETTER * letters + 8),
        ROW * max(rows, 1) + 8,
        BOX * min(len(picture.boxes), MOST_BOXES),
    )


def _places(picture: Picture, left: float, size: tuple[float, float]) -> _Places:
    """Return the centre of each neuron: layers from left to right, each centred in its column."""
    width, height = size
    layers = _layers(picture)
    start = left + (width - COLUMN * max(len(layers) - 1, 0)) / 2
    found: _Places = {}
    for column, layer in enumerate(layers):
        for row, name in enumerate(layer):
            down = TITLE + height / 2 + ROW * (row - (len(layer) - 1) / 2)
            found.setdefault(name, (start + column * COLUMN, down))
    return found


def _pixels(width: float | None) -> float:
    """Return the drawn width of a line; a hairline if the width is not a number."""
    if width is None or not math.isfinite(width):
        return 0.3
    return min(max(width, 0.0), WIDEST_LINE) or 0.3


def _drawn(picture: Picture, places: _Places) -> list[Link]:
    known = [one for one in picture.links if one.tail in places and one.head in places]
    return known[:MOST_LINKS]


def _line(link: Link, places: _Places) -> str:
    (x1, y1), (x2, y2) = places[link.tail], places[link.head]
    ink = f' stroke="{link.color}"' if COLOUR.fullmatch(link.color) else ' class="unknown"'
    ends = f'x1="{number(x1)}" y1="{number(y1)}" x2="{number(x2)}" y2="{number(y2)}"'
    return f'<line {ends} stroke-width="{_pixels(link.width):.2f}"{ink}/>'


def _cut(text: str, limit: int) -> str:
    text = line(text, 200)
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def _neuron(name: str, place: tuple[float, float]) -> str:
    x, y = place
    circle = f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(RADIUS)}"/>'
    return circle + label(x, y + 4, _cut(name, 4), "mid neuron")


def _picture(picture: Picture, left: float, height: float) -> list[str]:
    width, _, _ = _size(picture)
    places = _places(picture, left, (width, height))
    boxes = picture.boxes[:MOST_BOXES]
    paper = f'x="{number(left)}" y="{number(TITLE - 6)}" width="{number(width)}"'
    whole = height + BOX * len(boxes) + 10
    parts = [
        label(left, 12, _cut(picture.title, 30), "name"),
        f'<rect class="paper" {paper} height="{number(whole)}" rx="6"/>',
    ]
    # The widest lines first, so that they do not cover the thin ones.
    links = sorted(_drawn(picture, places), key=lambda one: -_pixels(one.width))
    parts += [_line(one, places) for one in links]
    parts += [_neuron(name, place) for name, place in places.items()]
    for row, text in enumerate(boxes):
        y = TITLE + height + BOX * row + 10
        parts.append(label(left + width / 2, y, _cut(text, LETTERS), "mid neuron"))
    return parts


def _legend(network: Network) -> tuple[Key, ...]:
    """Return the colours that are drawn, the most frequent first."""
    links = [one for picture in network.pictures[:MOST_PICTURES] for one in picture.links]
    colours = [one.color for one in links[: 3 * MOST_LINKS] if COLOUR.fullmatch(one.color)]
    names, counts = np.unique(np.array(colours, dtype=str), return_counts=True)
    order = np.argsort(-counts, kind="stable")[:MOST_COLOURS]
    keys = [
        Key(mark=swatch("ink", f'<path stroke="{names[k]}" d="M1 6h24"/>'), label=str(names[k]))
        for k in order
    ]
    if len(colours) < len(links[: 3 * MOST_LINKS]):
        keys.append(Key(mark=swatch("ink unknown"), label="no colour that we know"))
    return tuple(keys)


def _notes(pictures: tuple[Picture, ...]) -> tuple[str, ...]:
    notes = []
    if any(len(layer) > MOST_NEURONS for picture in pictures for layer in picture.layers):
        notes.append(f"The first {MOST_NEURONS} neurons of each layer are drawn.")
    if any((one.width or 0.0) > WIDEST_LINE for picture in pictures for one in picture.links):
        notes.append(f"Lines wider than {WIDEST_LINE:g} points are drawn {WIDEST_LINE:g} wide.")
    return tuple(notes)


def _width_and_colour(link: Link | None) -> str:
    if link is None:
        return "no line"
    if link.width is None or not math.isfinite(link.width):
        return f"no number {_colour(link)}"
    return f"{short(link.width, 2)} {_colour(link)}"


def _colour(link: Link) -> str:
    return link.color if COLOUR.fullmatch(link.color) else "no colour that we know"


def _lines_as_texts(pictures: tuple[Picture, ...]) -> Columns | None:
    """Return the width and the colour of each line at each moment, for screen readers."""
    found: list[dict[tuple[str, str], Link]] = [
        {(one.tail, one.head): one for one in reversed(picture.links)} for picture in pictures
    ]
    ends = list(dict.fromkeys((a.tail, a.head) for p in pictures for a in p.links))
    if not ends:
        return None
    cut = f"The first {MOST_ROWS} of {len(ends):,}." if len(ends) > MOST_ROWS else ""
    return Columns(
        title="Each line as numbers: width in points, colour",
        columns=("line", *(line(picture.title, 40) for picture in pictures)),
        rows=tuple(
            (
                f"{line(pair[0], 20)} to {line(pair[1], 20)}",
                *(_width_and_colour(known.get(pair)) for known in found),
            )
            for pair in ends[:MOST_ROWS]
        ),
        note=cut,
    )


def _in_time(network: Network, height: float) -> Figure:
    """Draw each moment by itself, so that they wrap on narrow pages and a script animates them."""
    pictures = network.pictures[:MOST_PICTURES]
    drawn = Markup("").join(
        document(
            (max(_size(picture)[0], 200.0), TITLE + height + _size(picture)[2] + 8),
            _picture(picture, 0.0, height),
            css="net",
        )
        for picture in pictures
    )
    return Figure(
        title=line(network.title),
        svg=Markup('<div class="frames">{}</div>').format(drawn),
        summary=clean(network.summary, 1_000),
        legend=_legend(network),
        notes=_notes(pictures),
        wide=True,
        table=_lines_as_texts(pictures),
    )


def draw_network(network: Network) -> Figure:
    """Draw the pictures side by side; those of moments as a drawing each.

    Parameters
    ----------
    network : Network
        What is drawn.
    """
    pictures = network.pictures[:MOST_PICTURES]
    sizes = [_size(picture) for picture in pictures]
    height = max((high for _, high, _ in sizes), default=ROW)
    boxes = max((high for _, _, high in sizes), default=0.0)
    if network.moments:
        return _in_time(network, height)
    parts: list[str] = []
    left = 0.0
    for picture, (width, _, _) in zip(pictures, sizes, strict=True):
        parts += _picture(picture, left, height)
        left += width + GAP
    size = (max(left - GAP, 200.0), TITLE + height + boxes + 8)
    return Figure(
        title=line(network.title),
        svg=document(size, parts, css="net"),
        summary=clean(network.summary, 1_000),
        legend=_legend(network),
        notes=_notes(pictures),
        wide=True,
    )
