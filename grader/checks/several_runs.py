"""Draw several trainings as one line: their median, with a band from lowest to highest."""

from __future__ import annotations

__all__ = ["drawn_points", "loss_line", "median_and_band", "spread"]

import numpy as np

from grader.results import Series

POINTS_OF_A_LINE = 240


def median_and_band(
    name: str, losses: np.ndarray, role: str = "student", *, x: np.ndarray | None = None
) -> Series:
    """Return the losses of one or several runs as a line for a logarithmic axis.

    Parameters
    ----------
    name : str
        What the line shows.
    losses : (looks,) or (runs, looks) array
        A row for each run. What is not a finite number counts as larger than all numbers.
    role : str
        ``student``, ``reference`` or ``other``.
    x : (looks,) array, optional
        Where the losses belong; 0, 1, 2, … by default.

    Returns
    -------
    Series
        Of several runs, the median at each look, with a band from the lowest to the highest.
        A median at or below 0, or that is not finite, is a gap.
    """
    rows = np.atleast_2d(np.array(losses, dtype=float))
    rows = np.where(np.isfinite(rows), rows, np.inf)
    places = tuple(map(float, x)) if x is not None else ()
    median = _median(rows)
    y = tuple(float(v) if np.isfinite(v) and v > 0 else None for v in median)
    if len(rows) == 1:
        return Series(name=name, x=places, y=y, role=role)
    ends = (
        tuple(float(v) if np.isfinite(v) else None for v in end)
        for end in (rows.min(axis=0), rows.max(axis=0))
    )
    lower, upper = ends
    band = f"median; band: lowest to highest of {len(rows)}"
    return Series(name=name, x=places, y=y, role=role, lower=lower, upper=upper, band=band)


def _median(rows: np.ndarray) -> np.ndarray:
    """Return the median over the first axis; none of the numbers is a nan.

    It is that of `np.median`, which imports masked arrays: as long as a tenth of all of numpy.
    """
    ordered, half = np.sort(rows, axis=0), len(rows) // 2
    middle: np.ndarray = (
        ordered[half] if len(rows) % 2 else ordered[half - 1 : half + 1].mean(axis=0)
    )
    return middle


def drawn_points(count: int) -> np.ndarray:
    """Return the indices of the points to draw, denser at the start.

    Parameters
    ----------
    count : int
        How many points there are, at least 1.

    Returns
    -------
    ndarray of int, shape (at most 240,)
        The numbers of the points in order, the first and the last among them.
    """
    even = np.linspace(0.0, 1.0, POINTS_OF_A_LINE)
    places = np.rint((count - 1) * even**2).astype(
        int
    )  # in order: those that come again are beside
    return places[np.diff(places, prepend=-1) > 0]


def loss_line(name: str, losses: np.ndarray, role: str, steps: np.ndarray | None = None) -> Series:
    """Return a loss curve for a logarithmic plot, thinned where it has many points.

    Parameters
    ----------
    name : str
        What the line shows.
    losses : (steps,) or (runs, steps) array
        Those of several runs are drawn as their median and a band.
    role : str
        ``student``, ``reference`` or ``other``.
    steps : (steps,) array of int, optional
        The steps that the losses belong to; 0, 1, 2, … by default.

    Returns
    -------
    Series
    """
    values = np.array(losses, dtype=float)
    steps = np.arange(values.shape[-1]) if steps is None else steps
    kept = drawn_points(values.shape[-1])
    return median_and_band(name, values[..., kept], role, x=steps[kept])


def spread(values: np.ndarray) -> str:
    """Return the median of some numbers, and the lowest and the highest, in words.

    Parameters
    ----------
    values : (runs,) array
        What is not a finite number counts as larger than all numbers.

    Returns
    -------
    str
        Such as ``3.2 (2.1 to 5)``: what a median and its band show at one place.
    """
    known = np.where(np.isfinite(values), values, np.inf)
    middle = float(_median(known))
    at, low, high = map(_told, (middle, float(known.min()), float(known.max())))
    return at if low == high else f"{at} ({low} to {high})"


def _told(value: float) -> str:
    if not np.isfinite(value):
        return "infinity"
    return f"{value:,.0f}" if 1e4 <= abs(value) < 1e9 else f"{value:.4g}"
