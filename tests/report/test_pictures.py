"""Small grey pictures: drawn dot by dot, whatever a file of results holds."""

from __future__ import annotations

import re

import numpy as np
import pytest

from grader.report.figures.pictures import MOST, draw_pictures
from grader.results import GreyImage, Pictures


def pictures(*images: GreyImage) -> Pictures:
    return Pictures(title="Digits", pictures=images, summary="Some digits.")


def image(array: np.ndarray, caption: str = "a 4, taken for a 9 (98 %)") -> GreyImage:
    return GreyImage(lines=tuple(row.tobytes().hex() for row in array), caption=caption)


def area(svg: str) -> float:
    """Return the area of all dots that are drawn, in dots of a picture of 28 by 28."""
    boxes = re.findall(r"h([\d.]+)v([\d.]+)h-", "".join(re.findall(r'"ink"[^>]*d="([^"]*)"', svg)))
    return sum(float(w) * float(h) for w, h in boxes) / 9


def test_every_dot_with_ink_is_drawn_and_no_other() -> None:
    dots = np.zeros((28, 28), dtype=np.uint8)
    dots[10:20, 5:9] = 255
    dots[3, 3] = 100
    assert area(draw_pictures(pictures(image(dots))).svg) == pytest.approx(41)


def test_darker_dots_have_more_ink() -> None:
    dots = np.zeros((28, 28), dtype=np.uint8)
    dots[0, 0], dots[1, 1] = 100, 255
    shades = re.findall(r'fill-opacity="([\d.]+)"', draw_pictures(pictures(image(dots))).svg)
    assert [float(shade) for shade in shades] == pytest.approx([0.33, 1.0])


def test_a_caption_is_escaped_and_takes_two_lines() -> None:
    drawn = draw_pictures(pictures(image(np.zeros((2, 2), np.uint8), "<b> a 4, taken for a 9")))
    assert "&lt;b&gt; a 4, taken" in drawn.svg
    assert ">for a 9</text>" in drawn.svg


@pytest.mark.parametrize("lines", [(), ("",), ("zz",), ("0",), ("ff" * 4_000,), ("00", "ffff")])
def test_what_is_no_picture_is_drawn_as_an_empty_or_a_cut_one(lines: tuple[str, ...]) -> None:
    drawn = draw_pictures(pictures(GreyImage(lines=lines, caption="")))
    assert "nan" not in drawn.svg
    assert len(drawn.svg) < 4_000


def test_many_pictures_are_cut_and_none_is_no_error() -> None:
    one = image(np.full((28, 28), 255, np.uint8))
    drawn = draw_pictures(pictures(*[one] * (MOST + 5)))
    assert drawn.svg.count('class="pane"') == MOST
    assert "5 more" in drawn.notes[0]
    assert draw_pictures(pictures()).notes == ()
