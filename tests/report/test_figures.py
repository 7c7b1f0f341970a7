"""Figures: what they must keep when they leave things out."""

from __future__ import annotations

import re

import numpy as np
import pytest

from grader.checks import median_and_band, spread
from grader.report.figures import Sheet, draw_histogram
from grader.report.figures.contours import contour_lines
from grader.report.figures.curves import LEFT, RIGHT, TOP, WIDTH, draw_curves, thin
from grader.report.figures.heat_map import draw_heat_map
from grader.report.figures.scales import linear, logarithmic
from grader.report.figures.svg import path_data, straightened
from grader.report.figures.trajectories import draw_trajectories
from grader.results import (
    ClassResult,
    Curves,
    Evidence,
    HeatMap,
    Series,
    Track,
    Trajectories,
)

NUMBER = r"-?(?:\d+\.?\d*|\.\d+)"


def curves(*ys: tuple[float | None, ...], log_y: bool = False) -> Curves:
    return Curves(
        title="t", x_label="x", y_label="y", summary="s", log_y=log_y,
        series=tuple(Series(name=f"s{k}", y=y) for k, y in enumerate(ys)),
    )  # fmt: skip


def plane(*points: tuple[float | None, float | None]) -> Trajectories:
    return Trajectories(
        title="t", background="none", tracks=(Track(name="yours", points=points),), summary="s"
    )


def walked(data: str) -> np.ndarray:
    """Return the points of a path that was written in relative steps."""
    start, _, steps = data[1:].partition("l")
    moves = np.array([float(n) for n in re.findall(NUMBER, steps)]).reshape(-1, 2)
    first = np.array([float(n) for n in start.split()])
    return np.vstack([first, first + np.cumsum(moves, axis=0)])


def test_a_path_can_be_read_back() -> None:
    points = np.random.default_rng(1).normal(0, 40, (300, 2))
    assert np.abs(walked(path_data(points)) - points).max() < 0.0501


def test_a_thinned_curve_keeps_its_extremes_ends_and_gaps() -> None:
    y = np.sin(np.linspace(0, 20, 50_000))
    y[31_234], y[40_001], y[20_000:20_005] = 7.0, -9.0, np.nan
    x, thinned = thin(np.arange(50_000.0), y)
    assert len(thinned) <= 400
    assert np.nanmax(thinned) == 7.0
    assert np.nanmin(thinned) == -9.0
    assert np.isnan(thinned).any()
    assert (x[0], x[-1]) == (0, 49_999)


@pytest.mark.parametrize("seed", range(10))
def test_each_stretch_of_a_thinned_curve_keeps_its_extremes_and_the_edges_of_gaps(
    seed: int,
) -> None:
    rng = np.random.default_rng(seed)
    count, most = int(rng.integers(300, 2_000)), 42
    y = np.round(rng.normal(size=count), 1)  # with ties
    for _ in range(seed):
        begin = int(rng.integers(0, count))
        y[begin : begin + int(rng.integers(1, 150))] = np.nan
    x, thinned = thin(np.arange(float(count)), y, most)
    places = x.astype(int)
    assert np.array_equal(thinned, y[places], equal_nan=True)
    assert len(places) <= 4 * (most - 2) // 4 + 2
    for stretch in np.split(np.arange(count), np.linspace(0, count, 11).astype(int)[1:-1]):
        kept, part = np.intersect1d(places, stretch), y[stretch]
        known = stretch[~np.isnan(part)]
        if np.isnan(part).any():
            assert stretch[np.isnan(part)][0] in kept
        if len(known):
            first = {known[y[known].argmin()], known[y[known].argmax()], known[-1]}
            assert first <= set(kept)


def test_what_is_not_finite_is_marked() -> None:
    figure = draw_curves(curves((1.0, 2.0, None, None, 3.0)))
    assert "gap" in figure.svg
    assert "not a finite number" in figure.notes[0]


