"""Compares results with expected ones: first the form, then the values; NaN is always wrong."""

from __future__ import annotations

__all__ = [
    "Disagreement",
    "FailedCall",
    "agree",
    "as_array",
    "as_flag",
    "as_integer",
    "as_lines",
    "as_parts",
    "differs",
    "disagreement",
    "of_shape",
    "same_value",
]

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.checks.numbers import short
from grader.checks.tolerances import SINGLE, Tolerance
from grader.errors import Failed, TracebackLine
from grader.results import Diagnosis, Evidence, HeatMap, Table
from grader.util.wording import be, counted
from grader.wire import Opaque

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_HEAT_MAP = 40
# Python's exact numbers, which are sent without their value.
EXACT_TYPES = ("Fraction", "Decimal")


@dataclass(frozen=True, slots=True)
class FailedCall:
    """The call whose result was not the expected one, and in which way.

    Attributes
    ----------
    function : str
        The function's name in the file.
    parts : tuple of str
        The names of its values if it returns several.
    only : tuple of str
        The parts that were judged; all if it is empty.
    tolerance : Tolerance
    kinds : frozenset of (str, str)
        The names of the wrong values, each with ``shape`` or ``values``.
    arguments : tuple
        Those of the check, which may be hidden: only what they are may be used, and only of a
        public check.
    """

    function: str
    parts: tuple[str, ...]
    only: tuple[str, ...]
    tolerance: Tolerance
    kinds: frozenset[tuple[str, str]]
    arguments: tuple[Any, ...] = ()


class Disagreement(Failed):
    """A value differs from the expected one; has the evidence for the report.

    `kind` is ``shape`` or ``values`` if a value was compared; `call` is the call that returned it,
    if it is known.
    """

    def __init__(
        self,
        message: str,
        *,
        expected: str = "",
        got: str = "",
        hint: str = "",
        diagnoses: tuple[Diagnosis, ...] = (),
        evidence: Evidence | None = None,
        frames: tuple[TracebackLine, ...] = (),
        kind: str = "",
        call: FailedCall | None = None,
    ) -> None:
        super().__init__(message, hint=hint, frames=frames)
        self.expected = expected
        self.got = got
        self.diagnoses = diagnoses
        self.evidence = evidence or Evidence()
        self.kind = kind
        self.call = call


# ---------------------------------------------------------------------------- form


def as_array(value: Any, name: str) -> np.ndarray:
    """Return a submission's result as an array of real numbers.

    Lists, tuples, numpy scalars, integers and arrays of any memory order are accepted.

    Raises
    ------
    Failed
        If it is not made of numbers; the sentence says what it is instead.
    """
    if value is None:
        raise Failed(f"{name} is None.", hint="Is a `return` missing?")
    if isinstance(value, Opaque):
        raise Failed(f"{name} is not an array of numbers: {value.reason}.")
    if isinstance(value, str | bytes | dict):
        raise Failed(f"{name} is {short(value)}, not an array of numbers.")
    try:
        array = np.asarray(value)
        if array.dtype.kind == "O":
            array = _of_objects(array, name)
    except (ValueError, TypeError, OverflowError, RecursionError):
        hint = "Do all its rows have the same length?"
        raise Failed(f"{name} is not a rectangular array of numbers.", hint=hint) from None
    if array.dtype.kind not in "biuf":
        raise Failed(f"{name} has the dtype {array.dtype}, not real numbers.")
    return array


def _of_objects(array: np.ndarray, name: str) -> np.ndarray:
    """Convert an array of objects to floats; each object must be a real number."""
    for element in array.flat:
        if not isinstance(element, bool | int | float | np.bool_ | np.integer | np.floating):
            if isinstance(element, Opaque) and element.type_name in EXACT_TYPES:
                form = _form(element)
                raise Failed(f"{name} holds {form}, whose value is not read: return an int.")
            raise Failed(f"{name} holds {_form(element)}, which is not a real number.")
    return array.astype(float)


def as_lines(value: Any, name: str, count: int) -> np.ndarray:
    """Return a submission's result as an array with so many rows, or raise `Failed`."""
    array = as_array(value, name)
    if array.ndim == 0 or len(array) != count:
        raise Failed(
            f"{name} has the shape {array.shape}, and it needs {count} rows.",
            hint="Samples are rows: the first dimension counts them, before and after.",
        )
    return array


