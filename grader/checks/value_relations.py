"""What wrong numbers have to do with the right ones, where that is plain: facts, and no guesses.

Half of each number, the same without decimals, one row in the place of all: such a relation holds
for many numbers at once or not at all. So it is told for every function, where none of the mistakes
that a course knows explains the numbers.
"""

from __future__ import annotations

__all__ = ["loses_decimals", "lost_decimals", "related_values", "relations_of"]

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.errors import SubmissionError
from grader.results import Diagnosis

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

# Equal numbers differ by no more than the rounding of float32.
CLOSE = 1e-5
# Of so many numbers a relation is told: fewer may have it by chance.
FEWEST = 3
MOST_DECIMALS = 4
LARGEST_FACTOR = 1_000
# Nobody forgets a factor that is this close to 1.
NEARLY_ONE = 0.05
# Of one number alone, these factors are told.
OF_ONE = (-1.0, 2.0, -2.0, 0.5, -0.5, 4.0, 0.25)


def relations_of(
    parts: Iterable[tuple[str, int]], values: Sequence[Any], wanted: Sequence[Any], *, named: bool
) -> tuple[Diagnosis, ...]:
    """Return the relations of wrong values to the right ones, of each part by its place.

    Parameters
    ----------
    parts : iterable of (str, int)
        The names and places of the values that are wrong.
    values, wanted : sequence
        All values that came, and all that are right.
    named : bool
        Whether a function returns several values, so that each is told by its name.
    """
    return tuple(
        told
        for part, place in parts
        for told in related_values(values[place], wanted[place], part if named else "")
    )


def related_values(got: Any, expected: Any, part: str = "") -> tuple[Diagnosis, ...]:
    """Return what relation wrong numbers have to the right ones; nothing if none is plain.

    Parameters
    ----------
    got, expected : object
        Numbers, alone or in an array; `got` is known to be wrong.
    part : str
        The name of the value, if the function returns several.
    """
    try:
        came, right = np.asarray(got), np.asarray(expected)
        if came.dtype.kind not in "biuf" or right.dtype.kind not in "biuf":
            return ()
        came, right = came.astype(float), right.astype(float)
    except (ValueError, TypeError, OverflowError, RecursionError):
        return ()
    if not (came.size and right.size and np.isfinite(came).all() and np.isfinite(right).all()):
        return ()
    with np.errstate(all="ignore"):
        for tell in TELLERS:
            for fact in tell(came, right):
                return (replace(fact, part=part),)
    return ()


def _fact(name: str, sentence: str) -> Diagnosis:
    return Diagnosis(name=name, sentence=sentence)


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    scale = float(np.max(np.abs(other), initial=0.0))
    if one.shape != other.shape or not math.isfinite(scale):  # infinity is close to everything
        return False
    return bool((np.abs(one - other) <= CLOSE * scale).all())


def _of_one_shape(came: np.ndarray, right: np.ndarray) -> bool:
    return came.shape == right.shape and came.size >= FEWEST and np.ptp(came) > 0


def _not_summed(came: np.ndarray, right: np.ndarray) -> Iterator[Diagnosis]:
    enough = right.ndim == 0 and came.size >= FEWEST and came.all()
    if enough and _same(came.sum(), right):
        yield _fact(
            "sum_missing",
            "The sum of the numbers that came is right: add them up, and return that one number.",
        )


def _factor(came: np.ndarray, right: np.ndarray) -> Iterator[Diagnosis]:
    if came.shape != right.shape or not right.any():
        return
    factor = float(np.vdot(came, right) / np.vdot(right, right))
    if not factor or abs(factor - 1) <= NEARLY_ONE or not _same(came, factor * right):
        return
    of_one = any(abs(factor - known) <= CLOSE for known in OF_ONE)
    if np.count_nonzero(right) < FEWEST and not of_one:
        return
    if abs(factor + 1) <= CLOSE:
        yield _fact(
            "sign_wrong",
            "Every number has the wrong sign, and is right otherwise: look at the order of a "
            "difference, or for a minus that is missing.",
        )
        return
    yield _fact(
        "factor_wrong",
        f"Every number is {_told(factor)} the right one: a factor is missing, or one too many.",
    )


def _told(factor: float) -> str:
    """Return a factor as words before "the right one"."""
    inverse = 1 / factor
    if abs(inverse - round(inverse)) <= CLOSE * abs(inverse) and 1 < inverse <= LARGEST_FACTOR:
        return f"1/{round(inverse)} of"
    return f"{factor:.6g} times"


def _shifted(came: np.ndarray, right: np.ndarray) -> Iterator[Diagnosis]:
    if not _of_one_shape(came, right):
        return
    shift = float(np.mean(came - right))
    if shift and np.ptp(right) > abs(shift) * CLOSE and _same(came - shift, right):
        yield _fact(
            "shifted",
            f"Every number is off by {shift:+.6g}: the same is added to all of them, such as a "
            "bias that is not asked for.",
        )


