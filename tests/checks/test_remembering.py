"""What follows from its arguments alone is computed once, and never mixed up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest

from grader.checks import remembered
from grader.checks.remembering import KEPT, LARGEST_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Made:
    """What the function below gives."""

    array: np.ndarray
    pair: tuple[np.ndarray, float]


@pytest.fixture
def calls() -> list[object]:
    return []


def function(calls: list[object]) -> Callable[..., Made]:
    @remembered
    def double(x: np.ndarray, factor: float = 2.0, *, new: tuple[np.ndarray, ...] = ()) -> Made:
        """Return a multiple."""
        calls.append((x, factor, new))
        return Made(factor * x, (x + 1, factor))

    return double


def test_the_same_arguments_are_computed_once(calls: list[object]) -> None:
    double, x = function(calls), np.arange(6.0)
    first, again = double(x), double(x.copy())
    assert first is again
    assert len(calls) == 1
    assert double.__doc__ == "Return a multiple."


X = np.arange(6.0)


@pytest.mark.parametrize(
    ("arguments", "new"),
    [
        ((X + 1e-9,), ()),
        ((X.reshape(2, 3),), ()),
        ((X.astype(np.float32),), ()),
        ((X[::-1],), ()),
        ((X, 3.0), ()),
        ((X, 2), ()),
        ((X, 2.0), (X,)),
    ],
)
def test_other_arguments_are_computed_anew(
    calls: list[object], arguments: tuple[object, ...], new: tuple[np.ndarray, ...]
) -> None:
    double = function(calls)
    double(X, 2.0, new=())
    double(*arguments, new=new)
    assert len(calls) == 2


def test_tuples_are_not_run_together(calls: list[object]) -> None:
    double, x = function(calls), np.arange(6.0)
    double(x, new=(x[:2], x[2:]))
    double(x, new=(x[:3], x[3:]))
    assert len(calls) == 2


def test_nobody_can_change_what_is_kept(calls: list[object]) -> None:
    made = function(calls)(np.arange(6.0))
    for array in (made.array, made.pair[0]):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 7.0


def test_only_the_last_ones_are_kept_and_nothing_large(calls: list[object]) -> None:
    double = function(calls)
    for number in range(KEPT + 1):
        double(np.array([float(number)]))
    double(np.array([float(KEPT)]))
    assert len(calls) == KEPT + 1
    double(np.array([0.0]))
    assert len(calls) == KEPT + 2
    large = np.zeros(LARGEST_BYTES // 8)
    double(large)
    double(large)
    assert len(calls) == KEPT + 4


def test_what_raises_is_raised_again() -> None:
    @remembered
    def broken(x: int) -> int:
        raise ValueError(str(x))

    for _ in range(2):
        with pytest.raises(ValueError, match="3"):
            broken(3)