@pytest.mark.parametrize(
    "y",
    [
        (1.0, None),
        (None, 1.0),
        (None, None, 1.0, 2.0),
        (1.0, *[2.0] * 80, None),
        (None, *[2.0] * 80, None, None),
    ],
)
def test_the_marks_of_what_is_not_finite_stay_in_the_frame(y: tuple[float | None, ...]) -> None:
    svg = draw_curves(curves(y)).svg
    marks = re.findall(r'class="[^"]*(?:gap|silent)" d="M([\d.]+) [\d.]+(?:H([\d.]+))?', svg)
    assert marks
    for begin, end in marks:
        assert LEFT <= float(begin) <= float(end or begin) <= WIDTH - RIGHT


@pytest.mark.parametrize("log_y", [False, True])
@pytest.mark.parametrize(
    "y",
    [
        (),
        (1.0,),
        (0.0, 0.0),
        (None, None),
        (-1.0, -2.0),
        (1e308, -1e308, 1.0),
        (5e-324, 1.0),
        (1e-300, 1e300),
        (float("nan"), float("inf"), 1.0),
        (1.0, 1.0 + 1e-15),
    ],
)
def test_any_numbers_can_be_drawn(y: tuple[float | None, ...], log_y: bool) -> None:
    figure = draw_curves(curves(y, (1.0, 2.0), log_y=log_y))
    assert not re.search(r"\bnan|\binf", figure.svg)
    alone = draw_curves(curves(y, log_y=log_y))
    assert not re.search(r"\bnan|\binf", alone.svg)


def test_decades_have_ticks() -> None:
    labels = [text for _, text in logarithmic(1e-6, 100, 0, 1, wanted=9).ticks]
    assert labels == ["10⁻⁶", "10⁻⁵", "10⁻⁴", "10⁻³", "10⁻²", "10⁻¹", "10⁰", "10¹", "10²"]


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-3e-9, 4e-9), (1e5, 1.2e5), (7, 7), (0, 0)])
def test_ticks_are_few_and_tell_numbers_apart(low: float, high: float) -> None:
    labels = [text for _, text in linear(low, high, 0, 100).ticks]
    assert 2 <= len(labels) <= 8
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize(
    "points",
    [
        [(float(k), 2.0 * k) for k in range(200)],
        [(100 * np.cos(k / 60), 100 * np.sin(k / 60)) for k in range(400)],
        [(float(k), float(k * 7 % 13)) for k in range(60)],
        [(0.0, 0.0), (5.0, 0.0), (0.0, 0.0), (9.0, 0.0)],
        [(1.0, 1.0)],
        [(1.0, 1.0), (1.0, 1.0), (1.0, 1.0)],
    ],
)
def test_what_is_left_out_of_a_line_lay_on_it(points: list[tuple[float, float]]) -> None:
    given = np.array(points)
    kept = straightened(given)
    assert len(kept) <= len(given)
    assert kept[0].tolist() == given[0].tolist()
    assert kept[-1].tolist() == given[-1].tolist()
    if len(kept) > 1:
        starts, ways = kept[:-1], np.diff(kept, axis=0)
        lengths = np.maximum((ways**2).sum(axis=1), 1e-300)
        shares = np.clip(((given[:, None] - starts) * ways).sum(axis=2) / lengths, 0, 1)
        nearest = starts + shares[..., None] * ways
        assert np.hypot(*(given[:, None] - nearest).T).min(axis=0).max() <= 0.5


def test_a_straight_line_needs_few_points() -> None:
    assert len(straightened(np.array([(float(k), 2.0 * k) for k in range(200)]))) <= 14


def test_a_descent_that_leaves_the_view_is_cut_there(sample: ClassResult) -> None:
    bowl = sample.course.backgrounds[0]
    track = Track(name="yours", points=((0.0, 0.0), (0.0, 1e12), (1e300, 5.0), (None, None)))
    out = Trajectories(title="t", background="bowl", tracks=(track,), summary="It explodes.")
    figure = draw_trajectories(out, bowl, "land-bowl")
    coordinates = [abs(float(n)) for n in re.findall(rf"(?<=[ \"M]){NUMBER}", figure.svg)]
    assert max(coordinates) < 1000
    assert figure.summary == "It explodes."
    assert figure.notes == (
        "Arrows show where a path leaves the view: yours.",
        "Not finite in the end: yours.",
    )


