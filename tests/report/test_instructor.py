"""The instructor's page about a student, and that nothing of it is on the student's."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import replace
from itertools import repeat
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from grader.report import for_student, render_instructor, render_student, write_student
from grader.report.mosaic import MOST, mosaic_view
from grader.results import (
    ClassResult,
    Evidence,
    Mosaic,
    Outcome,
    SubmissionResult,
    Table,
    from_json,
    to_json,
)
from grader.results.dots import pack, unpack

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

DIGITS = np.random.default_rng(5).integers(0, 256, (3, 28, 28), dtype=np.uint8)
SECRET = Mosaic(
    title="All mistakes",
    width=28,
    height=28,
    dots=pack(DIGITS.tobytes()),
    captions=("4 taken for 9", "<b>1</b> taken for 7", "3 taken for 5"),
    summary="These three.",
    left_out=2,
)
WORDS = "hidden digits: 0077ff"


def with_secrets(submission: SubmissionResult, outcome: Outcome) -> SubmissionResult:
    """Return the submission with secrets in the last check of its last exercise."""
    *others, last = submission.exercises
    *checks, check = last.checks
    table = Table(title="Secret table", columns=("a",), rows=(("secret cell",),))
    check = replace(
        check,
        outcome=outcome,
        points=0.0,
        expected="",
        printed=WORDS,
        message=f"It raised ValueError: {WORDS}",
        hint=WORDS,
        confidential=True,
        for_instructor=Evidence(mosaics=(SECRET,), tables=(table,)),
    )
    return replace(submission, exercises=(*others, replace(last, checks=(*checks, check))))


def pictures(page: str) -> list[np.ndarray]:
    """Return the images that are in a page, as they would be seen in the light."""
    found = re.findall(r'src="data:image/png;base64,([^"]+)"', page)
    return [np.asarray(Image.open(io.BytesIO(base64.b64decode(f))).convert("L")) for f in found]


@pytest.mark.parametrize("slug", ["ada-lovelace", "emile-picard", "noa-levi", "tim"])
def test_the_page_has_nothing_to_stumble_over(
    sample: ClassResult, student: Callable[[str], SubmissionResult], reader: Any, slug: str
) -> None:
    submission = student(slug)
    assert reader(render_instructor(submission, sample.course)).problems == []
    if submission.exercises:
        more = with_secrets(submission, Outcome.CRASHED)
        assert reader(render_instructor(more, sample.course)).problems == []


def test_the_pictures_are_those_of_the_mosaic(
    sample: ClassResult, student: Callable[[str], SubmissionResult]
) -> None:
    page = render_instructor(with_secrets(student("ada-lovelace"), Outcome.FAILED), sample.course)
    drawn = pictures(page)
    assert len(drawn) == 3
    for dots, seen in zip(DIGITS, drawn, strict=True):
        assert np.abs(255 - seen.astype(int) - dots).max() <= 9
    assert "4 taken for 9" in page
    assert "&lt;b&gt;1&lt;/b&gt; taken for 7" in page
    assert "2 pictures more are left out" in page
    assert "img-src data:" in page
    assert len(page) < 60_000


@pytest.mark.parametrize("outcome", [Outcome.PASSED, Outcome.FAILED, Outcome.CRASHED])
def test_nothing_of_it_is_in_what_a_student_gets(
    sample: ClassResult,
    student: Callable[[str], SubmissionResult],
    tmp_path: Path,
    outcome: Outcome,
) -> None:
    submission = with_secrets(student("ada-lovelace"), outcome)
    page = render_student(submission, sample.course)
    folder = write_student(submission, sample.course, tmp_path).parent
    given = [page, *(file.read_text(encoding="utf-8") for file in folder.iterdir())]
    assert len(given) == 3
    for text in given:
        assert SECRET.dots not in text
        assert "secret cell" not in text
        assert "<img" not in text
        if outcome is not Outcome.PASSED:
            assert "hidden digits" not in text
            assert "stays with the instructor" in text
    kept = (tmp_path / "instructor" / "ada-lovelace.html").read_text(encoding="utf-8")
    assert "secret cell" in kept
    assert WORDS in kept


def test_taking_away_twice_takes_no_more(student: Callable[[str], SubmissionResult]) -> None:
    once = for_student(with_secrets(student("noa-levi"), Outcome.CRASHED))
    assert for_student(once) == once


def test_what_the_course_says_is_said(
    sample: ClassResult, student: Callable[[str], SubmissionResult]
) -> None:
    submission = with_secrets(student("ada-lovelace"), Outcome.FAILED)
    last = submission.exercises[-1]
    check = replace(last.checks[-1], expected="more than 60 %", got=WORDS, told="Too few.")
    whole = replace(submission, exercises=(replace(last, checks=(check,)),))
    [left] = for_student(whole).exercises[0].checks
    assert (left.message, left.expected, left.got, left.printed) == ("Too few.", "", "", "")
    assert WORDS in render_instructor(whole, sample.course)


def test_a_mosaic_survives_its_file(student: Callable[[str], SubmissionResult]) -> None:
    submission = with_secrets(student("ada-lovelace"), Outcome.FAILED)
    assert from_json(to_json(submission), SubmissionResult) == submission


# What is large is made by the test that needs it: each worker collects all tests.
LIES: dict[str, Callable[[], dict[str, Any]]] = {
    "no base64": lambda: {"dots": "no base64!"},
    "not compressed": lambda: {"dots": base64.b64encode(b"not compressed").decode()},
    "far too many dots": lambda: {"dots": pack(b"\0" * 50_000_000)},
    "no dots": lambda: {"dots": ""},
    "no width": lambda: {"width": 0},
    "a width below 0": lambda: {"width": -28},
    "a huge height": lambda: {"height": 10**9},
    "far too many captions": lambda: {"captions": tuple(repeat("x", 100_000))},
    "no captions": lambda: {"captions": ()},
    "fewer than none left out": lambda: {"left_out": -5},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_mosaic_that_lies_is_drawn_as_far_as_it_goes(lie: str) -> None:
    view = mosaic_view(replace(SECRET, **LIES[lie]()))
    assert len(view.tiles) <= 3 or len(view.tiles) <= MOST
    assert all(len(tile.source) < 2_000 for tile in view.tiles)


def test_what_is_packed_comes_back_in_sixteen_shades() -> None:
    every = bytes(range(256))
    back = np.frombuffer(unpack(pack(every), 256), dtype=np.uint8).astype(int)
    assert np.abs(back - np.arange(256)).max() <= 8
    assert len(set(back.tolist())) == 16
    assert back[0] == 0
    assert back[255] == 255
    assert unpack(pack(every), 10) == unpack(pack(every), 256)[:10]