def _without_decimals(came: np.ndarray, right: np.ndarray) -> Iterator[Diagnosis]:
    if not _of_one_shape(came, right) or len(np.unique(came)) < FEWEST:
        return
    yield from lost_decimals(came, right)


def lost_decimals(came: np.ndarray, right: np.ndarray) -> tuple[Diagnosis, ...]:
    """Return what is told of numbers that came without decimals, or rounded; nothing of others.

    Two numbers may be so by chance: ask for others, too.

    Parameters
    ----------
    came, right : ndarray of float, of one shape
    """
    if came.shape != right.shape or _same(came, right):
        return ()
    if np.array_equal(came, np.trunc(right)):
        return (
            _fact(
                "decimals_lost",
                "These are the right numbers without their decimals: they were put into an array "
                "of whole numbers, as `dtype=int`, or `np.zeros_like` of whole numbers, makes one.",
            ),
        )
    decimals = range(MOST_DECIMALS + 1)
    whole = (np.floor(right), np.ceil(right), np.sign(right) * np.ceil(np.abs(right)))
    if any(_same(came, rounded) for rounded in (*whole, *(np.round(right, n) for n in decimals))):
        return (
            _fact(
                "rounded",
                "These are the right numbers, rounded: return them with all their decimals, and "
                "round only what is printed.",
            ),
        )
    half = right.astype(np.float16).astype(float)
    if came.size >= FEWEST and np.array_equal(came, half):
        return (
            _fact(
                "half_precision",
                "These are the right numbers in half precision, which keeps three digits: leave "
                "`np.float16` out, or use `np.float64`.",
            ),
        )
    return ()


def loses_decimals(
    gives_back: Callable[..., np.ndarray], *each: Sequence[float]
) -> tuple[Diagnosis, ...]:
    """Name the mistake where a function gives back all numbers without decimals, or rounded.

    Parameters
    ----------
    gives_back : callable
        Takes numbers, and returns them as a submission has them; may raise `SubmissionError`.
    *each : sequence of float
        The numbers of each call: all calls have to lose decimals.
    """
    try:
        told = [lost_decimals(gives_back(*numbers), np.array(numbers)) for numbers in each]
    except SubmissionError:
        return ()
    return told[0] if all(told) else ()


def _cut_off(came: np.ndarray, right: np.ndarray) -> Iterator[Diagnosis]:
    if not _of_one_shape(came, right):
        return
    bound = float(np.max(np.abs(came)))
    cut = np.abs(came) >= (1 - CLOSE) * bound
    inside = ~cut & (came != 0)
    beyond = bool((np.sign(right[cut]) * bound == came[cut]).all()) and bool(
        (np.abs(right[cut]) > bound).all()
    )
    if cut.sum() >= FEWEST and inside.any() and beyond and _same(came[~cut], right[~cut]):
        yield _fact(
            "cut_off",
            f"The numbers beyond ±{bound:.6g} are cut off there, as `np.clip` does: return them "
            "as they are.",
        )


def _signs_lost(came: np.ndarray, right: np.ndarray) -> Iterator[Diagnosis]:
    if _of_one_shape(came, right) and (right < 0).any() and _same(came, np.abs(right)):
        yield _fact("signs_lost", "These are the right numbers without their signs.")


def _running_sum(came: np.ndarray, right: np.ndarray) -> Iterator[Diagnosis]:
    if _of_one_shape(came, right) and _same(came.ravel(), np.cumsum(right)):
        yield _fact(
            "sum_goes_on",
            "Each number has all those before it added: the sum has to begin at 0 again for each "
            "of them, inside the loops.",
        )


def _of_rows(came: np.ndarray, right: np.ndarray) -> Iterator[Diagnosis]:
    if not _of_one_shape(came, right) or came.ndim < 2 or len(right) < 2:
        return
    if _same(came, np.broadcast_to(right[-1], right.shape)):
        yield _fact(
            "last_row_everywhere",
            "Every row is the last one: all rows are the same list or array, as `[[0] * q] * n` "
            "makes them, or as one that is appended again and again. Make a new one for each row.",
        )
    elif _same(came[0], right[0]) and not came[1:].any() and right[1:].any():
        yield _fact(
            "first_row_alone",
            "Only the first row is right, the others are 0: does `return` stand inside the loop?",
        )


def _transposed(came: np.ndarray, right: np.ndarray) -> Iterator[Diagnosis]:
    if right.ndim == 2 and min(right.shape) > 1 and _same(came.T, right):
        yield _fact(
            "result_transposed", "These are the right numbers, transposed: rows are columns here."
        )


TELLERS: tuple[Callable[[np.ndarray, np.ndarray], Iterator[Diagnosis]], ...] = (
    _not_summed,
    _transposed,
    _factor,
    _shifted,
    _without_decimals,
    _cut_off,
    _signs_lost,
    _running_sum,
    _of_rows,
)