@pytest.mark.parametrize(
    "points",
    [
        (),
        ((1.0, 2.0),),
        ((None, None),),
        ((0.0, 0.0), (0.0, 0.0)),
        ((1e308, -1e308), (-1e308, 1e308), (0.0, 0.0)),
        tuple((float(k % 7), float(k)) for k in range(100_000)),
    ],
)
def test_any_descent_can_be_drawn(points: tuple[tuple[float | None, float | None], ...]) -> None:
    figure = draw_trajectories(plane(*points), None, "")
    assert not re.search(r"\bnan|\binf", figure.svg)
    assert len(figure.svg) < 20_000


def test_a_landscape_is_drawn_once_for_a_page_and_kept_for_the_next(sample: ClassResult) -> None:
    bowl = sample.course.backgrounds[0]
    one = Trajectories(title="t", background="bowl", tracks=(), summary="s")
    sheet = Sheet(sample.course.backgrounds)
    contour_lines.cache_clear()
    first, second = sheet.draw(Evidence(trajectories=(one, one)))
    assert len(sheet.landscapes) == 1
    assert 'href="#land-bowl"' in first.svg
    assert 'href="#land-bowl"' in second.svg
    Sheet((bowl,)).draw(Evidence(trajectories=(one,)))
    assert contour_lines.cache_info().misses == 1


def test_a_heat_map_shows_the_right_value_as_neutral_and_what_is_missing_hatched() -> None:
    figure = draw_heat_map(
        HeatMap(title="t", values=((1.0, 2.0, None), (0.0, 1.0, 1.0)), summary="s")
    )
    assert {"q0", "q5", "q10", "hatched"} <= set(re.findall(r'class="(q\d+|hatched)"', figure.svg))
    assert figure.svg.count('class="mid cell') == 6


@pytest.mark.parametrize(
    "values", [(), ((),), ((None,),), ((1e308, -1e308),), ((1.0,), (1.0, 2.0)), ((1.0,) * 90,) * 90]
)
def test_any_matrix_can_be_drawn(values: tuple[tuple[float | None, ...], ...]) -> None:
    figure = draw_heat_map(HeatMap(title="t", values=values, summary="s"))
    assert not re.search(r"\bnan|\binf", figure.svg)
    assert len(figure.svg) < 60_000


def test_lines_differ_not_by_colour_alone() -> None:
    series = (
        Series(name="a", y=(1.0, 2.0)),
        Series(name="b", y=(2.0, 3.0), role="reference"),
        Series(name="c", y=(3.0, 4.0), role="other"),
        Series(name="d", y=(3.0, 5.0)),
    )
    figure = draw_curves(Curves(title="t", x_label="", y_label="", series=series, summary="s"))
    styles = re.findall(r'<path class="(ln[^"]*)"', figure.svg)
    assert len(set(styles)) == 4
    assert [entry.label for entry in figure.legend] == ["a", "b", "c", "d"]


@pytest.mark.parametrize("scores", [[0.0], [40.0] * 300, [1.0, 2.0, 39.9], [-1.0, 1e9]])
def test_any_scores_have_a_histogram(scores: list[float]) -> None:
    figure = draw_histogram(scores, 40.0)
    assert "median" in figure.summary


def test_the_marked_entry_has_a_frame_around_its_cell_and_is_named() -> None:
    values = ((1.0, 2.0, 1.0), (1.0, 1.0, 1.0))
    plain = draw_heat_map(HeatMap(title="t", values=values, summary="s"))
    marked = HeatMap(title="t", values=values, summary="s", marked=(0, 1), marked_name="w[0, 1]")
    figure = draw_heat_map(marked)
    assert "framed" not in plain.svg
    assert figure.title == "t (in the frame: w[0, 1])"
    assert figure.legend[-1].label == "w[0, 1]"
    frames = re.findall(r'class="framed[^"]*" d="M([\d.]+) ([\d.]+)h([\d.]+)', figure.svg)
    cell = re.findall(r'class="q10" d="M([\d.]+) ([\d.]+)h', figure.svg)  # the only 2
    assert len(set(frames)) == len(cell) == 1
    assert [float(v) for v in frames[0]] == [float(cell[0][0]) - 0.5, float(cell[0][1]) - 0.5, 44]


