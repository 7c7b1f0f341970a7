"""Record values of the reference, and replay them on machines without the reference.

A public check also runs on a student's machine, where there are no solutions. Its inputs are drawn
from a public seed there, so that all calls can be made beforehand and their values recorded.
Recorded calls are those of the reference, of a known mistake, and of functions of the checks that
are marked `recorded` because their source would give away the answer.
"""

from __future__ import annotations

__all__ = ["LISTENER", "NotRecorded", "Recording", "Unrecordable", "lacking", "named", "recorded"]

import builtins
import copy
import functools
import hashlib
from contextvars import ContextVar
from dataclasses import dataclass, fields, is_dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
import numpy as np

from grader.errors import GraderError
from grader.wire import WireError, decode, encode

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

MAGIC = b"grader recording 1\n"
# Another machine may compute the last digits of an input differently. Different recorded inputs of
# one function are farther apart than this.
RELATIVE, OF_LARGEST = 1e-6, 1e-9
BITS = 2.0**17
Function = TypeVar("Function", bound="Callable[..., Any]")


class NotRecorded(GraderError):
    """A check needs a value that was not recorded."""


class Unrecordable(Exception):
    """An argument or a value is not plain data."""


@dataclass(frozen=True, slots=True)
class _Entry:
    """One call.

    Attributes
    ----------
    arguments
        The arguments in plain form (`_plain`).
    value
        The returned value; if it raised, the exception's name and text.
    raised : bool
    after : list
        The states of the generators among the arguments, after the call.
    """

    arguments: Any
    value: Any
    raised: bool
    after: list[Any]


