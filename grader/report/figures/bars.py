"""Bars: shares of a whole in one line, and how often each score was reached."""

from __future__ import annotations

__all__ = ["Share", "draw_histogram", "draw_shares"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from grader.report.figures.curves import frame
from grader.report.figures.scales import linear
from grader.report.figures.svg import Figure, document, label, number
from grader.report.text import plural, points

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A part of a bar: its size, its name in words, and the class that gives it its colour."""

    size: float
    name: str
    css: str


def draw_shares(shares: Sequence[Share], title: str, key: str) -> Markup:
    """Return one bar of 100 units, divided; its description says the sizes in words."""
    whole = sum(share.size for share in shares)
    parts, begin = [], 0.0
    for share in shares:
        width = 100 * share.size / whole if whole else 0.0
        if width > 0:
            gap = 0.5 if begin + width < 99.9 else 0.0
            parts.append(
                f'<rect class="{share.css}" x="{begin:.2f}" width="{max(width - gap, 0.3):.2f}"'
                ' height="8"/>'
            )
        begin += width
    summary = ", ".join(f"{points(share.size)} {share.name}" for share in shares if share.size)
    svg = document(key, (100, 8), parts, title=title, summary=summary or "nothing", css="shares")
    return svg.replace(Markup("<svg "), Markup('<svg preserveAspectRatio="none" '), 1)


def draw_histogram(scores: Sequence[float], most: float, key: str) -> Figure:
    """Draw how many submissions reached which score, with a line at the median.

    Parameters
    ----------
    scores : sequence of float
        One for each submission.
    most : float
        The highest score that can be reached.
    key : str
        The figure's id on its page.
    """
    values = np.clip(np.array(scores, dtype=np.float64), 0, max(most, 1))
    counts, edges = np.histogram(values, bins=10, range=(0, max(most, 1)))
    left, right, top, bottom = 40.0, 408.0, 24.0, 180.0
    across = linear(0, max(most, 1), left, right, wanted=10, tight=True)
    up = linear(0, max(int(counts.max()), 4), bottom, top, wanted=4)
    parts = frame(across, up, "points", "submissions")
    for count, begin, end in zip(counts.tolist(), edges[:-1], edges[1:], strict=True):
        if count:
            x, width = across.at(begin) + 1, across.at(end) - across.at(begin) - 2
            y = up.at(count)
            parts.append(
                f'<rect class="bar" x="{number(x)}" y="{number(y)}" width="{number(width)}"'
                f' height="{number(bottom - y)}" rx="1.5"/>'
            )
            parts.append(label(x + width / 2, y - 4, f"{count}", "mid strong"))
    median = float(np.median(values)) if len(values) else 0.0
    if len(values):
        x = across.at(median)
        parts.append(f'<path class="median" d="M{number(x)} {number(bottom)}V{number(top - 6)}"/>')
        late = median > 0.7 * most
        parts.append(
            label(x + (-5 if late else 5), top, f"median {points(median)}",
                  "halo end" if late else "halo")
        )  # fmt: skip
    filled = [
        f"{count} between {points(float(a))} and {points(float(b))}"
        for count, a, b in zip(counts.tolist(), edges[:-1], edges[1:], strict=True)
        if count
    ]
    summary = f"{plural(len(values), 'submission')}, median {points(median)}: {'; '.join(filled)}."
    return Figure(
        title="Scores",
        svg=document(key, (420, 224), parts, title="Scores", summary=summary, css="histogram"),
        summary=summary,
    )
