"""Generates values that no right answer has, or that are right in an unusual form.

Students' functions return things that nobody expected. A value here is made from the right one, so
that it passes a first check of its form, or independently of it.
"""

from __future__ import annotations

__all__ = ["Odd", "values"]

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.authoring.audit.odd_atoms import ATOMS, SOME, STRUCTURED
from grader.authoring.audit.odd_changes import changed, ignoring, object_array

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Make = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Odd:
    """A value in place of a right one.

    Attributes
    ----------
    name : str
        Its name for people.
    make : callable
        Makes it from the right value; new for each use, since reading some of them consumes them.
    after : int
        The number of calls that are first answered correctly: a check may compare two calls, and
        get another form the second time.
    """

    name: str
    make: Make = field(compare=False)
    after: int = 0


LATE = (1, 2, 3)
SHAPES = ((), (0,), (0, 0), (0, 3), (3, 0), (1,), (2,), (1, 1), (7, 5), (1, 0, 2), (1,) * 12)


def values(right: Any = None) -> Iterator[Odd]:
    """Yield all odd values, including those that are made from `right` and its form.

    Parameters
    ----------
    right
        An example of the right value; its form decides which changes are possible.
    """
    for name, atom in ATOMS.items():
        yield Odd(name, ignoring(atom))
    for name in SOME:
        atom = ATOMS[name]
        yield Odd(f"[{name}]", _wrapped(atom, lambda value: [value]))
        yield Odd(f"({name}, {name})", _wrapped(atom, lambda value: (value, value)))
        yield Odd(f"({name},) * 3", _wrapped(atom, lambda value: (value,) * 3))
        yield Odd(f"[[{name}], [{name}]]", _wrapped(atom, lambda value: [[value], [value]]))
        yield Odd(f'{{"x": {name}}}', _wrapped(atom, lambda value: {"x": value}))
        yield Odd(f"an array of objects: {name}", _wrapped(atom, object_array))
    for shape in SHAPES:
        for dtype in ("f8", "i8", "O", "c16", "M8[D]"):
            yield Odd(f"zeros of shape {shape}, {dtype}", _zeros(shape, dtype))
    yield Odd("a structured array", lambda _: np.zeros(3, STRUCTURED))
    yield Odd("a record array", lambda _: np.zeros(3, STRUCTURED).view(np.recarray))
    yield Odd("a masked array", lambda _: np.ma.masked_array([1.0, 2.0], [True, False]))
    yield Odd("a matrix", lambda _: np.asmatrix([[1.0]]))
    changes = list(changed(right))
    for name, make in changes:
        yield Odd(name, make)
    for number, (name, make) in enumerate(changes):
        after = LATE[number % len(LATE)]
        yield Odd(f"{name}, after {after}", make, after)


def _wrapped(make: Callable[[], Any], wrap: Make) -> Make:
    return lambda _: wrap(make())


def _zeros(shape: tuple[int, ...], dtype: str) -> Make:
    return lambda _: np.zeros(shape, dtype)