class Recording:
    """Calls by the name of the function, with their values.

    Attributes
    ----------
    missed : list of str
        The names of calls that were not found or could not be recorded, in order.
    """

    def __init__(self) -> None:
        self._entries: dict[str, dict[bytes, _Entry]] = {}
        # Of a file, what nobody has asked for yet: most calls are of other exercises.
        self._unread: dict[str, list[tuple[Any, list[bytes]]]] = {}
        self._about: dict[str, dict[bytes, list[_Entry]]] = {}
        self._heard: dict[tuple[str, bytes], Any] = {}
        self.missed: list[str] = []

    def __len__(self) -> int:
        """Return the number of calls."""
        return sum(map(len, (*self._entries.values(), *self._unread.values())))

    @property
    def names(self) -> frozenset[str]:
        """The names of all functions that were called."""
        return frozenset({*self._entries, *self._unread})

    def add(self, other: Recording) -> None:
        """Add the calls of another recording."""
        for name in other.names:
            self._of(name).update(other._of(name))

    def _of(self, name: str) -> dict[bytes, _Entry]:
        """Return the calls of a function, by their digests."""
        entries = self._entries.setdefault(name, {})
        for tree, buffers in self._unread.pop(name, ()):
            try:
                asked, value, raised, after = decode(tree, buffers)
            except (WireError, KeyError, TypeError, IndexError) as error:
                raise ValueError("it has another form") from error
            entries[_digest(asked)] = _Entry(asked, value, bool(raised), after)
        return entries

    def listen(self, name: str, function: Callable[..., Any], arguments: Sequence[Any]) -> Any:
        """Call a function, record the result, and return or raise it.

        If the same call was recorded before, its result is returned without a new call, as in a
        kit. A call with a function among its arguments is made again: only its name is known.

        Raises
        ------
        Unrecordable
            If an argument or the value is not plain data.
        """
        asked = _plain(tuple(arguments))
        key = _digest(asked)
        generators = [a for a in arguments if isinstance(a, np.random.Generator)]
        if (name, key) in self._heard:
            _restore(generators, self._of(name)[key].after)
            return copy.deepcopy(self._heard[name, key])
        before = _copied(asked)
        entries = self._of(name)
        try:
            value = function(*arguments)
        except Exception as error:
            told = [type(error).__name__, str(error)[:200]]
            entries[key] = _Entry(before, told, raised=True, after=[])
            raise
        after = [_state(generator) for generator in generators]
        entries[key] = _Entry(before, _copied(_plain(value)), raised=False, after=after)
        if not any(map(callable, arguments)):
            self._heard[name, key] = copy.deepcopy(value)
        return value

    def remember(self, name: str, arguments: Sequence[Any], value: Any) -> None:
        """Add a call and its value.

        Raises
        ------
        Unrecordable
            If an argument or the value is not plain data.
        """
        asked = _plain(tuple(arguments))
        entry = _Entry(asked, _copied(_plain(value)), raised=False, after=[])
        self._of(name)[_digest(asked)] = entry
        self._about.pop(name, None)

    def replay(self, name: str, *arguments: Any) -> Any:
        """Return, or raise, the recorded result of a call.

        Raises
        ------
        NotRecorded
            If the call was not recorded.
        """
        try:
            entry = self._find(name, _plain(arguments))
        except Unrecordable:
            entry = None
        if entry is None:
            self.missed.append(name)
            raise lacking(name)
        _restore([a for a in arguments if isinstance(a, np.random.Generator)], entry.after)
        if entry.raised:
            kind = getattr(builtins, entry.value[0], RuntimeError)
            raise kind(entry.value[1])
        return _copied(entry.value)

    def holds(self, name: str, *arguments: Any) -> bool:
        """Return whether a call was recorded."""
        try:
            return self._find(name, _plain(arguments)) is not None
        except Unrecordable:
            return False

    def function(self, name: str) -> Callable[..., Any]:
        """Return a function that replays the calls of this name."""

        def replayed(*arguments: Any) -> Any:
            return self.replay(name, *arguments)

        return named(name, replayed)

    def listening(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function that calls the given one and records the call if possible."""

        def listened(*arguments: Any) -> Any:
            try:
                return self.listen(name, function, arguments)
            except Unrecordable:
                self.missed.append(name)
                return function(*arguments)

        return named(name, listened)

    def _find(self, name: str, asked: Any) -> _Entry | None:
        entries = self._of(name) if name in self._unread else self._entries.get(name, {})
        exact = entries.get(_digest(asked))
        if exact is not None:
            return exact
        if name not in self._about:
            about: dict[bytes, list[_Entry]] = self._about.setdefault(name, {})
            for entry in entries.values():
                about.setdefault(_digest(_rounded(entry.arguments)), []).append(entry)
        likely = self._about[name].get(_digest(_rounded(asked)), [])
        candidates = (*likely, *entries.values())
        return next((e for e in candidates if _near(e.arguments, asked)), None)

    # ------------------------------------------------------------------ on disk

    def to_bytes(self) -> bytes:
        """Return the recording as bytes, which do not depend on the order of the calls."""
        buffers: dict[bytes, int] = {}
        calls = []
        for name in sorted(self.names):
            for _, entry in sorted(self._of(name).items()):
                tree, own = encode([entry.arguments, entry.value, entry.raised, entry.after])
                calls.append((name, tree, [buffers.setdefault(b, len(buffers)) for b in own]))
        header = msgspec.json.encode({"calls": calls, "sizes": list(map(len, buffers))})
        body = b"".join([len(header).to_bytes(8, "big"), header, *buffers])
        return MAGIC + hashlib.sha256(body).digest() + body

    @classmethod
    def from_bytes(cls, raw: bytes) -> Recording:
        """Return the recording that `to_bytes` wrote.

        Raises
        ------
        ValueError
            If the bytes are not a complete recording.
        """
        body = raw[len(MAGIC) + 32 :]
        whole = hashlib.sha256(body).digest() == raw[len(MAGIC) : len(MAGIC) + 32]
        if not raw.startswith(MAGIC) or not whole:
            raise ValueError("it is damaged")
        recording = cls()
        try:
            for name, tree, buffers in _calls(body):
                recording._unread.setdefault(name, []).append((tree, buffers))
        except (msgspec.DecodeError, KeyError, TypeError, IndexError) as error:
            raise ValueError("it has another form") from error
        return recording


def lacking(name: str) -> NotRecorded:
    """Return the error for a value that is not recorded."""
    return NotRecorded(
        f"This kit holds no value of `{name.rpartition(':')[2]}` for these inputs: tell your "
        "instructor, who can make a new kit. The final grading does not need it."
    )


def _calls(body: bytes) -> Iterator[tuple[str, Any, list[bytes]]]:
    length = int.from_bytes(body[:8], "big")
    header = msgspec.json.decode(body[8 : 8 + length])
    at, buffers = 8 + length, []
    for size in header["sizes"]:
        buffers.append(body[at : at + size])
        at += size
    for name, tree, places in header["calls"]:
        yield str(name), tree, [buffers[place] for place in places]


# ---------------------------------------------------------------------------- functions to record

# The recording for calls of functions that are marked with `recorded`, if any.
LISTENER: ContextVar[Recording | None] = ContextVar("listener", default=None)


def recorded(function: Function) -> Function:
    """Mark a function of the checks whose source is not given away: a kit has its values instead.

    Its arguments, all positional, and its value must be plain data or generators, and must depend
    only on the public seed, whatever the submission does.
    """
    name = f"{'.'.join(function.__module__.split('.')[1:])}:{function.__name__}"

    @functools.wraps(function)
    def call(*arguments: Any) -> Any:
        listener = LISTENER.get()
        if listener is None:
            return function(*arguments)
        token = LISTENER.set(None)  # functions that it calls are not recorded themselves
        try:
            return listener.listening(name, function)(*arguments)
        finally:
            LISTENER.reset(token)

    call.is_recorded = True  # type: ignore[attr-defined]
    return call  # type: ignore[return-value]


def named(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a function a name, so that it can itself be an argument of a recorded call."""
    function.recorded_as = name  # type: ignore[attr-defined]
    return function


# ---------------------------------------------------------------------------- plain data


def _plain(value: Any) -> Any:
    """Return a value in a form that can be stored, or raise `Unrecordable`."""
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, np.generic) and value.dtype.kind in "biuf":
        return value.item()
    if type(value) is np.ndarray and value.dtype.kind in "biuf":
        return value
    if type(value) in (list, tuple):
        return type(value)(_plain(element) for element in value)
    if type(value) is dict and all(type(key) is str for key in value):
        return {key: _plain(element) for key, element in value.items()}
    if isinstance(value, np.random.Generator):
        return {"generator": _state(value)}
    if is_dataclass(value) and not isinstance(value, type):
        return {type(value).__name__: [_plain(getattr(value, f.name)) for f in fields(value)]}
    if callable(value) and isinstance(getattr(value, "recorded_as", None), str):
        return {"function": value.recorded_as}
    raise Unrecordable(f"a {type(value).__name__} cannot be recorded")