def test_a_mark_outside_of_what_is_drawn_frames_nothing() -> None:
    for place in ((0, 50), (-1, 0), (7, 0)):
        figure = draw_heat_map(
            HeatMap(title="t", values=((1.0,) * 60,), summary="s", marked=place, marked_name="far")
        )
        assert "framed" not in figure.svg
        assert (figure.title, "far" in str(figure.legend)) == ("t", False)


def banded(*runs: tuple[float, ...]) -> Series:
    return median_and_band("yours", np.array(runs))


def outline(svg: str) -> np.ndarray:
    (data,) = re.findall(r'<path class="ln student band" data-n="yours, band" d="([^"]*)z"', svg)
    return walked(data)


def test_several_runs_are_a_median_in_a_band() -> None:
    inf = np.inf
    one = banded((4.0, 1.0, 0.0), (9.0, 2.0, inf), (16.0, np.nan, inf))
    assert (one.y, one.lower, one.upper) == (
        (9.0, 2.0, None), (4.0, 1.0, 0.0), (16.0, None, None),
    )  # fmt: skip
    assert one.band == "median; band: lowest to highest of 3"
    alone = banded((4.0, 0.0, inf))
    assert (alone.y, alone.lower, alone.upper, alone.band) == ((4.0, None, None), (), (), "")
    assert banded((1.0,), (inf,)).y == (None,)
    assert (spread(np.array([5.0, 1.0, 2.0])), spread(np.array([2.0]))) == ("2 (1 to 5)", "2")
    assert spread(np.array([14_980.4, 0.25])) == "7490 (0.25 to 14,980)"
    assert spread(np.array([1.0, inf, np.nan])) == "infinity (1 to infinity)"


@pytest.mark.parametrize("log_y", [False, True])
def test_a_band_holds_its_line_and_both_of_its_ends(log_y: bool) -> None:
    rng = np.random.default_rng(3)
    runs = np.exp(rng.normal(0, 0.3, (5, 60)) + np.arange(5.0)[:, None])
    given = Curves(
        title="t", x_label="x", y_label="y", summary="s", series=(banded(*runs),), log_y=log_y
    )
    figure = draw_curves(given)
    (data,) = re.findall(r'<path class="ln student" data-n="yours" d="([^"]*)"', figure.svg)
    area, middle = outline(figure.svg), walked(data)
    highest, lowest = area[:, 1].min(), area[:, 1].max()  # the drawing counts downwards
    assert highest < middle[:, 1].min() < middle[:, 1].max() < lowest
    assert np.allclose([area[:, 0].min(), area[:, 0].max()], middle[[0, -1], 0])
    assert figure.legend[0].label == "yours"
    assert figure.legend[0].note == "median; band: lowest to highest of 5"
    assert figure.notes == ()


def test_a_band_goes_to_the_top_where_a_run_is_not_finite_and_ends_with_the_last() -> None:
    inf = np.inf
    given = Curves(
        title="t", x_label="x", y_label="y", summary="s", log_y=True,
        series=(banded((1.0, 1.0, 1.0, inf), (3.0, 3.0, inf, inf), (2.0, 2.0, 2.0, inf)),),
    )  # fmt: skip
    figure = draw_curves(given)
    area = outline(figure.svg)
    assert area[:, 1].min() == TOP
    assert area[:, 0].max() < WIDTH - RIGHT - 50
    assert figure.notes[-1] == "Where the band of yours goes to the top, a run is not finite."


@pytest.mark.parametrize(
    "ends", [((), ()), ((1.0,), (2.0,)), ((None, None), (None, None)), ((0.0, 0.0), (0.0, 1e300))]
)
def test_any_band_can_be_drawn(ends: tuple[tuple[float | None, ...], ...]) -> None:
    for log_y in (False, True):
        series = Series(name="a", y=(1.0, None), lower=ends[0], upper=ends[1], band="b")
        given = Curves(
            title="t", x_label="x", y_label="y", summary="s", series=(series,), log_y=log_y
        )
        assert not re.search(r"\bnan|\binf", draw_curves(given).svg)
