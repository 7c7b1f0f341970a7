"""Colours: text is readable in the light and in the dark (WCAG 2.2, level AA)."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

CSS = (files("grader.report") / "templates" / "report.css").read_text(encoding="utf-8")
OUTCOMES = ["passed", "failed", "crashed", "over_limit", "skipped", "grader_error"]
TEXTS = [
    *[(ink, paper) for ink in ("ink", "soft") for paper in ("paper", "card", "wash")],
    *[("accent", paper) for paper in ("paper", "card", "accent-wash")],
    *[("ink", f"{name}-wash") for name in OUTCOMES],
    *[(name, f"{name}-wash") for name in OUTCOMES],
    *[(name, "card") for name in OUTCOMES],
    ("ink", "accent-wash"), ("soft", "accent-wash"), ("tick", "card"), ("tick", "paper"),
    *[("cell-on", f"q{k}") for k in (0, 1, 9, 10)],
    *[("cell", f"q{k}") for k in range(2, 9)],
]  # fmt: skip
MARKS = [(name, "card") for name in ("line", "v1", "v2", "v3", "v4", "reference", "focus")]


def _colours(css: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})\b", css))


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[k : k + 2], 16) / 255 for k in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_contrast_is_enough(theme: str) -> None:
    light, dark = CSS.split("@media screen and (prefers-color-scheme: dark)")
    colours = _colours(light)
    if theme == "dark":
        colours |= _colours(dark.split("\n}\n")[0])
    weak = [
        (ink, paper, round(_contrast(colours[ink], colours[paper]), 2))
        for least, pairs in ((4.5, TEXTS), (3.0, MARKS))
        for ink, paper in pairs
        if _contrast(colours[ink], colours[paper]) < least
    ]
    assert weak == []