def _state(generator: np.random.Generator) -> dict[str, Any]:
    state = dict(generator.bit_generator.state)
    if state.get("bit_generator") != "PCG64":
        raise Unrecordable("only generators of `numpy.random.default_rng` can be recorded")
    return state


def _restore(generators: Sequence[np.random.Generator], after: Sequence[Any]) -> None:
    """Set generators to the states in which a call left them."""
    for generator, state in zip(generators, after, strict=True):
        generator.bit_generator.state = state


def _digest(asked: Any) -> bytes:
    tree, buffers = encode(asked)
    sha = hashlib.sha256(msgspec.json.encode(tree))
    for buffer in buffers:
        sha.update(len(buffer).to_bytes(8, "big"))
        sha.update(buffer)
    return sha.digest()


def _rounded(asked: Any) -> Any:
    """Return plain values with each number rounded to 17 bits."""
    if isinstance(asked, np.ndarray) and asked.dtype.kind == "f":
        with np.errstate(all="ignore"):
            part, power = np.frexp(asked)
            return np.ldexp(np.round(part * BITS) / BITS, power)
    if isinstance(asked, float):
        return _rounded(np.array(asked)).item()
    if isinstance(asked, list | tuple):
        return [_rounded(element) for element in asked]
    if isinstance(asked, dict):
        return {key: _rounded(element) for key, element in asked.items()}
    return asked


def _near(one: Any, two: Any) -> bool:
    """Return whether two plain values differ only in the last digits of their numbers."""
    if isinstance(one, np.ndarray) and isinstance(two, np.ndarray):
        if one.shape != two.shape or one.dtype != two.dtype:
            return False
        if one.dtype.kind != "f":
            return bool(np.array_equal(one, two))
        finite = np.abs(one[np.isfinite(one)])
        smallest = OF_LARGEST * float(finite.max(initial=0.0))
        return bool(np.allclose(one, two, rtol=RELATIVE, atol=smallest, equal_nan=True))
    if type(one) is not type(two):
        return False
    if isinstance(one, float):
        return bool(np.isclose(one, two, rtol=RELATIVE, atol=0.0, equal_nan=True))
    if isinstance(one, list | tuple):
        return len(one) == len(two) and all(map(_near, one, two))
    if isinstance(one, dict):
        return one.keys() == two.keys() and all(_near(one[key], two[key]) for key in one)
    return bool(one == two)


def _copied(value: Any) -> Any:
    """Return a copy of a value, which the caller may change."""
    if isinstance(value, np.ndarray):
        return value.copy()
    if isinstance(value, list | tuple):
        return type(value)(_copied(element) for element in value)
    if isinstance(value, dict):
        return {key: _copied(element) for key, element in value.items()}
    return value
