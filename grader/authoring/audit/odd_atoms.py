"""Values of all kinds that a function of a submission may return, by their names."""

from __future__ import annotations

__all__ = ["ATOMS", "HUGE", "SOME", "STRUCTURED", "Thing"]

import array
import collections
import datetime as dt
import decimal
import enum
import fractions
import pathlib
import types
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.wire import Graph, GraphEdge, GraphNode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Thing:
    """An object of a submission's own class."""


class Numbers:
    """An object of a submission's own class that gives numbers, one after the other."""

    def __iter__(self) -> Iterator[Any]:
        """Give a few numbers, of which the last is none."""
        return iter((1.0, 2, "a"))


@dataclass
class Fields:
    """An object whose values have names, and no order."""

    w1: Any = 1.0
    w2: Any = None


class Text(str):
    """A text of a submission's own class."""

    __slots__ = ()


class Colour(enum.IntEnum):
    """A number with a name."""

    RED = 1


def _deep(levels: int) -> Any:
    made: Any = 1.0
    for _ in range(levels):
        made = [made]
    return made


def _holding_itself() -> list[Any]:
    made: list[Any] = []
    made.append(made)
    return made


Pair = collections.namedtuple("Pair", ["first", "second"])  # noqa: PYI024  (students write it so)
HUGE = 10**5_000
STRUCTURED = np.dtype([("x", "f8"), ("n", "i4")])

ATOMS: dict[str, Callable[[], Any]] = {
    "None": lambda: None,
    "True": lambda: True,
    "0": lambda: 0,
    "-1": lambda: -1,
    "2**63": lambda: 2**63,
    "10**30": lambda: 10**30,
    "10**400": lambda: 10**400,
    "10**5000": lambda: HUGE,
    "-10**5000": lambda: -HUGE,
    "0.5": lambda: 0.5,
    "nan": lambda: float("nan"),
    "inf": lambda: float("inf"),
    "-inf": lambda: float("-inf"),
    "1e308": lambda: 1e308,
    "5e-324": lambda: 5e-324,
    "1+2j": lambda: 1 + 2j,
    "nan+nan j": lambda: complex("nan+nanj"),
    "a text": lambda: "seven",
    "an empty text": lambda: "",
    "a text of a number": lambda: "0.5",
    "a long text": lambda: "é" * 30_000,
    "half a surrogate pair": lambda: "\ud800",
    "bytes": lambda: b"seven",
    "float16": lambda: np.float16(1),
    "float32 nan": lambda: np.float32("nan"),
    "longdouble": lambda: np.longdouble(2) ** 2000,
    "int8": lambda: np.int8(-1),
    "uint64": lambda: np.uint64(2**64 - 1),
    "complex64": lambda: np.complex64(1j),
    "bool_": lambda: np.bool_(True),
    "str_": lambda: np.str_("x"),
    "datetime64": lambda: np.datetime64("2020-01-01"),
    "NaT": lambda: np.datetime64("NaT"),
    "timedelta64": lambda: np.timedelta64(3, "s"),
    "void": lambda: np.zeros(1, STRUCTURED)[0],
    "Ellipsis": lambda: ...,
    "NotImplemented": lambda: NotImplemented,
    "an object": Thing,
    "an object that gives numbers": Numbers,
    "an object of a dataclass": Fields,
    "a class": lambda: Thing,
    "a function": lambda: max,
    "a module": lambda: types.ModuleType("m"),
    "an exception": lambda: ValueError("returned"),
    "a slice": lambda: slice(1, 2),
    "a range": lambda: range(3),
    "a long range": lambda: range(10**5),
    "a set": lambda: {1, 2},
    "a frozenset": lambda: frozenset([1]),
    "a generator": lambda: (n for n in range(3)),
    "a long iterator": lambda: iter(range(10**5)),
    "a zip": lambda: zip([1], [2], strict=True),
    "an OrderedDict": lambda: collections.OrderedDict(a=1),
    "a Counter": lambda: collections.Counter("abc"),
    "a defaultdict": lambda: collections.defaultdict(list),
    "a deque": lambda: collections.deque([1.0, 2.0]),
    "a namedtuple": lambda: Pair(1.0, 2.0),
    "a text of one's own": lambda: Text("0.5"),
    "an IntEnum": lambda: Colour.RED,
    "a Decimal": lambda: decimal.Decimal("NaN"),
    "a Fraction": lambda: fractions.Fraction(1, 3),
    "a date": lambda: dt.date(2020, 1, 1),
    "a datetime": lambda: dt.datetime(2020, 1, 1, tzinfo=dt.UTC),
    "a path": lambda: pathlib.PurePosixPath("x"),
    "a bytearray": lambda: bytearray(b"x"),
    "a memoryview": lambda: memoryview(b"x"),
    "an array.array": lambda: array.array("d", [1.0]),
    "an empty list": list,
    "an empty tuple": tuple,
    "an empty dict": dict,
    "a ragged list": lambda: [[1.0, 2.0], [3.0]],
    "a list of lists of none": lambda: [[], []],
    "a deep list": lambda: _deep(25),
    "too deep a list": lambda: _deep(60),
    "a list that holds itself": _holding_itself,
    "a dict of numbers": lambda: {1: 2.0, None: 3, "x": [HUGE]},
    "a graph": lambda: Graph(False, {}, (), ()),
    "an odd graph": lambda: Graph(
        True,
        {"rankdir": "\x00", "x" * 99: ""},
        (GraphNode("", {"label": "nan"}), GraphNode("h0", {"pos": "1e999,x"})),
        (GraphEdge("", "h9", {"penwidth": "nan", "color": "#zz"}), GraphEdge("h0", "h0", {})),
    ),
}
# Used in place of a number, of a part, of a key's value; other atoms would have the same effect.
SOME = (
    "None", "True", "-1", "2**63", "10**400", "10**5000", "nan", "inf", "1e308", "1+2j", "a text",
    "a long text", "bytes", "an object", "a generator", "an empty list", "a ragged list",
    "a dict of numbers", "datetime64", "a Decimal", "a set", "uint64", "5e-324",
)  # fmt: skip
