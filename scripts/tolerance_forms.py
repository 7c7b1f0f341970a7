"""Right arithmetic in several forms, and a session that runs checks on it in this process."""

from __future__ import annotations

import contextlib
import copy
import inspect
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from unittest import mock

import numpy as np

from grader.checks import Case, Check, Tolerance
from grader.errors import Crashed, SubmissionError
from grader.submission import Returned
from grader.wire import Rng

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from grader.course import Part

Functions = dict[str, Any]


# ---------------------------------------------------------------------------- right forms


def float32(value: Any) -> Any:
    """Return arrays and floats in single precision, and everything else as it is."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        return value.astype(np.float32)
    return np.float32(value) if type(value) is float else value


def in_float32(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function on arguments in single precision."""
    return lambda *arguments: function(*map(float32, arguments))


def mixed(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function with its first argument alone in single precision."""
    return lambda first, *others: function(float32(first), *others)


def times(a: Any, b: Any) -> Any:
    """Return the product of two matrices in single precision, summed one by one from the end."""
    a, b = np.asarray(a, dtype=np.float32), np.asarray(b, dtype=np.float32)
    total = np.zeros(a.shape[:-1] + b.shape[1:], dtype=np.float32)
    for k in reversed(range(len(b))):
        total += np.multiply.outer(a[..., k], b[k])
    return total


def from_the_end(part: Part) -> Functions:
    """Return the functions of a file as loops that sum in single precision, from the end."""

    def forward(x: Any, w1: Any, w2: Any) -> Any:
        hidden_in = times(x, w1)
        hidden = np.where(hidden_in > 0, hidden_in, np.float32(0))
        parts = hidden_in, hidden, times(hidden, w2)
        return parts[2] if part.file == "warm_up/neuron.py" else parts

    def squared_error(y_pred: Any, y_true: Any) -> Any:
        squares = np.ravel((np.float32(y_pred) - np.float32(y_true)) ** 2)[::-1]
        return np.cumsum(squares, dtype=np.float32)[-1]

    def gradients(x: Any, y: Any, w1: Any, w2: Any) -> Any:
        x, y = np.atleast_2d(x), np.atleast_2d(y)
        hidden_in, hidden, y_pred = forward(x, w1, w2)
        slope = 2 * (y_pred - np.float32(y))
        back = times(slope, np.transpose(w2)) * (hidden_in >= 0)
        return times(x.T, back), times(hidden.T, slope)

    def train(x: Any, y: Any, w1: Any, w2: Any, rate: float, steps: int) -> Any:
        w1, w2, losses = np.float32(w1), np.float32(w2), []
        for step in range(steps + 1):
            losses.append(squared_error(forward(x, w1, w2)[2], y))
            if step < steps:
                grad_w1, grad_w2 = gradients(x, y, w1, w2)
                w1, w2 = w1 - np.float32(rate) * grad_w1, w2 - np.float32(rate) * grad_w2
        return w1, w2, losses

    written: Functions = {
        "forward": forward,
        "squared_error": squared_error,
        "gradients": gradients,
        "train": train,
        "layer_input": times,
        "inner_product": times,
        "test_error": lambda x, y, w1, w2: squared_error(forward(x, w1, w2)[2], y),
    }
    own = {name: function for name, function in written.items() if hasattr(part.reference, name)}
    return {**as_they_are(part), **own}


def as_they_are(part: Part) -> Functions:
    """Return all names that the reference defines."""
    return dict(vars(part.reference))


def wrapped(part: Part, wrap: Callable[[Callable[..., Any]], Callable[..., Any]]) -> Functions:
    """Return the reference's functions, each wrapped."""
    return {
        name: wrap(value) if inspect.isfunction(value) else value
        for name, value in vars(part.reference).items()
    }


RIGHT: Mapping[str, Callable[[Part], Functions]] = {
    "float64": as_they_are,
    "float32": lambda part: wrapped(part, in_float32),
    "mixed": lambda part: wrapped(part, mixed),
    "float32, sums from the end": from_the_end,
}


# ---------------------------------------------------------------------------- in this process


class Direct:
    """A session whose runner is this process."""

    def __init__(self, functions: Functions) -> None:
        self.functions = functions

    def call(
        self,
        file: str,
        name: str,
        arguments: Sequence[Any],
        *,
        seconds: float | None = None,
        want_arguments: bool = False,
        instead: Mapping[str, Any] | None = None,
    ) -> Returned:
        """Call a function on copies of the arguments."""
        del file, seconds, want_arguments, instead
        given = [a.generator() if isinstance(a, Rng) else copy.deepcopy(a) for a in arguments]
        try:
            return Returned(self.functions[name](*given), given)
        except Exception as error:
            raise Crashed(f"{name}: {error}", exception=type(error).__name__) from error

    def get(self, file: str, name: str, steps_at: int | None = None) -> Any:
        """Return a constant; the text of a function is not known."""
        del file, steps_at
        return self.functions[name]


def holds(part: Part, check: Check, functions: Functions, seed: Sequence[int]) -> bool:
    """Return whether a check passes."""
    session: Any = Direct(functions)
    names_alone = tuple(replace(known, of="") for known in part.misconceptions)
    try:
        with np.errstate(all="ignore"):
            check.run(Case(session, part.file, part.reference, names_alone, seed))
    except SubmissionError:
        return False
    return True


Margins = dict[tuple[float, float], float]


@contextlib.contextmanager
def margins() -> Iterator[Margins]:
    """Collect, for each tolerance, the largest ratio of an error to the allowed error."""
    found: Margins = {}
    allows = Tolerance.allows

    def spy(tolerance: Tolerance, got: np.ndarray, expected: np.ndarray) -> np.ndarray:
        note(found, tolerance, np.asarray(got, float), np.asarray(expected, float))
        return allows(tolerance, got, expected)

    with mock.patch.object(Tolerance, "allows", spy):
        yield found


def note(found: Margins, tolerance: Tolerance, got: np.ndarray, expected: np.ndarray) -> None:
    """Record how close an answer came to the limit of its tolerance."""
    finite = np.isfinite(expected) & np.isfinite(got)
    if not finite.any():
        return
    scale = float(np.max(np.abs(expected[finite])))
    allowed = tolerance.relative * scale + tolerance.absolute
    error = float(np.max(np.abs(got[finite] - expected[finite])))
    key = tolerance.relative, tolerance.absolute
    if allowed > 0:
        found[key] = max(found.get(key, 0.0), error / allowed)
