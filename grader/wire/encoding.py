"""From values to trees and buffers."""

from __future__ import annotations

__all__ = ["encode"]

import itertools
import math
import sys
from array import array
from collections import deque
from collections.abc import Iterator, KeysView, ValuesView
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from grader.wire.forms import (
    DTYPES,
    MAX_DEPTH,
    MAX_DICT_KEYS,
    MAX_INT_HEX_DIGITS,
    MAX_NODES,
    Graph,
    Handle,
    Named,
    Opaque,
    Rng,
    WireError,
)
from grader.wire.records import plain_form

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Register = Callable[[Callable[..., Any]], int]
    Hold = Callable[[Any], int]

# Smaller buffers are always copied.
LARGE_BYTES = 1 << 14
SAFE_INT = 1 << 53
MAX_DRAWN = 20_000
SIMPLE_KEYS = (str, bool, int, float, np.generic, type(None))


# The names of dtypes whose numbers are sent as they lie in memory.
_PLAIN = {np.dtype(name): name for name in DTYPES if np.dtype(name).str == name}


class _Encoder:
    """Encodes one value as a tree and buffers, and counts their size."""

    def __init__(
        self, register: Register | None, hold: Hold | None, max_bytes: int, *, share: bool
    ) -> None:
        self.buffers: list[bytes] = []
        self.left_bytes = max_bytes
        self.left_nodes = MAX_NODES
        self.register = register
        self.hold = hold
        self.share = share

    def tree(self, value: Any, depth: int = 0) -> Any:
        self.left_nodes -= 1
        if depth > MAX_DEPTH:
            raise WireError(f"is nested deeper than {MAX_DEPTH} levels, or contains itself")
        if self.left_nodes < 0:
            raise WireError(f"has more than {MAX_NODES:,} elements")
        kind = type(value)
        if value is None or kind is bool:
            return value
        if kind is str:
            self._charge(len(value))
            return value if value.isascii() else value.encode("utf-8", "replace").decode()
        if kind is int:
            return value if -SAFE_INT < value < SAFE_INT else {"int": self._big(value)}
        if kind is float:
            return value if math.isfinite(value) else {"float": repr(value)}
        if kind is list or kind is tuple:
            return self._sequence(value, depth)
        if kind is dict:
            if len(value) > MAX_DICT_KEYS:
                raise WireError(f"is a dict of more than {MAX_DICT_KEYS:,} keys")
            return {"dict": [self._pair(k, v, depth + 1) for k, v in value.items()]}
        return self._other(value, depth)

    def _pair(self, key: Any, value: Any, depth: int) -> list[Any]:
        if not isinstance(key, SIMPLE_KEYS):
            raise WireError("is a dict with a key that is neither text nor a number")
        return [self.tree(key, depth), self.tree(value, depth)]

    def _other(self, value: Any, depth: int) -> Any:
        kind = type(value)
        if kind is np.ndarray:
            return self._array(value, depth)
        if isinstance(value, np.generic):
            if value.dtype.str in DTYPES:
                return {"scalar": [value.dtype.str, self.tree(value.item(), depth + 1)]}
            if isinstance(value, np.inexact):  # it has more digits than a float
                wide = complex if isinstance(value, np.complexfloating) else float
                return self.tree(wide(value), depth + 1)
            return self.tree(value.item(), depth + 1)
        if kind is complex:
            return {"complex": [self.tree(value.real, depth + 1), self.tree(value.imag, depth + 1)]}
        if kind is bytes:
            return {"bytes": self._buffer(value)}
        if kind is Named:
            return {"named": [list(value.names), [self.tree(one, depth + 1) for one in value]]}
        if kind in _STAND_INS:
            return _STAND_INS[kind](value)
        if self.register is not None and callable(value):
            return {"callback": self.register(value)}
        return self._foreign(value, depth)

    def _foreign(self, value: Any, depth: int) -> Any:
        """Encode a subclass, or an array of another library, as the plain value it stands for."""
        # Asked of the type: an object may answer for any name, with an error of its own.
        if hasattr(type(value), "detach"):  # a PyTorch tensor that is part of a gradient's graph
            value = value.detach()
        for plain in (bool, int, float, str):
            if isinstance(value, plain):
                return self.tree(plain(value), depth + 1)
        # Whoever has made one has imported the module; to ask numpy for it would import it here.
        if isinstance(value, getattr(sys.modules.get("numpy.ma"), "MaskedArray", ())):
            return {"opaque": ["numpy.ma.MaskedArray", "it is a masked array, not a plain one"]}
        if isinstance(value, np.ndarray) or hasattr(type(value), "__array__"):
            plain_array = np.asarray(value)
            if type(plain_array) is np.ndarray:
                return self._array(plain_array, depth + 1)
        if isinstance(value, list | tuple):
            return self._sequence(list(value) if isinstance(value, list) else tuple(value), depth)
        if isinstance(value, dict | MappingProxyType):
            return self.tree(dict(value), depth + 1)
        if isinstance(value, Iterator | range | deque | array | ValuesView | KeysView):
            return self._sequence(_drawn(value), depth)
        plain = value if self.hold is not None else plain_form(value)
        return self._left_behind(value) if plain is value else self.tree(plain, depth + 1)

    def _left_behind(self, value: Any) -> Any:
        """Encode an object that stays here: as a handle, or only by its name."""
        name = f"{type(value).__module__}.{type(value).__qualname__}".removeprefix("builtins.")
        if self.hold is not None:
            return {"handle": [self.hold(value), name[:200]]}
        return {"opaque": [name[:200], f"it is a {name[:200]}, which is not plain data"]}

    def _sequence(self, value: list[Any] | tuple[Any, ...], depth: int) -> Any:
        tag = "list" if type(value) is list else "tuple"
        if len(value) > MAX_NODES:
            raise WireError(f"has more than {MAX_NODES:,} elements")
        if len(value) > 8 and all(type(v) is float or type(v) is np.float64 for v in value):
            return {f"{tag}_of_floats": self._buffer(array("d", value).tobytes())}
        return {tag: [self.tree(element, depth + 1) for element in value]}

    def _array(self, value: np.ndarray, depth: int) -> Any:
        name = _PLAIN.get(value.dtype)
        if name is not None and value.nbytes < min(LARGE_BYTES, self.left_bytes):  # usual
            return {"array": [name, list(value.shape), self._buffer(value.tobytes())]}
        if value.dtype.kind in "OUS" and value.size > MAX_NODES:
            raise WireError(f"has more than {MAX_NODES:,} elements")
        if value.dtype.kind == "O":
            items = [self.tree(element, depth + 1) for element in value.ravel().tolist()]
            return {"objects": [list(value.shape), items]}
        if value.dtype.kind in "US":
            return self.tree(value.tolist(), depth + 1)
        dtype = value.dtype.newbyteorder("<") if value.dtype.kind in "iufc" else value.dtype
        if dtype.kind == "f" and dtype.itemsize > 8:
            dtype = np.dtype(np.float64)
        if dtype.str not in DTYPES:
            reason = f"it is an array of dtype {str(value.dtype)[:80]}, not of plain numbers"
            return {"opaque": ["numpy.ndarray", reason]}
        size = value.size * dtype.itemsize
        if size > self.left_bytes:
            raise WireError(
                f"is an array of shape {value.shape}, {size:,} bytes: too large to send"
            )
        plain = np.ascontiguousarray(value, dtype=dtype)
        shared = self.share and size >= LARGE_BYTES
        # The code that handles buffers needs only their length and bytes: a view has both.
        raw = cast("bytes", memoryview(plain.data).cast("B")) if shared else plain.tobytes()
        return {"array": [dtype.str, list(value.shape), self._buffer(raw)]}

    def _big(self, value: int) -> str:
        if value.bit_length() > 4 * MAX_INT_HEX_DIGITS:
            raise WireError(f"is an integer of {value.bit_length():,} bits: too large to send")
        return hex(value)

    def _buffer(self, raw: bytes) -> int:
        self._charge(len(raw))
        self.buffers.append(raw)
        return len(self.buffers) - 1

    def _charge(self, size: int) -> None:
        self.left_bytes -= size
        if self.left_bytes < 0:
            raise WireError("is too large to send")


