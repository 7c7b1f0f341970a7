"""Many small grey pictures in a page: each an image of a few hundred bytes, inside the page."""

from __future__ import annotations

__all__ = ["MosaicView", "Tile", "mosaic_view"]

import base64
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.report.text import clean, line, plural
from grader.results.dots import SHADES, unpack

if TYPE_CHECKING:
    from grader.results import Mosaic

MOST = 400
MOST_SIDE = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One picture: its data URL, and its caption."""

    source: str
    caption: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MosaicView:
    """The pictures, each `width` by `height` dots."""

    title: str
    width: int
    height: int
    tiles: tuple[Tile, ...]
    summary: str
    note: str


def mosaic_view(mosaic: Mosaic) -> MosaicView:
    """Return the pictures of a mosaic as images, without those that are left out."""
    width, height = mosaic.width, mosaic.height
    fits = 1 <= width <= MOST_SIDE and 1 <= height <= MOST_SIDE
    size = width * height if fits else 1
    captions = mosaic.captions[:MOST]
    dots = unpack(mosaic.dots, len(captions) * size) if fits and captions else b""
    left_out = max(0, mosaic.left_out) + len(mosaic.captions) - len(captions)
    return MosaicView(
        title=line(mosaic.title),
        width=width,
        height=height,
        tiles=tuple(
            Tile(source=_png(dots[at : at + size], (width, height)), caption=line(caption, 40))
            for at, caption in zip(range(0, len(dots) - size + 1, size), captions, strict=False)
        ),
        summary=clean(mosaic.summary, 1_000),
        note=f"{plural(left_out, 'picture')} more {'is' if left_out == 1 else 'are'} left out."
        if left_out
        else "",
    )


def _png(dots: bytes, size: tuple[int, int]) -> str:
    """Return a picture, dark ink on white, as a data URL."""
    from PIL import Image  # noqa: PLC0415  (few pages have such pictures)

    shades = bytes(SHADES - 1 - value * (SHADES - 1) // 255 for value in dots)
    image = Image.frombytes("P", size, shades)
    image.putpalette([value * 255 // (SHADES - 1) for value in range(SHADES) for _ in range(3)])
    stream = io.BytesIO()
    image.save(stream, "PNG", bits=4, optimize=True)
    return f"data:image/png;base64,{base64.b64encode(stream.getvalue()).decode()}"
