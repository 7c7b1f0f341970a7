"""Changes of a right value that keep most of its form; the form decides which changes fit."""

from __future__ import annotations

__all__ = ["changed", "ignoring", "object_array"]

import collections
import decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.authoring.audit.odd_atoms import ATOMS, HUGE, SOME, Thing
from grader.wire import Graph, GraphEdge, GraphNode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Make = Callable[[Any], Any]

DTYPES = ("?", "i1", "u1", "i8", "u8", "f2", "f4", ">f8", "g", "c8", "c16", "O", "U4", "S4")


def ignoring(make: Callable[[], Any]) -> Make:
    """Return a change that ignores the right value."""
    return lambda _: make()


def object_array(value: Any) -> np.ndarray:
    """Return an array of objects that holds a value and a number."""
    made = np.empty(2, dtype=object)
    made[0], made[1] = value, 1.0
    return made


def changed(right: Any) -> Iterator[tuple[str, Make]]:
    """Yield changes that fit the form of a right value, with their names."""
    if isinstance(right, tuple):
        yield from _of_a_tuple(right)
    elif isinstance(right, dict):
        yield from _of_a_dict(right)
    elif isinstance(right, Graph):
        yield from _GRAPHS.items()
    elif isinstance(right, np.ndarray | list):
        yield from _ARRAYS.items()
    else:
        yield from _NUMBERS.items()


def _of_a_tuple(right: tuple[Any, ...]) -> Iterator[tuple[str, Make]]:
    yield "its parts as a list", list
    yield "its parts by number", lambda value: dict(enumerate(value))
    yield "its parts one by one", iter
    yield "one part less", lambda value: value[:-1]
    yield "one part more", lambda value: (*value, value[0])
    yield "its parts reversed", lambda value: value[::-1]
    yield "its first part", lambda value: value[0]
    for place, part in enumerate(right):
        for name in SOME:
            yield f"part {place}: {name}", _with_part(place, ignoring(ATOMS[name]))
        for name, make in changed(part):
            yield f"part {place}: {name}", _with_part(place, make)


def _with_part(place: int, other: Make) -> Make:
    def make(value: Any) -> Any:
        parts = list(value)
        if place < len(parts):
            parts[place] = other(parts[place])
        return tuple(parts)

    return make


def _of_a_dict(right: dict[Any, Any]) -> Iterator[tuple[str, Make]]:
    yield "its items", lambda value: list(value.items())
    yield "its keys", set
    yield "a dict of one's own", collections.OrderedDict
    yield "with another key", lambda value: {**value, "model": Thing(), 3: HUGE, None: None}
    yield "keys in capitals", lambda value: {str(key).upper(): v for key, v in value.items()}
    for key, inner in right.items():
        yield f"without {key!r}", _without(key)
        for name, atom in ATOMS.items():
            yield f"{key!r}: {name}", _with_key(key, ignoring(atom))
        if isinstance(inner, dict | tuple | list):
            for name, make in changed(inner):
                yield f"{key!r}: {name}", _with_key(key, make)


def _without(key: Any) -> Make:
    return lambda value: {k: v for k, v in value.items() if k != key}


def _with_key(key: Any, make: Make) -> Make:
    return lambda value: {k: make(v) if k == key else v for k, v in value.items()}


def _with_one(number: Any) -> Make:
    def make(value: Any) -> Any:
        made = np.array(value, dtype=object)
        if made.ndim == 0:
            return made
        made.reshape(-1)[-1:] = [number] if made.size else []
        return made

    return make


