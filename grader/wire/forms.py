"""What both ends agree on: the limits, the dtypes, and the values that stand for others."""

from __future__ import annotations

__all__ = [
    "DTYPES",
    "MAX_DEPTH",
    "MAX_DICT_KEYS",
    "MAX_DIMENSIONS",
    "MAX_GRAPH_ATTRIBUTES",
    "MAX_GRAPH_EDGES",
    "MAX_GRAPH_NODES",
    "MAX_GRAPH_TEXT",
    "MAX_HANDLES",
    "MAX_HEADER_BYTES",
    "MAX_INT_HEX_DIGITS",
    "MAX_NODES",
    "Graph",
    "GraphEdge",
    "GraphNode",
    "Handle",
    "Named",
    "Opaque",
    "Rng",
    "WireError",
]

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_HEADER_BYTES = 4 << 20
MAX_DEPTH = 32
MAX_NODES = 400_000
MAX_DICT_KEYS = 1_000  # integers can be chosen to collide: a large dict of them would take hours
MAX_INT_HEX_DIGITS = 3_500  # 4,214 decimal digits; Python prints at most 4,300
MAX_DIMENSIONS = 16
MAX_HANDLES = 1_000  # objects that a runner holds for the judge
MAX_GRAPH_NODES = 2_000
MAX_GRAPH_EDGES = 20_000
MAX_GRAPH_ATTRIBUTES = 64  # of one node, one edge, or the graph itself
MAX_GRAPH_TEXT = 1_000  # characters of a name or an attribute; the rest is cut off
DTYPES = frozenset(
    ["|b1", "|i1", "|u1"]
    + [f"<{kind}" for kind in ("i2", "i4", "i8", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16")]
)


class WireError(Exception):
    """The bytes are not a frame of this protocol, or a value cannot be encoded in it."""


class Named(tuple[Any, ...]):  # noqa: SLOT001  (a tuple's subclass can have no slots of its own)
    """The values of a namedtuple: a tuple that knows their names.

    Attributes
    ----------
    names : tuple of str
        One for each value.
    """

    names: tuple[str, ...]

    def __new__(cls, values: Iterable[Any], names: Iterable[str]) -> Self:
        """Return the values, with their names."""
        made = super().__new__(cls, values)
        made.names = tuple(names)
        return made

    def __getnewargs__(self) -> tuple[Any, ...]:
        """Return what a copy is made from."""
        return tuple(self), self.names

    def as_dict(self) -> dict[str, Any]:
        """Return the value of each name."""
        return dict(zip(self.names, self, strict=True))


@dataclass(frozen=True, slots=True)
class Opaque:
    """An object that cannot be sent: the name of its type, and why not."""

    type_name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Handle:
    """Stands, in the judge, for an object that stays in a runner, such as a Keras model.

    It can be an argument of a later call, as long as that runner lives.

    Attributes
    ----------
    number : int
        The runner's number of the object.
    type_name : str
        Module and name of its type, as reported by the runner: not to be trusted.
    runner : int
        The number of the runner that holds it, counted from 0 in its session.
    """

    number: int
    type_name: str
    runner: int


@dataclass(frozen=True, slots=True)
class GraphNode:
    """A node of a `Graph`, with its Graphviz attributes."""

    name: str
    attributes: dict[str, str]


@dataclass(frozen=True, slots=True)
class GraphEdge:
    """An edge of a `Graph`, in the direction in which it was added."""

    tail: str
    head: str
    attributes: dict[str, str]


@dataclass(frozen=True, slots=True)
class Graph:
    """A graph as plain data: what a submission drew, without the ability to draw.

    All names and attributes are texts of the submission, up to a maximal length: match them with
    patterns, and never pass them to a program that interprets them.

    Attributes
    ----------
    directed : bool
    attributes : dict of str to str
        The attributes of the graph itself, such as ``rankdir``.
    nodes : tuple of GraphNode
        In the order in which they were added.
    edges : tuple of GraphEdge
        Parallel edges are listed more than once.
    """

    directed: bool
    attributes: dict[str, str]
    nodes: tuple[GraphNode, ...]
    edges: tuple[GraphEdge, ...]

    def __repr__(self) -> str:
        """Return what a message shows: all else that it holds is the submission's own text."""
        return "<AGraph>"


@dataclass(frozen=True, slots=True)
class Rng:
    """Stands for ``numpy.random.default_rng(seed)``, which the runner creates itself."""

    seed: int

    def generator(self) -> np.random.Generator:
        """Return a new generator in the same initial state as the runner's."""
        return np.random.default_rng(self.seed)
