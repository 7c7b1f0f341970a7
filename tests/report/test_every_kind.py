"""Whatever kind of evidence there is: a student sees it, on a page and in a platform's feedback."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from grader.exports.feedback import feedback_html, feedback_text
from grader.report.figures import Sheet
from grader.report.figures.pictures import MOST, draw_mosaic
from grader.results import (
    CheckResult,
    Curves,
    Evidence,
    GreyImage,
    HeatMap,
    Mosaic,
    Network,
    Outcome,
    Picture,
    Pictures,
    Series,
    Table,
    Track,
    Trajectories,
)
from grader.results.dots import pack

INK = bytes([0, 255, 255, 0])
MOSAIC = Mosaic(
    title="A mosaic", width=2, height=2, dots=pack(INK * 3), captions=("a 1", "a 2", "a 3"),
    summary="Three.",
)  # fmt: skip
ONE_OF_EACH = {
    "curves": Curves(
        title="A curve", x_label="x", y_label="y", summary="It falls.",
        series=(Series(name="s", y=(1.0, 0.5)),),
    ),
    "trajectories": Trajectories(
        title="A track", background="", summary="It goes.",
        tracks=(Track(name="t", points=((0.0, 0.0), (1.0, 1.0))),),
    ),
    "heat_maps": HeatMap(title="A map", values=((1.0, 2.0),), summary="Two."),
    "tables": Table(title="A table", columns=("a",), rows=(("1",),)),
    "pictures": Pictures(
        title="A picture", pictures=(GreyImage(lines=("00ff",), caption="c"),), summary="One."
    ),
    "networks": Network(
        title="A network", pictures=(Picture(title="p", layers=(("i0",), ("o0",)), links=()),),
        summary="Small.",
    ),
    "mosaics": MOSAIC,
}  # fmt: skip


def test_the_sample_has_every_kind_that_there_is() -> None:
    assert {field.name for field in fields(Evidence)} == set(ONE_OF_EACH)


@pytest.mark.parametrize("kind", sorted(ONE_OF_EACH))
def test_a_student_is_shown_every_kind(kind: str) -> None:
    one = ONE_OF_EACH[kind]
    evidence = replace(Evidence(), **{kind: (one,)})  # type: ignore[arg-type]
    check = CheckResult(
        id="e.f.c", file="f.py", claim="c", outcome=Outcome.FAILED, points=0, max_points=1,
        evidence=evidence,
    )  # fmt: skip
    title = getattr(one, "title")  # noqa: B009  (they share no type)
    assert title in feedback_text(check)
    assert title in feedback_html(check)
    if kind != "tables":  # which stand on the page as they are
        [figure] = Sheet().draw(evidence)
        assert figure.title == title
        assert "<path" in figure.svg or "<rect" in figure.svg or "<circle" in figure.svg


def test_pictures_of_a_mosaic_are_those_that_were_packed() -> None:
    figure = draw_mosaic(MOSAIC)
    assert figure.svg.count('class="ink"') == 3
    assert all(caption in figure.svg for caption in MOSAIC.captions)
    assert figure.notes == ()


def test_what_has_no_room_is_counted() -> None:
    count = MOST + 6
    many = replace(MOSAIC, dots=pack(INK * count), captions=("c",) * count, left_out=4)
    assert draw_mosaic(many).notes == (f"The first {MOST} are drawn; 10 more are left out.",)


@pytest.mark.parametrize(
    "lie",
    [
        {"dots": "no base64"},
        {"dots": ""},
        {"width": 0},
        {"width": -1},
        {"height": 10**9},
        {"captions": ()},
        {"captions": ("<script>",) * 9},
        {"left_out": -5},
    ],
)
def test_a_mosaic_that_lies_is_drawn_as_far_as_it_goes(lie: dict[str, object]) -> None:
    figure = draw_mosaic(replace(MOSAIC, **lie))  # type: ignore[arg-type]
    assert "<script>" not in figure.svg
