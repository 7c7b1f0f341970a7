"""What `create_data` and `init_weights` draw, read with patience, and tested."""

from typing import Any

import numpy as np

from grader.checks import Case, Disagreement, Failed, Rng, SubmissionError, as_array, as_parts
from grader.checks.compare import of_shape
from grader.checks.drawn_numbers import LARGEST_Z, follows, normal_cdf, strongest_pair

Pair = tuple[np.ndarray, np.ndarray]


def shaped(case: Case, function: str, names: tuple[str, str], *several: tuple[int, ...]) -> None:
    """Fail where the two arrays that a function draws are not of the shapes (a, b) and (c, d).

    Each of `several` holds the three sizes that the function is given, then a, b, c and d.
    """
    calls = [(*sizes[:3], case.fresh_rng()) for sizes in several]
    for sizes, value in zip(several, case.student.calls(function, *calls), strict=True):
        where = f" for {function}({', '.join(map(str, sizes[:3]))}, rng)"
        parts = as_parts(value, names, function)
        for name, part, shape in zip(names, parts, (sizes[3:5], sizes[5:7]), strict=True):
            of_shape(part, f"`{name}`", shape, where)


def pair(case: Case, function: str, names: tuple[str, str], *arguments: Any) -> list[np.ndarray]:
    """Call a function that returns two arrays; they are arrays of floats, of whatever shape."""
    [found] = pairs(case, function, names, arguments)
    return found


def pairs(
    case: Case, function: str, names: tuple[str, str], *calls: tuple[Any, ...]
) -> list[list[np.ndarray]]:
    """Call a function with each of these arguments, as `pair` does."""
    parts = [as_parts(value, names, function) for value in case.student.calls(function, *calls)]
    return [
        [as_array(v, f"`{n}`").astype(float) for v, n in zip(p, names, strict=True)] for p in parts
    ]


def samples(case: Case, *sizes: tuple[int, int, int]) -> list[Pair]:
    """Return data of the submission as (n, d_in) and (n, d_out); turned or flat is forgiven.

    Each of `sizes` is n, d_in and d_out.
    """
    calls = [(*size, case.fresh_rng()) for size in sizes]
    found = pairs(case, "create_data", ("x", "y"), *calls)
    return [
        (lines_of(x, "x", n, _width(x, n, d_in)), lines_of(y, "y", n, _width(y, n, d_out)))
        for (x, y), (n, d_in, d_out) in zip(found, sizes, strict=True)
    ]


def _width(values: np.ndarray, n: int, width: int) -> int:
    """Return how many numbers a sample has; how many it should have is asked for elsewhere."""
    return int(values.shape[1]) if values.ndim == 2 and len(values) == n and values.size else width


def lines_of(values: np.ndarray, name: str, n: int, width: int) -> np.ndarray:
    """Return numbers as n samples; those that are turned round are turned back."""
    if values.shape == (width, n):
        values = values.T
    if values.size != n * width:
        raise Failed(f"`{name}` holds {values.size} numbers, not {n} samples of {width}.")
    if not np.isfinite(values).all():
        raise Failed(f"`{name}` holds numbers that are inf or nan.")
    return values.reshape(n, width)


def require_standard_normal(case: Case, values: np.ndarray, name: str) -> None:
    """Fail where numbers are not standard normal, with their mean and standard deviation."""
    if follows(values, normal_cdf):
        return
    raise Disagreement(
        f"The numbers in `{name}` are not standard normal.",
        expected="mean 0, standard deviation 1, 32 % of them beyond ±1",
        got=f"mean {values.mean():.3g}, standard deviation {values.std():.3g}, "
        f"{np.mean(np.abs(values) > 1):.0%} of them beyond ±1",
        diagnoses=case.recognises("create_data.values", values),
    )


def require_independence(case: Case, long: Pair, wide: Pair) -> None:
    """Fail where columns of x and y go together, in long data, or lines of either, in wide data."""
    (x, y), (wide_x, wide_y) = long, wide
    for name, values in (("x", x), ("y", y)):
        if np.ptp(values) == 0:
            raise Failed(f"All numbers in `{name}` are the same: none of them is drawn.")
    i, j, z = strongest_pair(x, y)
    if z >= LARGEST_Z:
        _refuse(case, f"column {i} of x and column {j} of y", z, long)
    for name, lines in (("x", wide_x), ("y", wide_y)):
        i, j, z = strongest_pair(lines[::2].T, lines[1::2].T)
        if z >= LARGEST_Z:
            _refuse(case, f"the samples {2 * i} and {2 * j + 1} of {name}", z, wide)


def _refuse(case: Case, what: str, z: float, data: Pair) -> None:
    raise Disagreement(
        f"They are correlated: {what}.",
        expected="a correlation that chance explains",
        got=f"one that lies {z:.1f} standard deviations from 0",
        diagnoses=case.recognises("create_data.pair", *data),
    )


def require_draw_from_rng(case: Case, function: str, names: tuple[str, str], *sizes: float) -> None:
    """Fail where the same generator does not give the same draw, or another the same one."""
    state = case.fresh_rng()
    other = Rng(state.seed ^ 1)
    draws = pairs(case, function, names, *((*sizes, rng) for rng in (state, state, other)))
    drawn = any(not _is_constant(part) for part in draws[0])
    for name, first, again, third in zip(names, *draws, strict=True):
        if not np.array_equal(first, again):
            said = f"twice with the same seed, `{function}` gave two different `{name}`: draw only"
        elif np.array_equal(first, third) and not (drawn and _is_constant(first)):
            said = f"with two different seeds, `{function}` gave the same `{name}`: draw"
        else:
            continue
        diagnoses = case.recognises("draw", first, again, third)
        raise Disagreement(f"Called {said} from `rng`.", diagnoses=diagnoses)


def _is_constant(values: np.ndarray) -> bool:
    """Say whether all numbers are the same, of which it is asked elsewhere whether they may be."""
    return bool(values.size and np.ptp(values) == 0)


def require_different_units(case: Case, w1: np.ndarray, w2: np.ndarray) -> None:
    """Fail where two hidden neurons start with the same weights, or where nothing can move."""
    units = np.concatenate([w1, w2.T])
    different = len({*map(tuple, units.T.tolist())})
    if different == units.shape[1] and w1.any() and w2.any():
        return
    raise Disagreement(
        "The hidden neurons do not all start different, with weights that are not zero.",
        expected=f"{units.shape[1]} different hidden neurons",
        got=f"{different} different ones; w1 {_kind(w1)}, w2 {_kind(w2)}",
        diagnoses=case.recognises("init_weights.units", w1, w2),
    )


def _kind(weights: np.ndarray) -> str:
    return f"has the standard deviation {weights.std():.3g}" if weights.any() else "is all zeros"


def start_weights(case: Case, d_in: int, d_hidden: int, d_out: int, rng: Rng) -> Pair | None:
    """Return the weights that the submission starts from; None where it gives none that can be."""
    try:
        came = case.student.once("init_weights", d_in, d_hidden, d_out, rng)
        w1, w2 = [as_array(v, "it").astype(float) for v in as_parts(came, ("w1", "w2"), "it")]
    except SubmissionError:
        return None
    fits = w1.shape == (d_in, d_hidden) and w2.shape == (d_hidden, d_out)
    return (w1, w2) if fits and np.isfinite(w1).all() and np.isfinite(w2).all() else None
