"""Pictures of networks: where things are drawn, and that nothing of a submission's is markup."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.report.figures import Sheet
from grader.report.figures.network import draw_network
from grader.results import Evidence, Link, Network, Picture

LAYERS = (("i0", "i1"), ("h0", "h1", "h2"), ("o0",))


def picture(*links: Link, layers: tuple[tuple[str, ...], ...] = LAYERS, **more: object) -> Picture:
    return Picture(title="yours", layers=layers, links=links, **more)  # type: ignore[arg-type]


def link(
    tail: str = "i0", head: str = "h0", width: float | None = 2.0, color: str = "#1f6fb4"
) -> Link:
    return Link(tail=tail, head=head, width=width, color=color)


def network(*pictures: Picture) -> Network:
    return Network(title="Networks", pictures=pictures, summary="What is seen.")


def circles(svg: str) -> list[tuple[float, float]]:
    return [
        (float(x), float(y)) for x, y in re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', svg)
    ]


def test_layers_stand_in_columns_from_left_to_right() -> None:
    places = circles(draw_network(network(picture())).svg)
    columns = [x for x, _ in places]
    assert columns == sorted(columns)
    assert [columns.count(x) for x in sorted(set(columns))] == [2, 3, 1]
    assert len(set(places)) == 6


def test_a_line_ends_at_its_neurons_with_its_width_and_colour() -> None:
    svg = draw_network(network(picture(link("h2", "o0", 3.25, "#d1495b")))).svg
    x1, y1, x2, y2 = map(
        float, re.findall(r'<line x1="(.*?)" y1="(.*?)" x2="(.*?)" y2="(.*?)"', svg)[0]
    )
    places = circles(svg)
    assert ((x1, y1), (x2, y2)) == (places[4], places[5])
    assert 'stroke-width="3.25" stroke="#d1495b"' in svg


def test_pictures_stand_beside_each_other_and_do_not_overlap() -> None:
    places = circles(draw_network(network(picture(), picture(), picture())).svg)
    assert max(x for x, _ in places[:6]) < min(x for x, _ in places[6:12])
    assert max(x for x, _ in places[6:12]) < min(x for x, _ in places[12:])


@pytest.mark.parametrize("width", [None, float("nan"), float("inf"), -3.0, 0.0, 1e300])
def test_a_line_of_any_width_can_be_drawn(width: float | None) -> None:
    svg = draw_network(network(picture(link(width=width)))).svg
    drawn = float(re.findall(r'stroke-width="([\d.]+)"', svg)[0])
    assert 0 < drawn <= 9


@pytest.mark.parametrize(
    "color", ["", "red", "#12345", '#000000"/><script>', "url(#x)", "#ABCDEF", "#123456\n"]
)
def test_what_is_no_colour_of_six_digits_is_drawn_as_unknown(color: str) -> None:
    figure = draw_network(network(picture(link(color=color))))
    assert 'class="unknown"' in figure.svg
    assert "script" not in figure.svg
    assert [key.label for key in figure.legend] == ["no colour that we know"]


def test_names_and_boxes_are_escaped_and_cut() -> None:
    hostile = "<script>alert(1)</script>"
    layers = ((hostile,), ("h0",), ("o0",))
    figure = draw_network(network(picture(layers=layers, boxes=(hostile * 50,))))
    assert "<script" not in figure.svg
    assert "&lt;sc…" in figure.svg
    assert "cut here" not in figure.svg


def test_a_huge_network_is_cut_and_says_so() -> None:
    layers = tuple(tuple(f"{c}{k}" for k in range(200)) for c in "iho")
    links = [link(a, b) for a in layers[0] for b in layers[1]]
    figure = draw_network(network(picture(*links, layers=layers)))
    assert len(figure.svg) < 200_000
    assert "first 16 neurons" in figure.notes[0]


def test_lines_to_neurons_that_are_not_there_are_left_out() -> None:
    figure = draw_network(network(picture(link("i0", "x9"), link("nowhere", "h0"))))
    assert "<line" not in figure.svg


def test_no_picture_at_all_can_be_drawn() -> None:
    empty = Picture(title="", layers=(), links=())
    for one in (network(), network(empty)):
        assert "<svg" in draw_network(one).svg


def test_the_sheet_draws_networks_after_the_other_kinds() -> None:
    figures = Sheet().draw(Evidence(networks=(network(picture()), network(picture()))))
    assert [figure.title for figure in figures] == ["Networks", "Networks"]


texts = st.text(max_size=12)


@given(
    layers=st.lists(st.lists(texts, max_size=4).map(tuple), max_size=4).map(tuple),
    links=st.lists(
        st.builds(Link, tail=texts, head=texts, width=st.none() | st.floats(), color=texts)
    ),
    boxes=st.lists(texts, max_size=9).map(tuple),
)
def test_any_picture_can_be_drawn(
    layers: tuple[tuple[str, ...], ...], links: list[Link], boxes: tuple[str, ...]
) -> None:
    svg = draw_network(network(picture(*links, layers=layers, boxes=boxes))).svg
    assert not re.search(r'"[^"]*\b(nan|inf)\b', svg.split("<text")[0])
    assert svg.count("<text") == svg.count("</text>")


def test_moments_are_drawn_one_by_one_and_told_as_numbers() -> None:
    first = picture(link(width=0.5), link("h0", "o0", None, "red"))
    last = picture(link(width=2.25, color="#d1495b"))
    shown = Network(title="t", pictures=(first, last), summary="s", moments=True)
    figure = draw_network(shown)
    assert figure.svg.count("<svg") == 2
    one, two = figure.svg.split("</svg>")[:2]
    assert circles(one) == circles(two)  # so that turning moves nothing but the lines
    assert figure.table is not None
    assert figure.table.rows == (
        ("i0 to h0", "0.5 #1f6fb4", "2.2 #d1495b"),
        ("h0 to o0", "no number no colour that we know", "no line"),
    )
    assert draw_network(network(first, last)).table is None


def test_the_numbers_of_many_lines_are_cut_and_those_of_none_are_no_table() -> None:
    names = tuple(f"i{k}" for k in range(60))
    many = picture(*(link(name, "h0") for name in names), layers=(names, ("h0",)))
    table = draw_network(Network(title="t", pictures=(many,), summary="s", moments=True)).table
    assert table is not None
    assert (len(table.rows), table.note) == (40, "The first 40 of 60.")
    none = Network(title="t", pictures=(picture(),), summary="s", moments=True)
    assert draw_network(none).table is None
