"""Descents, landscapes and trainings that look like those of the course, for sample pages."""

from __future__ import annotations

import contourpy
import numpy as np
import numpy.typing as npt

from grader.results import (
    Contours,
    Curves,
    HeatMap,
    Level,
    Mark,
    Series,
    Track,
    Trajectories,
)

Array = npt.NDArray[np.float64]


def bowl(x: Array, y: Array) -> Array:
    """Return function 1 of the course."""
    return np.asarray(x**4 + x**3 - x + y**4 + 4 * y**2 + 5)


def wells(x: Array, y: Array) -> Array:
    """Return function 2 of the course."""
    near = 100 * np.exp(-((x - 11.5) ** 2 + (y - 8.2) ** 2) / 5)
    deep = 200 * np.exp(-((x + 9) ** 2 + (y + 11) ** 2) / 10)
    return np.asarray(0.5 * y + 0.1 * (x**2 + y**2) - near - deep)


def contours(name: str, view: tuple[float, float], levels: list[float]) -> Contours:
    """Return the contour lines of one of the two functions over a square."""
    function = {"bowl": bowl, "wells": wells}[name]
    axis = np.linspace(*view, 160)
    x, y = np.meshgrid(axis, axis)
    generator = contourpy.contour_generator(x, y, function(x, y))
    return Contours(
        name=name,
        title=f"The function `{name}`",
        x_range=view,
        y_range=view,
        levels=tuple(
            Level(
                value=level,
                lines=tuple(
                    tuple((float(a), float(b)) for a, b in np.asarray(one))
                    for one in generator.lines(level)
                ),
            )
            for level in levels
        ),
    )


def descent(
    name: str, start: tuple[float, float], rate: float, steps: int, *, factor: float = 1.0
) -> tuple[tuple[float | None, float | None], ...]:
    """Return the points of a descent; None from the first overflow on."""
    function = {"bowl": bowl, "wells": wells}[name]
    point = np.array(start)
    points: list[tuple[float | None, float | None]] = []
    for _ in range(steps + 1):
        points.append((float(point[0]), float(point[1])))
        width = 1e-6
        with np.errstate(all="ignore"):
            slope = [
                (function(*(point + push)) - function(*(point - push))) / (2 * width)
                for push in (np.array([width, 0.0]), np.array([0.0, width]))
            ]
            point = point - rate * factor * np.array(slope)
        if not np.isfinite(point).all():
            points += [(None, None)] * 2
            break
    return tuple(points)


def trajectories(name: str, *tracks: Track, title: str, summary: str) -> Trajectories:
    """Return descents over a landscape with its minima marked."""
    minima = {
        "bowl": (Mark(name="minimum", point=(0.45541, 0.0)),),
        "wells": (
            Mark(name="global minimum", point=(-8.955, -10.958)),
            Mark(name="local", point=(11.443, 8.147)),
        ),
    }
    return Trajectories(
        title=title, background=name, tracks=tracks, summary=summary, marks=minima[name]
    )


def losses(rate: float, steps: int, *, start: float = 900.0, floor: float = 0.5) -> list[float]:
    """Return losses that fall like those of a small network."""
    rng = np.random.default_rng(7)
    step = np.arange(steps + 1)
    fall = start * np.exp(-rate * step) + 40 / (1 + 0.02 * step) + floor
    return (fall * (1 + 0.02 * rng.standard_normal(steps + 1))).tolist()  # type: ignore[no-any-return]


def training(student: list[float], summary: str) -> Curves:
    """Return a student's losses beside the reference's."""
    return Curves(
        title="Training error, step by step",
        x_label="step",
        y_label="squared error",
        log_y=True,
        series=(
            Series(name="yours", y=tuple(v if np.isfinite(v) else None for v in student)),
            Series(name="reference", y=tuple(losses(0.004, 3000)), role="reference"),
        ),
        summary=summary,
    )


def ratios(factor: float, *, wrong_line: bool = False) -> HeatMap:
    """Return the quotient of two gradients, entry by entry."""
    matrix = np.full((6, 10), factor)
    if wrong_line:
        matrix[2] = -1.0
        matrix[4, 3] = np.nan
    values = tuple(tuple(v if np.isfinite(v) else None for v in line) for line in matrix.tolist())
    return HeatMap(
        title="Your grad_w1, divided by the right one",
        values=values,
        summary=f"Most entries are {factor:g} times the right value; 1 would be right.",
        row_label="input",
        column_label="hidden unit",
    )


def confusion() -> HeatMap:
    """Return a confusion matrix like that of a small network on MNIST."""
    rng = np.random.default_rng(3)
    matrix = rng.poisson(1.2, (10, 10)).astype(float)
    matrix[4, 9], matrix[9, 4], matrix[7, 2] = 11, 9, 8
    np.fill_diagonal(matrix, 0)
    return HeatMap(
        title="Digits that were taken for others",
        values=tuple(map(tuple, matrix.tolist())),
        summary="Most often a 4 was taken for a 9 (11 times) and a 9 for a 4 (9 times).",
        centre=0.0,
        row_label="digit",
        column_label="prediction",
    )
