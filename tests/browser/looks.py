"""Measure how a page looks in a few numbers, which another font hardly changes.

The boxes of its large parts, as shares of the window's width, and the first screen as a picture of
a few coarse dots. A missing style, a column that fell below another one or the wrong colours are
far outside of what `differences` lets pass; a line that is broken elsewhere is not.
"""

from __future__ import annotations

__all__ = ["differences", "look"]

import base64
import io
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Page

DOTS = (12, 9)
PARTS = (
    "header.masthead, h1, nav, main, main > section, .panel, .exercise, .file, .check, .figures,"
    " .scroll, .beside > div, .map, .bar-head"
)
BOXES = f"""
[...document.querySelectorAll("{PARTS}")].map((one) => [one, one.getBoundingClientRect()])
  .filter(([, box]) => box.width && box.height).slice(0, 30)
  .map(([one, box]) => [one.tagName.toLowerCase() + "." + (one.classList[0] || ""),
    Math.round(100 * box.left / innerWidth), Math.round(100 * box.width / innerWidth)])
"""
# Points of a hundred of the window's width, and levels of 255, in the mean over all dots.
MOST_MOVED, MOST_COLOUR = 4, 14.0


def look(page: Page) -> dict[str, Any]:
    """Return how a page looks, as plain data."""
    page.evaluate("scrollTo(0, 0)")
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    small = image.resize(DOTS, Image.Resampling.BOX)
    return {
        "boxes": page.evaluate(BOXES),
        "dots": base64.b64encode(small.tobytes()).decode(),
    }


def differences(one: dict[str, Any], other: dict[str, Any]) -> list[str]:
    """Return the differences of two looks beyond those of another font."""
    names = [[box[0] for box in each["boxes"]] for each in (one, other)]
    if names[0] != names[1]:
        return [f"other parts: {set(names[0]) ^ set(names[1]) or 'in another order or number'}"]
    found = [
        f"{a[0]} stands at {a[1]} % and is {a[2]} % wide, not {b[1]} % and {b[2]} %"
        for a, b in zip(one["boxes"], other["boxes"], strict=True)
        if max(abs(a[1] - b[1]), abs(a[2] - b[2])) > MOST_MOVED
    ]
    colours = [np.frombuffer(base64.b64decode(each["dots"]), np.uint8) for each in (one, other)]
    apart = float(np.abs(colours[0].astype(float) - colours[1].astype(float)).mean())
    if apart > MOST_COLOUR:
        found.append(f"other colours: {apart:.0f} levels of 255 apart")
    return found
