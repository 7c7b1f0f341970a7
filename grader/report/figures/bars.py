"""Bars: shares of a whole in one line, and how often each score was reached."""

from __future__ import annotations

__all__ = ["Share", "draw_histogram", "draw_shares", "draw_spread"]

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from grader.report.figures.curves import frame
from grader.report.figures.scales import Scale, linear
from grader.report.figures.svg import Figure, document, label, number
from grader.report.text import plural, points

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A part of a bar: its size, and its CSS class."""

    size: float
    css: str


def draw_shares(shares: Sequence[Share]) -> Markup:
    """Return one bar of 100 units, divided. The numbers stand beside it in words."""
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
    svg = document((100, 8), parts, css="shares")
    return svg.replace(Markup("<svg "), Markup('<svg preserveAspectRatio="none" '), 1)


def draw_spread(counts: Sequence[int]) -> Markup:
    """Return small bars beside each other, one for each count; the numbers stand beside them."""
    tallest = max([*counts, 1])
    bars = "".join(
        f'<rect class="bar" x="{12 * place + 1}" y="{number(30 - 28 * count / tallest)}"'
        f' width="10" height="{number(28 * count / tallest)}"/>'
        for place, count in enumerate(counts)
        if count
    )
    ground = f'<path class="axis" d="M0 30.5h{12 * len(counts)}"/>'
    return document((12 * len(counts), 32), [bars, ground], css="spread")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bar:
    count: int
    low: float
    high: float


def _drawn(bar: _Bar, across: Scale, up: Scale) -> str:
    left, right, top = across.at(bar.low) + 1, across.at(bar.high) - 1, up.at(bar.count)
    return (
        f'<rect class="bar" x="{number(left)}" y="{number(top)}" width="{number(right - left)}"'
        f' height="{number(up.start - top)}" rx="1.5"/>'
    )


def _count(bar: _Bar, across: Scale, up: Scale) -> str:
    return label(
        across.at((bar.low + bar.high) / 2), up.at(bar.count) - 5, f"{bar.count}", "mid halo"
    )


def _median(median: float, across: Scale, up: Scale, *, late: bool) -> list[str]:
    x = across.at(median)
    line = f'<path class="median" d="M{number(x)} {number(up.start)}V{number(up.end)}"/>'
    place = x - 6 if late else x + 6
    return [
        line,
        label(place, up.end + 8, f"median {points(median)}", "halo end" if late else "halo"),
    ]


def draw_histogram(scores: Sequence[float], most: float) -> Figure:
    """Draw how many submissions reached which score, with a line at the median.

    Parameters
    ----------
    scores : sequence of float
        One for each submission.
    most : float
        The highest score that can be reached.
    """
    most = max(most, 1.0)
    values = np.clip(np.array(scores, dtype=np.float64), 0, most)
    counts, edges = np.histogram(values, bins=10, range=(0, most))
    across = linear(0, most, 40.0, 400.0, wanted=10, tight=True)
    up = linear(0, max(1.15 * int(counts.max()), 4), 180.0, 24.0, wanted=4)
    bars = [
        _Bar(count=count, low=low, high=high)
        for count, low, high in zip(counts.tolist(), edges[:-1], edges[1:], strict=True)
        if count
    ]
    median = float(np.median(values)) if len(values) else 0.0
    parts = frame(across, up, "points", "submissions")
    parts += [_drawn(bar, across, up) for bar in bars]
    if bars:
        parts += _median(median, across, up, late=median > 0.7 * most)
    parts += [_count(bar, across, up) for bar in bars]
    ranges = "; ".join(f"{b.count} from {points(b.low)} to {points(b.high)}" for b in bars)
    summary = f"{plural(len(values), 'submission')}, median {points(median)}: {ranges}."
    return Figure(
        title="Scores",
        svg=document((420, 224), parts, css="histogram"),
        summary=summary,
    )
