"""Numbers of figures that are rounded all at once, and one by one."""

from __future__ import annotations

import itertools

import numpy as np

from grader.results import Curves, Evidence, HeatMap, Mark, Series, Track, Trajectories
from grader.results.rounding import rounded

ODD = (None, 0.0, -0.0, 1e300, -5e-324, 1e22, 3, -123456789.5)


def number(value: float | None) -> float | None:
    return value if value is None else float(f"{value:.7g}")


def test_every_number_of_every_figure_is_rounded_and_stays_in_its_place() -> None:
    rng = np.random.default_rng(20)
    drawn = itertools.cycle([*(10.0 ** rng.uniform(-9, 9, 50)).tolist(), *ODD])

    def some(count: int) -> tuple[float | None, ...]:
        return tuple(itertools.islice(drawn, count))

    def points(count: int) -> tuple[tuple[float | None, float | None], ...]:
        return tuple((next(drawn), next(drawn)) for _ in range(count))

    lines = [
        Series(name="a", x=some(k), y=some(k + 1), lower=some(k % 2), upper=some(k % 3))
        for k in range(9)
    ]
    shown = Evidence(
        curves=tuple(
            Curves(title="c", x_label="x", y_label="y", series=tuple(part), summary="s")
            for part in (lines[:4], [], lines[4:])
        ),
        trajectories=tuple(
            Trajectories(
                title="t",
                background="b",
                tracks=tuple(Track(name="t", points=points(k)) for k in range(count)),
                marks=tuple(Mark(name="m", point=points(1)[0]) for _ in range(count)),
                summary="s",
            )
            for count in (0, 3)
        ),
        heat_maps=(HeatMap(title="h", values=tuple(map(some, (3, 0, 5))), summary="s"),),
    )
    done = rounded(shown)
    assert _numbers(done) == [number(value) for value in _numbers(shown)]
    assert _form(done) == _form(shown)
    assert rounded(Evidence()) == Evidence()


def _lists(shown: Evidence) -> list[tuple[float | None, ...]]:
    series = [one for curves in shown.curves for one in curves.series]
    found = [part for one in series for part in (one.x, one.y, one.lower, one.upper)]
    for one in shown.trajectories:
        found += [point for track in one.tracks for point in track.points]
        found += [mark.point for mark in one.marks]
    return found + [row for heat_map in shown.heat_maps for row in heat_map.values]


def _numbers(shown: Evidence) -> list[float | None]:
    return [value for some in _lists(shown) for value in some]


def _form(shown: Evidence) -> list[int]:
    return [len(some) for some in _lists(shown)]