def _with_one_float(number: float) -> Make:
    def make(value: Any) -> Any:
        made = np.array(value, dtype=float)
        if made.size:
            made.flat[made.size // 2] = number
        return made

    return make


def _ragged(value: Any) -> Any:
    lines = np.asarray(value).tolist()
    if isinstance(lines, list) and lines and isinstance(lines[-1], list):
        return [*lines[:-1], lines[-1][:-1]]
    return [lines, [lines]]


def _as_type(dtype: str) -> Make:
    return lambda value: np.asarray(value).astype(dtype)


_ARRAYS: dict[str, Make] = {
    "its transpose": lambda value: np.asarray(value).T,
    "its numbers in one line": np.ravel,
    "with an axis more": lambda value: np.asarray(value)[None],
    "with an axis more at the end": lambda value: np.asarray(value)[..., None],
    "without its last line": lambda value: np.atleast_1d(value)[:-1],
    "its first line": lambda value: np.atleast_1d(value)[0],
    "twice": lambda value: np.concatenate([np.atleast_1d(value)] * 2),
    "nothing of it": lambda value: np.atleast_1d(value)[:0],
    "no column of it": lambda value: np.atleast_1d(value)[..., :0],
    "its sum": np.sum,
    "as lists": lambda value: np.asarray(value).tolist(),
    "as ragged lists": _ragged,
    "as a generator": lambda value: (line for line in np.atleast_1d(value)),
    "as a matrix": lambda value: (
        np.asmatrix(np.asarray(value).reshape(len(np.atleast_1d(value)), -1))
        if np.size(value)
        else value
    ),
    "masked": lambda value: np.ma.masked_array(value, np.ones(np.shape(value), bool)),
    "as a text": str,
    "read-only": lambda value: np.broadcast_to(np.asarray(value), np.shape(value)),
    "from behind": lambda value: np.atleast_1d(value)[::-1],
    "with a nan": _with_one_float(np.nan),
    "with an inf": _with_one_float(np.inf),
    "with 1e308": _with_one_float(1e308),
    "all nan": lambda value: np.full(np.shape(value), np.nan),
    "all inf": lambda value: np.full(np.shape(value), -np.inf),
    "all 1e308": lambda value: np.full(np.shape(value), 1e308),
    "all 0": lambda value: np.zeros(np.shape(value)),
    "with an imaginary part": lambda value: np.asarray(value) + 1e9j,
    **{f"with one {name}": _with_one(ATOMS[name]()) for name in SOME if name != "a generator"},
    **{f"as {dtype}": _as_type(dtype) for dtype in DTYPES},
}
_NUMBERS: dict[str, Make] = {
    "in a list": lambda value: [value],
    "in two lists": lambda value: [[value]],
    "in an array": lambda value: np.array([value]),
    "as an array of no axis": np.array,
    "in an array of objects": object_array,
    "twice in an array": lambda value: np.array([value, value]),
    "as a text": str,
    "as a Decimal": lambda value: decimal.Decimal(float(value)) if _is_number(value) else value,
    "as a complex number": lambda value: complex(value) if _is_number(value) else value,
    "with an imaginary part": lambda value: value + 1j if _is_number(value) else value,
    "as a float16": lambda value: np.float16(value) if _is_number(value) else value,
    "as a longdouble": lambda value: np.longdouble(value) if _is_number(value) else value,
    "as a key": lambda value: {value: value} if _is_number(value) else value,
}


def _is_number(value: Any) -> bool:
    return isinstance(value, bool | int | float | np.number)


def _with_attributes(**attributes: str) -> Make:
    def make(value: Any) -> Any:
        return Graph(
            value.directed,
            {**value.attributes, **attributes},
            tuple(GraphNode(n.name, {**n.attributes, **attributes}) for n in value.nodes),
            tuple(GraphEdge(e.tail, e.head, {**e.attributes, **attributes}) for e in value.edges),
        )

    return make


_WORDS = (
    *(
        "",
        "nan",
        "inf",
        "-1e999",
        "9" * 900,
        "#zzzzzz",
        "\x00\x1b[31m",
        "é",
        "1,2,3",
        "0x1p3",
        "<b>",
    ),
    *("%s", "\\n\\l", "1_0", "٣", "½"),
)
_GRAPHS: dict[str, Make] = {
    f"{attribute}={text[:12]!r}": _with_attributes(**{attribute: text})
    for attribute in ("penwidth", "color", "label", "pos", "rankdir", "shape", "step")
    for text in _WORDS
} | {
    "no nodes": lambda value: Graph(value.directed, value.attributes, (), value.edges),
    "no edges": lambda value: Graph(value.directed, value.attributes, value.nodes, ()),
    "everything twice": lambda value: Graph(
        value.directed, value.attributes, value.nodes * 2, value.edges * 2
    ),
    "no attributes": lambda value: Graph(
        value.directed,
        {},
        tuple(GraphNode(n.name, {}) for n in value.nodes),
        tuple(GraphEdge(e.tail, e.head, {}) for e in value.edges),
    ),
    "other names": lambda value: Graph(
        value.directed,
        value.attributes,
        tuple(GraphNode(f"h{'9' * 5000}", n.attributes) for n in value.nodes),
        value.edges,
    ),
    "edges to nowhere": lambda value: Graph(
        value.directed,
        value.attributes,
        value.nodes[:1],
        tuple(GraphEdge("nowhere", "i²", e.attributes) for e in value.edges),
    ),
    "no direction": lambda value: Graph(
        not value.directed, value.attributes, value.nodes, value.edges
    ),
}  # fmt: skip
