"""Several values that a function returns in another form than asked for: read as they were meant.

They may come in another order, in a dict, one of them within another, or some may be left out. That
is one mistake, which costs points in the check that is about it. All other checks judge the values,
where it is clear which is which.
"""

from __future__ import annotations

__all__ = ["ReturnForm", "as_meant", "by_shape", "held_alone"]

import copy
import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.checks.answering import UNRELATED
from grader.checks.compare import as_array
from grader.checks.judged_again import judged_again
from grader.errors import Failed, SubmissionError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.checks.case import Case

    Judge = Callable[[Case], None]


# How often a function is asked, each time for other sizes.
ASKED = 3


@dataclass(frozen=True)
class ReturnForm:
    """What a function has to return, and how to tell its values apart.

    Attributes
    ----------
    function : str
    parts : sequence of str
        The names of the values, in their order.
    arguments : callable
        Takes a generator and returns arguments, of sizes that it draws, for which the values can be
        told apart. Sizes that nobody knows leave no room for a function that is right for some
        and returns any numbers elsewhere.
    which : callable
        Takes a value as an array of floats, and the arguments; returns the value's place among the
        parts, -1 if it is none.
    fill : callable, optional
        Takes the values that came, in their places, and the arguments; returns right ones for the
        places of those that did not come (None). Without it, no value may be left out. One that
        came may not hold a single number throughout, where what is returned for it holds several.
    spare : frozenset of int
        The places of values that may be left out.
    """

    function: str
    parts: Sequence[str]
    arguments: Callable[[np.random.Generator], tuple[Any, ...]]
    which: Callable[[np.ndarray, tuple[Any, ...]], int]
    fill: Callable[..., Sequence[Any]] | None = None
    spare: frozenset[int] = frozenset()

    def order_in(self, case: Case, but: Sequence[Sequence[int]] = ()) -> list[int] | None:
        """Return the place of each value that the function returns; None if it is as asked for.

        None, too, if it is not clear which of them is which, if it is not the same for arguments of
        other sizes, or if they are all there, side by side, in one of the orders `but`.
        """
        rng = case.fresh_rng().generator()
        try:
            [(came, order), *others] = [self._asked(case, rng) for _ in range(ASKED)]
        except SubmissionError:
            return None
        if any(other != order for _, other in others):
            return None
        every = list(range(len(self.parts)))
        plain = isinstance(came, tuple | list) and len(came) == len(every)
        if (
            (plain and order in (every, *map(list, but)))
            or -1 in order
            or len({*order}) < len(order)
        ):
            return None
        return order if {*every} - {*order} <= self.spare else None

    def _asked(self, case: Case, rng: np.random.Generator) -> tuple[Any, list[int]]:
        """Return what came for arguments that are drawn, and which of the parts it is."""
        given = self.arguments(rng)
        came = getattr(case.student, self.function)(*copy.deepcopy(given))
        return came, [self.which(as_array(one, "it").astype(float), given) for one in _held(came)]

    def read(self, case: Case, order: Sequence[int]) -> Case:
        """Return the case in which the values come as they were asked for."""
        every = range(len(self.parts))

        def meant(value: Any, *arguments: Any) -> list[Any]:
            held = _held(value)
            if len(held) != len(order):
                name, count, before = self.function, len(held), len(order)
                raise Failed(f"`{name}` returned {count} values, and {before} before.")
            came = [held[order.index(k)] if k in order else None for k in every]
            if not self.fill or len(held) == len(every):
                return came
            filled = self.fill(came, *arguments)
            if any(_is_one_number(came[k]) and not _is_one_number(filled[k]) for k in order):
                raise Failed(f"`{self.function}` {UNRELATED}.")
            return [filled[k] if k not in order else came[k] for k in every]

        return case.reading(**{self.function: meant})


def by_shape(*like: int, numbers: bool = False) -> Callable[[np.ndarray, tuple[Any, ...]], int]:
    """Return a function that tells values apart by their shapes, as `ReturnForm.which` has to.

    Parameters
    ----------
    *like : int
        For each part, the place of the argument that has its shape; no two shapes are equal.
    numbers : bool
        Whether there is one part more: numbers in a row, or in a column.
    """

    def which(one: np.ndarray, given: tuple[Any, ...]) -> int:
        shapes = [np.shape(given[place]) for place in like]
        if one.shape in shapes:
            return shapes.index(one.shape)
        return len(shapes) if numbers and one.size in one.shape else -1

    return which


def as_meant(form: ReturnForm, *, but: Sequence[Sequence[int]] = ()) -> Callable[[Judge], Judge]:
    """Make a check judge the values of a function as they were meant, if their form is another.

    Parameters
    ----------
    form : ReturnForm
    but : sequence of sequence of int
        The orders for which this check is the one that costs points.
    """

    def decorated(judge: Judge) -> Judge:
        @functools.wraps(judge)
        def judge_as_meant(case: Case) -> None:
            def other() -> Case | None:
                order = form.order_in(case, but)
                return None if order is None else form.read(case, order)

            if judged_again(case, judge, other):
                function, parts = form.function, ", ".join(form.parts)
                case.note(
                    f"`{function}` has to return ({parts}). Where a check is about something else, "
                    "its values were taken as they were meant, and this costs nothing again."
                )

        return judge_as_meant

    return decorated


def held_alone(function: str, kind: type) -> Callable[[Judge], Judge]:
    """Make a check judge the one object of a kind that a function returns beside something else.

    It may come in a tuple, a list or a dict. That costs points in the checks without this.
    """

    def alone(value: Any, *_: Any) -> Any:
        held = value.values() if isinstance(value, dict) else value
        found = [one for one in held if isinstance(one, kind)] if _is_several(value) else []
        return found[0] if len(found) == 1 else value

    def decorated(judge: Judge) -> Judge:
        @functools.wraps(judge)
        def judge_what_is_held(case: Case) -> None:
            if judged_again(case, judge, lambda: case.reading(**{function: alone})):
                case.note(
                    f"`{function}` has to return one object, and nothing beside it. Where a check "
                    "is about something else, that object was looked at, and this costs nothing "
                    "again."
                )

        return judge_what_is_held

    return decorated


def _is_several(value: Any) -> bool:
    return isinstance(value, tuple | list | dict)


def _held(value: Any) -> list[Any]:
    """Return what is held in a value: itself, or what tuples, lists of arrays and dicts hold."""
    if isinstance(value, dict):
        value = tuple(value.values())
    if isinstance(value, tuple | list) and any(map(_is_part, value)):
        return [part for one in value for part in _held(one)]
    return [value]


def _is_one_number(value: Any) -> bool:
    """Say whether a value holds the same finite number throughout."""
    numbers = as_array(value, "it").astype(float)
    return bool(numbers.size and np.isfinite(numbers).all() and np.ptp(numbers) == 0)


def _is_part(value: Any) -> bool:
    return isinstance(value, tuple | dict) or (isinstance(value, np.ndarray) and value.ndim > 0)