def _graph(value: Graph) -> dict[str, Any]:
    nodes = [[node.name, node.attributes] for node in value.nodes]
    edges = [[edge.tail, edge.head, edge.attributes] for edge in value.edges]
    return {"graph": [value.directed, value.attributes, nodes, edges]}


_STAND_INS: dict[type, Callable[[Any], dict[str, Any]]] = {
    Rng: lambda value: {"rng": value.seed if value.seed < SAFE_INT else hex(value.seed)},
    Opaque: lambda value: {"opaque": [value.type_name, value.reason]},
    Handle: lambda value: {"handle": [value.number, value.type_name]},
    Graph: _graph,
}


def _drawn(values: Iterable[Any]) -> list[Any]:
    """Return an iterator's items; raise an error if there are too many, or no end."""
    drawn = list(itertools.islice(values, MAX_DRAWN + 1))
    if len(drawn) > MAX_DRAWN:
        raise WireError(f"gives more than {MAX_DRAWN:,} values, and perhaps never ends")
    return drawn


def encode(
    value: Any,
    *,
    register: Register | None = None,
    hold: Hold | None = None,
    max_bytes: int = 64 << 20,
    share: bool = False,
) -> tuple[Any, list[bytes]]:
    """Return the value as a JSON tree and the buffers that the tree refers to.

    Parameters
    ----------
    value
        Built-in scalars and containers, numpy arrays and scalars, `Rng`, `Handle`, `Graph`; the
        others become `Opaque`.
    register
        If given, a callable in `value` is sent as the number that this function returns.
    hold
        If given, an object that would be `Opaque` stays here, under the number that this returns.
    max_bytes
        Maximal size of the buffers and strings together.
    share
        Whether a large buffer may be the memory of the array itself, if it is sent at once.

    Raises
    ------
    WireError
        If it is too large, too deep or contains itself; the message continues "the value …".
    """
    encoder = _Encoder(register, hold, max_bytes, share=share)
    return encoder.tree(value), encoder.buffers
