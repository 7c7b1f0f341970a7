"""Small grey pictures beside each other, such as digits, as runs of dots of a few shades."""

from __future__ import annotations

__all__ = ["draw_mosaic", "draw_pictures"]

from typing import TYPE_CHECKING

from grader.languages import say
from grader.report.figures.svg import Figure, document, label, number
from grader.report.text import clean, line
from grader.results import GreyImage, Pictures
from grader.results.dots import unpack

if TYPE_CHECKING:
    from grader.results import Mosaic

MOST = 24
MOST_DOTS = 64
SHADES = 6
"""The number of shades besides white: a digit's edge needs a few, and each is one path."""

PER_ROW = 4
SIDE = 84.0
GAP = 22.0
CAPTION = 34.0
MOST_LETTERS = 15


def _shades(image: GreyImage) -> list[list[int]]:
    """Return a shade for each dot; 0 for invalid hexadecimal digits."""
    rows = []
    for text in image.lines[:MOST_DOTS]:
        try:
            dots = bytes.fromhex(text[: 2 * MOST_DOTS])
        except ValueError:
            dots = b""
        rows.append([(dot * SHADES + 127) // 255 for dot in dots])
    return rows


def _runs(rows: list[list[int]], shade: int, corner: tuple[float, float]) -> str:
    """Return the path of all dots of a shade: neighbours in a line are one rectangle."""
    size = SIDE / max(len(rows), *(len(row) for row in rows), 1)
    parts = []
    for i, row in enumerate(rows):
        begin = 0
        while begin < len(row):
            end = begin + 1
            while end < len(row) and row[end] == row[begin]:
                end += 1
            if row[begin] == shade:
                x, y = corner[0] + begin * size, corner[1] + i * size
                width = (end - begin) * size
                parts.append(
                    f"M{number(x)} {number(y)}h{number(width)}v{number(size)}h-{number(width)}z"
                )
            begin = end
    return "".join(parts)


def _words(caption: str) -> tuple[str, str]:
    """Return a caption, in the page's language, as two lines that fit the picture's width."""
    words, first = line(say(caption), 2 * MOST_LETTERS).split(), ""
    while words and len(first) + len(words[0]) < MOST_LETTERS:
        first = f"{first} {words.pop(0)}".strip()
    return first, " ".join(words)


def _one(image: GreyImage, corner: tuple[float, float]) -> list[str]:
    x, y = corner
    rows = _shades(image) or [[]]
    parts = [f'<path class="pane" d="M{number(x)} {number(y)}h{SIDE:g}v{SIDE:g}h-{SIDE:g}z"/>']
    for shade in range(1, SHADES + 1):
        data = _runs(rows, shade, corner)
        if data:
            parts.append(f'<path class="ink" fill-opacity="{shade / SHADES:.2f}" d="{data}"/>')
    first, second = _words(image.caption)
    parts.append(label(x, y + SIDE + 13, first))
    parts.append(label(x, y + SIDE + 26, second))
    return parts


def draw_mosaic(mosaic: Mosaic) -> Figure:
    """Draw the first pictures of a mosaic on a page that has room for a few of them."""
    width, height = mosaic.width, mosaic.height
    fits = 1 <= width <= MOST_DOTS and 1 <= height <= MOST_DOTS
    size = width * height if fits else 1
    captions = mosaic.captions[:MOST] if fits else ()
    dots = unpack(mosaic.dots, len(captions) * size) if captions else b""
    images = tuple(
        GreyImage(
            lines=tuple(dots[k : k + width].hex() for k in range(at, at + size, width)),
            caption=caption,
        )
        for at, caption in zip(range(0, len(dots) - size + 1, size), captions, strict=False)
    )
    pictures = Pictures(title=mosaic.title, pictures=images, summary=mosaic.summary)
    there = len(mosaic.captions) + max(0, mosaic.left_out)
    return draw_pictures(pictures, left_out=max(there - len(images), 0))


def draw_pictures(pictures: Pictures, *, left_out: int = 0) -> Figure:
    """Draw the pictures in rows, each with its caption below.

    Parameters
    ----------
    pictures : Pictures
        What is drawn.
    left_out : int
        How many more there are elsewhere.
    """
    shown = pictures.pictures[:MOST]
    parts: list[str] = []
    for place, image in enumerate(shown):
        row, column = divmod(place, PER_ROW)
        parts += _one(image, (4 + column * (SIDE + GAP), 4 + row * (SIDE + CAPTION)))
    rows = -(-len(shown) // PER_ROW)
    columns = min(PER_ROW, max(len(shown), 1))
    size = (columns * (SIDE + GAP) + 4, max(rows, 1) * (SIDE + CAPTION) + 4)
    left_out += len(pictures.pictures) - len(shown)
    return Figure(
        title=line(pictures.title),
        svg=document(size, parts, css="pictures"),
        summary=clean(pictures.summary, 1_000),
        notes=(f"The first {len(shown)} are drawn; {left_out:,} more are left out.",)
        if left_out
        else (),
    )
