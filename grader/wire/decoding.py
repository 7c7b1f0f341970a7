"""From trees and buffers, which an attacker may have written, to values."""

from __future__ import annotations

__all__ = ["decode"]

import math
from array import array
from typing import TYPE_CHECKING, Any

import numpy as np

from grader.wire.forms import (
    DTYPES,
    MAX_DEPTH,
    MAX_DICT_KEYS,
    MAX_DIMENSIONS,
    MAX_GRAPH_ATTRIBUTES,
    MAX_GRAPH_EDGES,
    MAX_GRAPH_NODES,
    MAX_GRAPH_TEXT,
    MAX_HANDLES,
    MAX_HEADER_BYTES,
    MAX_INT_HEX_DIGITS,
    MAX_NODES,
    Graph,
    GraphEdge,
    GraphNode,
    Named,
    Opaque,
    WireError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    Revive = Callable[[int], Any]
    Recall = Callable[[int, str], Any]


SIMPLE_KEYS = (str, bool, int, float, np.generic)
MOST_OF_A_SIDE = 1 << 40
_KINDS = {name: np.dtype(name) for name in DTYPES}


class _Decoder:
    def __init__(self, buffers: list[bytes], revive: Revive | None, recall: Recall | None) -> None:
        self.buffers = buffers
        self.revive = revive
        self.recall = recall
        self.left_nodes = MAX_NODES + 1
        self.left_bytes = 2 * sum(map(len, buffers)) + MAX_HEADER_BYTES

    def value(self, tree: Any, depth: int = 0) -> Any:
        self.left_nodes -= 1
        if depth > MAX_DEPTH + 2 or self.left_nodes < 0:
            raise WireError("a value that is too deep or has too many elements")
        if tree is None or type(tree) in (bool, int, float):
            return tree
        if type(tree) is str:
            return _text(tree)
        if type(tree) is not dict or len(tree) != 1:
            raise WireError("a value of no known form")
        [(tag, content)] = tree.items()
        reader = _READERS.get(tag)
        if reader is None:
            raise WireError("a value of no known form")
        return reader(self, content, depth + 1)

    def elements(self, content: Any, depth: int) -> list[Any]:
        if type(content) is not list:
            raise WireError("a sequence that is none")
        return [self.value(element, depth) for element in content]

    def pairs(self, content: Any, depth: int) -> dict[Any, Any]:
        result = {}
        if len(_list(content)) > MAX_DICT_KEYS:
            raise WireError("a dict of too many keys")
        for pair in content:
            key, value = (self.value(part, depth) for part in _fixed(pair, 2))
            # Long tuples with equal hashes take minutes to compare; -1 and -2 have equal hashes.
            if key is not None and not isinstance(key, SIMPLE_KEYS):
                raise WireError("a dict with a key of no simple kind")
            result[key] = value
        return result

    def buffer(self, content: Any, depth: int = 0) -> bytes:
        del depth
        if type(content) is not int or not 0 <= content < len(self.buffers):
            raise WireError("a buffer that was not sent")
        raw = self.buffers[content]
        self.left_bytes -= len(raw)
        if self.left_bytes < 0:
            raise WireError("a buffer that is used over and over")
        return raw

    def floats(self, content: Any, depth: int) -> list[float]:
        raw = self.buffer(content, depth)
        if len(raw) % 8:
            raise WireError("a list of floats of broken length")
        return array("d", bytes(raw)).tolist()

    def array(self, content: Any, depth: int) -> np.ndarray:
        dtype, shape, index = _fixed(content, 3)
        raw = self.buffer(index, depth)
        kind = _KINDS.get(dtype) if type(dtype) is str else None
        if kind is None:
            raise WireError("an array of a dtype that is not allowed")
        if math.prod(_shape(shape)) * kind.itemsize != len(raw):
            raise WireError("an array whose shape and bytes disagree")
        if dtype == "|b1" and bytes(raw).strip(b"\x00\x01"):
            raise WireError("an array of truth values that are neither")
        return np.ndarray(shape, kind, raw).copy()

    def objects(self, content: Any, depth: int) -> np.ndarray:
        shape, items = _fixed(content, 2)
        values = self.elements(items, depth)
        if math.prod(_shape(shape)) != len(values):
            raise WireError("an array whose shape and elements disagree")
        result = np.empty(len(values), dtype=object)
        for place, value in enumerate(values):
            result[place] = value
        return result.reshape(shape)

    def scalar(self, content: Any, depth: int) -> Any:
        dtype, item = _fixed(content, 2)
        if type(dtype) is not str or dtype not in DTYPES:
            raise WireError("a number of a dtype that is not allowed")
        value = self.value(item, depth)
        if type(value) not in (bool, int, float, complex):
            raise WireError("a number that is none")
        if type(value) is float and dtype == "<f8":  # as usual; nothing can overflow
            return np.float64(value)
        with np.errstate(all="ignore"):
            return np.dtype(dtype).type(value)

    def integer(self, content: Any, depth: int) -> int:
        del depth
        if type(content) is not str or len(content) > MAX_INT_HEX_DIGITS + 3:
            raise WireError("an integer of no known form")
        return int(content, 16)

    def real(self, content: Any, depth: int) -> float:
        del depth
        if content not in ("nan", "inf", "-inf"):
            raise WireError("a float of no known form")
        return float(content)

    def complex(self, content: Any, depth: int) -> complex:
        real, imaginary = (self.value(part, depth) for part in _fixed(content, 2))
        if type(real) is not float or type(imaginary) is not float:
            raise WireError("a complex number of no known form")
        return complex(real, imaginary)

    def named(self, content: Any, depth: int) -> Named:
        names, values = _fixed(content, 2)
        if len(_list(names)) != len(_list(values)):
            raise WireError("values that do not all have a name")
        return Named(self.elements(values, depth), map(_name, names))

    def opaque(self, content: Any, depth: int) -> Opaque:
        del depth
        name, reason = _fixed(content, 2)
        if type(name) is not str or type(reason) is not str:
            raise WireError("an opaque value without a name")
        return Opaque(_text(name[:200]), _text(reason[:400]))

    def rng(self, content: Any, depth: int) -> Any:
        if self.revive is None:
            raise WireError("a generator from the wrong side")
        seed = content if type(content) is int else self.integer(content, depth)
        return np.random.default_rng(seed)

    def callback(self, content: Any, depth: int) -> Any:
        del depth
        if self.revive is None or type(content) is not int:
            raise WireError("a callback from the wrong side")
        return self.revive(content)

    def graph(self, content: Any, depth: int) -> Graph:
        del depth
        directed, attributes, nodes, edges = _fixed(content, 4)
        if type(directed) is not bool:
            raise WireError("a graph of no known form")
        if len(_list(nodes)) > MAX_GRAPH_NODES or len(_list(edges)) > MAX_GRAPH_EDGES:
            raise WireError("a graph of too many nodes or edges")
        return Graph(
            directed,
            _attributes(attributes),
            tuple(GraphNode(_name(n), _attributes(a)) for n, a in (_fixed(v, 2) for v in nodes)),
            tuple(
                GraphEdge(_name(tail), _name(head), _attributes(a))
                for tail, head, a in (_fixed(v, 3) for v in edges)
            ),
        )

    def handle(self, content: Any, depth: int) -> Any:
        del depth
        number, name = _fixed(content, 2)
        if self.recall is None:
            raise WireError("a handle that was not asked for")
        if type(number) is not int or not 0 <= number < MAX_HANDLES or type(name) is not str:
            raise WireError("a handle of no known form")
        return self.recall(number, _text(name[:200]))


def _text(content: str) -> str:
    """Return a text that can be encoded in UTF-8: lone surrogates are replaced."""
    return content if content.isascii() else content.encode("utf-8", "replace").decode()


def _name(content: Any) -> str:
    if type(content) is not str:
        raise WireError("a name that is not text")
    return _text(content[:MAX_GRAPH_TEXT])


def _attributes(content: Any) -> dict[str, str]:
    if type(content) is not dict or len(content) > MAX_GRAPH_ATTRIBUTES:
        raise WireError("attributes that are none, or too many")
    return {_name(key): _name(value) for key, value in content.items()}


def _list(content: Any) -> list[Any]:
    if type(content) is not list:
        raise WireError("a list that is none")
    return content


def _fixed(content: Any, length: int) -> list[Any]:
    if len(_list(content)) != length:
        raise WireError("a list of the wrong length")
    return _list(content)


def _shape(shape: Any) -> list[int]:
    if len(_list(shape)) > MAX_DIMENSIONS:
        raise WireError("a shape that is none")
    for n in shape:
        if type(n) is not int or n < 0:
            raise WireError("a shape that is none")
        if n > MOST_OF_A_SIDE:
            raise WireError("a shape beyond all bounds")
    return _list(shape)


_READERS: dict[str, Callable[[_Decoder, Any, int], Any]] = {
    "list": _Decoder.elements,
    "tuple": lambda decoder, content, depth: tuple(decoder.elements(content, depth)),
    "list_of_floats": _Decoder.floats,
    "tuple_of_floats": lambda decoder, content, depth: tuple(decoder.floats(content, depth)),
    "dict": _Decoder.pairs,
    "array": _Decoder.array,
    "objects": _Decoder.objects,
    "scalar": _Decoder.scalar,
    "int": _Decoder.integer,
    "float": _Decoder.real,
    "complex": _Decoder.complex,
    "bytes": lambda decoder, content, depth: bytes(decoder.buffer(content, depth)),
    "named": _Decoder.named,
    "opaque": _Decoder.opaque,
    "rng": _Decoder.rng,
    "callback": _Decoder.callback,
    "handle": _Decoder.handle,
    "graph": _Decoder.graph,
}


def decode(
    tree: Any,
    buffers: list[bytes],
    *,
    revive: Revive | None = None,
    recall: Recall | None = None,
) -> Any:
    """Return the value of a tree.

    Parameters
    ----------
    tree, buffers
        As returned by `encode`, or as an attacker wrote them.
    revive
        Used only in the runner: makes a function from the number of a callback.
    recall
        Makes the object for a handle from its number and the name of its type: the object itself
        in the runner, a `Handle` in the judge. Without it a handle is an error.

    Raises
    ------
    WireError
        If anything is wrong with the tree.
    """
    if tree is None or type(tree) in (bool, int, float):  # what `_Decoder.value` returns
        return tree
    try:
        return _Decoder(buffers, revive, recall).value(tree)
    except (ValueError, TypeError, OverflowError, RecursionError, MemoryError) as error:
        raise WireError(f"a value that cannot be read: {type(error).__name__}") from None
