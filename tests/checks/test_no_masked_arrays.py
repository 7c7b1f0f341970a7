"""What is written without numpy's masked arrays gives what numpy's own functions give."""

from __future__ import annotations

import numpy as np

from grader.checks.several_runs import POINTS_OF_A_LINE, _median, drawn_points


def test_medians_are_those_of_numpy_to_the_bit() -> None:
    rng = np.random.default_rng(0)
    for runs in range(1, 12):
        for shape in [(runs,), (runs, 40)]:
            rows = rng.normal(size=shape) * 10.0 ** rng.integers(-300, 300, size=shape)
            rows[rng.random(shape) < 0.2] = np.inf
            with np.errstate(all="ignore"):
                assert np.array_equal(_median(rows), np.median(rows, axis=0))


def test_drawn_points_are_distinct_in_order_with_both_ends() -> None:
    even = np.linspace(0.0, 1.0, POINTS_OF_A_LINE)
    for count in [1, 2, 3, 239, 240, 241, 1_000, 65_537, 10**6]:
        points = drawn_points(count)
        assert np.array_equal(points, np.unique(np.rint((count - 1) * even**2).astype(int)))
        assert (points[0], points[-1]) == (0, count - 1)


def test_different_units_are_counted_as_numpy_counts_columns() -> None:
    rng = np.random.default_rng(0)
    for _ in range(300):
        units = rng.integers(-1, 2, size=(2, rng.integers(1, 9))) * rng.choice([0.0, 1.0, -0.0])
        units[rng.random(units.shape) < 0.05] = np.nan
        assert len({*map(tuple, units.T.tolist())}) == len(np.unique(units, axis=1).T)