def as_integer(value: Any, name: str) -> int:
    """Return a submission's result as an exact integer, or raise `Failed`."""
    if isinstance(value, np.ndarray) and value.size == 1:
        value = value.ravel()[0]
    if isinstance(value, np.integer):
        value = int(value)
    if type(value) is not int:
        raise Failed(f"{name} has to be a whole number, not {short(value)}.")
    return value


def as_flag(value: Any, name: str) -> bool:
    """Return a submission's result as True or False, or raise `Failed`."""
    if isinstance(value, np.ndarray) and value.size == 1 and value.dtype == bool:
        value = value.ravel()[0]
    if isinstance(value, np.bool_):
        value = bool(value)
    if value is None:
        if name.endswith(")`"):  # a function that was called, and is written
            raise Failed(
                f"{name} is None: it has to be True or False.", hint="Is a `return` missing?"
            )
        raise Failed(f"{name} is not written yet: it has to be True or False.")
    if type(value) is not bool:
        raise Failed(f"{name} has to be True or False, not {short(value)}.")
    return value


def as_parts(value: Any, names: Sequence[str], function: str) -> list[Any]:
    """Return the parts of a tuple that a function returned, such as (grad_w1, grad_w2).

    Raises
    ------
    Failed
        If there are more or fewer parts.
    """
    wanted = ", ".join(names)
    if isinstance(value, list | tuple):
        if len(value) == len(names):
            return list(value)
        raise Failed(
            f"`{function}` has to return ({wanted}); it returned {counted(len(value), 'value')}."
        )
    if isinstance(value, np.ndarray) and value.ndim >= 1 and len(value) == len(names):
        return list(value)
    if value is None:
        hint = "Is a `return` missing?"
        raise Failed(f"`{function}` has to return ({wanted}); it returned None.", hint=hint)
    raise Failed(f"`{function}` has to return ({wanted}); it returned {_form(value)}.")


# ---------------------------------------------------------------------------- values


def disagreement(
    got: Any, expected: Any, name: str, tolerance: Tolerance = SINGLE
) -> Disagreement | None:
    """Compare one value with the expected one.

    Parameters
    ----------
    got
        The submission's result, in any form.
    expected : array_like
        The right value.
    name : str
        The name of the value in the message, such as ``grad_w1``.
    tolerance : Tolerance

    Returns
    -------
    Disagreement or None
        None if they agree. Otherwise a failure to raise, with the first and the worst mismatch in a
        table and, for a matrix, the ratio to the expected one as a heat map.

    Raises
    ------
    Failed
        If the result is not made of numbers at all.
    """
    array, wanted = _both(got, expected, name)
    if array.shape != wanted.shape:
        return Disagreement(
            f"`{name}` has the wrong shape.",
            expected=f"shape {wanted.shape}",
            got=f"shape {array.shape}",
            kind="shape",
        )
    values = array.astype(float)
    right = tolerance.allows(values, wanted)
    if right.all():
        return None
    return _describe(values, wanted, right, name)


def differs(got: Any, expected: Any, name: str, tolerance: Tolerance = SINGLE) -> bool:
    """Return whether `disagreement` would return one, whose description nobody reads.

    Raises
    ------
    Failed
        If the result is not made of numbers at all.
    """
    values, wanted = _both(got, expected, name)
    return values.shape != wanted.shape or not tolerance.allows(values.astype(float), wanted).all()


def _both(got: Any, expected: Any, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return a result and the right one as arrays: one number has the form of a single number."""
    # The expected value may come from another call of the submission: it is checked, too.
    wanted = as_array(expected, f"`{name}`, in another call,").astype(float)
    array = as_array(got, f"`{name}`")
    return (array.reshape(()) if wanted.ndim == 0 and array.size == 1 else array), wanted


def _describe(values: np.ndarray, wanted: np.ndarray, right: np.ndarray, name: str) -> Disagreement:
    if wanted.ndim == 0:
        return Disagreement(
            f"The value of `{name}` is wrong.",
            expected=_number(wanted.item()),
            got=_number(values.item()),
            kind="values",
        )
    wrong = np.argwhere(~right)
    with np.errstate(all="ignore"):
        error = np.abs(values - wanted)
    error = np.where(right, -1.0, np.where(np.isnan(error), np.inf, error))
    places = {
        "first": tuple(int(i) for i in wrong[0]),
        "worst": tuple(int(i) for i in np.unravel_index(np.argmax(error), error.shape)),
    }
    rows = tuple(
        (which, _index(name, at), _number(wanted[at]), _number(values[at]))
        for which, at in places.items()
    )
    table = Table(
        title=f"Where {name} differs",
        columns=("mismatch", "element", "expected", "got"),
        rows=rows,
    )
    at = places["worst"]
    return Disagreement(
        _how_many(len(wrong), wanted.size, name),
        expected=f"{_index(name, at)} = {_number(wanted[at])}",
        got=f"{_index(name, at)} = {_number(values[at])}",
        evidence=Evidence(tables=(table,), heat_maps=_ratio(values, wanted, name, at)),
        kind="values",
    )


def agree(got: Any, expected: Any, tolerance: Tolerance = SINGLE) -> bool:
    """Return whether a value is the expected one; never raises."""
    try:
        return not differs(got, expected, "value", tolerance)
    except (Failed, ValueError):
        return False


def same_value(one: Any, two: Any) -> bool:
    """Return whether two values are equal in form and numbers; nan equals nan."""
    one, two = (v.tolist() if getattr(v, "dtype", None) == "O" else v for v in (one, two))
    if isinstance(one, list | tuple) and isinstance(two, list | tuple):
        return len(one) == len(two) and all(map(same_value, one, two))
    try:
        a, b = np.asarray(one), np.asarray(two)
        with_nan = a.dtype.kind in "fc" and b.dtype.kind in "fc"
        return bool(np.array_equal(a, b, equal_nan=with_nan))
    except (ValueError, TypeError, OverflowError, RecursionError):
        return False


def of_shape(value: Any, name: str, shape: tuple[int, ...], where: str = "") -> np.ndarray:
    """Return numbers as an array of float; fail if one is not finite.

    Parameters
    ----------
    value : object
    name : str
        What they are, in a message.
    shape : tuple of int
    where : str
        The end of the sentence on another shape, such as ``" for 3 samples"``.

    Raises
    ------
    Disagreement
        Where they have another shape.
    Failed
        Where they are no numbers, or not finite.
    """
    array = as_array(value, name)
    if array.shape != shape:
        raise Disagreement(
            f"{name} has the wrong shape{where}.",
            expected=f"shape {shape}",
            got=f"shape {array.shape}",
        )
    if not np.isfinite(array.astype(float)).all():
        raise Failed(f"{name} holds numbers that are inf or nan.")
    return array.astype(float)


def _how_many(wrong: int, of: int, name: str) -> str:
    if of == 1:
        return f"The number in `{name}` is wrong."
    if wrong == of:
        return f"{'Both' if of == 2 else f'All {of:,}'} numbers in `{name}` are wrong."
    return f"{wrong:,} of the {of:,} numbers in `{name}` {be(wrong)} wrong."


def _ratio(
    values: np.ndarray, wanted: np.ndarray, name: str, at: tuple[int, ...]
) -> tuple[HeatMap, ...]:
    """Return the heat map of got / expected, if it shows something; the entry `at` is marked."""
    if wanted.ndim != 2 or wanted.size < 4 or max(wanted.shape) > MAX_HEAT_MAP:
        return ()
    with np.errstate(all="ignore"):
        ratio = values / wanted
    finite = ratio[np.isfinite(ratio)]
    if not finite.size:
        return ()
    spread = f"from {finite.min():.3g} to {finite.max():.3g}, median {np.median(finite):.3g}"
    cells = tuple(tuple(float(v) if np.isfinite(v) else None for v in line) for line in ratio)
    summary = f"The ratio of each element of {name} to the right one; 1 is right. It goes {spread}."
    row, column = at
    entry, of_entry = _index(name, at), cells[row][column]
    here = "no finite number" if of_entry is None else f"{of_entry:.3g}"
    heat_map = HeatMap(
        title=f"{name}: got / expected",
        values=cells,
        summary=f"{summary} In the frame: {entry}, the element under Expected and Got: {here}.",
        marked=(row, column),
        marked_name=entry,
    )
    return (heat_map,)


def _index(name: str, at: tuple[int, ...]) -> str:
    return f"{name}[{', '.join(map(str, at))}]"


def _number(value: float) -> str:
    return f"{value:.6g}"


def _form(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape}"
    if isinstance(value, Opaque):
        return f"a {value.type_name}"
    return short(value)
