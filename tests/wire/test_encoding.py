"""What a submission may return, however odd: a form, or a sentence that says why not."""

from __future__ import annotations

import array
import enum
import itertools
import time
from collections import ChainMap, OrderedDict, UserDict, UserList, deque, namedtuple
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType, SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from grader.wire import Opaque, WireError, decode, encode, pack

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def bounded() -> Iterator[None]:
    """Hold each test to a few seconds of the processor, whatever it encodes."""
    started = time.process_time()
    yield
    assert time.process_time() - started < 10.0


class AlwaysEqual:
    """An object that is equal to everything, and a number where one is asked for."""

    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        """Agree with everything."""
        return True

    def __float__(self) -> float:
        """Stand for one."""
        return 1.0


class EqualArray(np.ndarray):
    """An array that is equal to everything."""

    __hash__ = None

    def __eq__(self, other: object) -> Any:
        """Agree with everything."""
        return np.True_


class EqualFloat(float):
    """A float that is equal to everything."""

    __hash__ = float.__hash__

    def __eq__(self, other: object) -> bool:
        """Agree with everything."""
        return True


class EndlessText(str):
    """A text whose text is again one of its kind."""

    __slots__ = ()

    def __str__(self) -> str:
        """Give another of its kind."""
        return EndlessText("x")


class WithArray:
    """What an array of another library looks like."""

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        """Give the numbers as numpy's own array."""
        return np.arange(3.0)


class Colour(enum.IntEnum):
    """An integer with a name."""

    RED = 3


Point = namedtuple("Point", "x y")  # noqa: PYI024  (what students write)


@dataclass
class Pair:
    """What can be read by its names, and not be gone through."""

    first: int
    second: float


class Loader:
    """What is gone through anew each time, as the loader of a library is."""

    def __init__(self, *values: int) -> None:
        self.values = values

    def __iter__(self) -> Iterator[int]:
        """Give one after the other."""
        yield from self.values


class Places:
    """What is gone through by its places: `for` stops at the first one that is not there."""

    def __init__(self, *values: int) -> None:
        self.values = values

    def __getitem__(self, place: int) -> int:
        """Give the value at a place."""
        return self.values[place]


class Columns:
    """What has names in the place of numbers."""

    def __getitem__(self, name: str) -> int:
        """Give the column of a name."""
        return {"a": 1}[name]


def sent(value: Any) -> Any:
    tree, buffers = encode(value)
    pack({"value": tree}, buffers)
    return decode(tree, buffers)


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (EqualFloat(2.5), 2.5),
        (Colour.RED, 3),
        (Point(1, 2.5), (1, 2.5)),
        (OrderedDict(a=1), {"a": 1}),
        (np.longdouble(1.5), 1.5),
        (np.clongdouble(1 + 2j), 1 + 2j),
        (np.str_("text"), "text"),
        (np.array(["a", "b"]), ["a", "b"]),
        (Fraction(1, 4), 0.25),
        (Decimal("0.25"), 0.25),
        (UserList([1, 2.5]), [1, 2.5]),
        (UserDict(a=1), {"a": 1}),
        (ChainMap({"a": 1}), {"a": 1}),
        (SimpleNamespace(a=1), {"a": 1}),
        (Pair(1, 2.5), {"first": 1, "second": 2.5}),
    ],
    ids=str,
)
def test_relatives_of_plain_values_arrive_as_plain_ones(value: Any, plain: Any) -> None:
    got = sent(value)
    assert type(got) is type(plain)
    assert got == plain


@pytest.mark.parametrize(
    "value",
    [
        np.arange(3.0).view(EqualArray),
        np.arange(3.0).astype(np.longdouble),
        WithArray(),
        np.arange(3.0).reshape(1, 3).view(np.matrix),
    ],
    ids=["subclass", "longdouble", "__array__", "matrix"],
)
def test_relatives_of_arrays_arrive_as_arrays(value: Any) -> None:
    got = sent(value)
    assert type(got) is np.ndarray
    assert got.dtype == np.float64
    np.testing.assert_array_equal(got.ravel(), np.arange(3.0))


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (AlwaysEqual(), "AlwaysEqual"),
        (len, "builtin_function_or_method"),
        ({1, 2}, "set"),
        (date(2020, 11, 15), "datetime.date"),
        (np.datetime64("2020-11-15"), "datetime.date"),
        (np.ma.masked_array([1.0, 2.0], mask=[False, True]), "numpy.ma.MaskedArray"),
        (np.zeros(3, dtype=[("a", "f8")]), "numpy.ndarray"),
        (np.zeros(3, dtype="M8[s]"), "numpy.ndarray"),
        (np.zeros(3, dtype=np.clongdouble), "numpy.ndarray"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_not_plain_is_named(value: Any, name: str) -> None:
    got = sent(value)
    assert isinstance(got, Opaque)
    assert got.type_name.endswith(name)
    assert got.reason.startswith("it is a")


@pytest.mark.parametrize(
    "value", [(n for n in range(3)), range(3), map(int, "012"), iter([0, 1, 2])]
)
def test_an_iterator_arrives_as_the_list_of_what_it_gives(value: Any) -> None:
    assert sent(value) == [0, 1, 2]


@pytest.mark.parametrize(
    "value", [deque([0, 1, 2]), array.array("i", [0, 1, 2]), {"a": 0, "b": 1, "c": 2}.values()]
)
def test_a_sequence_of_another_kind_arrives_as_a_list(value: Any) -> None:
    assert sent(value) == [0, 1, 2]


@pytest.mark.parametrize("value", [Loader(0, 1, 2), Places(0, 1, 2), UserList([0, 1, 2])])
def test_an_object_that_can_be_gone_through_arrives_as_a_list(value: Any) -> None:
    assert sent(value) == [0, 1, 2]


@pytest.mark.parametrize("value", [Loader(), Places()])
def test_an_object_with_nothing_to_go_through_arrives_as_an_empty_list(value: Any) -> None:
    assert sent(value) == []


def test_an_object_whose_places_are_names_is_named() -> None:
    assert isinstance(sent(Columns()), Opaque)


def test_an_object_that_is_asked_for_stays_what_it_is() -> None:
    held: list[Any] = []

    def hold(value: Any) -> int:
        held.append(value)
        return 0

    loader = Loader(0, 1, 2)
    encode(loader, hold=hold)
    assert held == [loader]


def test_an_object_without_an_end_is_refused() -> None:
    class Endless:
        def __iter__(self) -> Iterator[int]:
            return itertools.count()

    with pytest.raises(WireError, match="perhaps never ends"):
        encode(Endless())


def test_a_dict_that_cannot_be_changed_arrives_as_one() -> None:
    assert sent(MappingProxyType({"rate": 0.1})) == {"rate": 0.1}


def test_an_iterator_without_an_end_is_refused() -> None:
    with pytest.raises(WireError, match="perhaps never ends"):
        encode(itertools.count())


def test_an_array_of_objects_holds_plain_values_only() -> None:
    got = sent(np.array([1, AlwaysEqual(), None], dtype=object))
    assert got.dtype == object
    assert got[0] == 1
    assert isinstance(got[1], Opaque)
    assert got[2] is None


def self_containing_list() -> list[Any]:
    value: list[Any] = []
    value.append(value)
    return value


def self_containing_dict() -> dict[str, Any]:
    value: dict[str, Any] = {}
    value["self"] = value
    return value


def self_containing_array() -> np.ndarray:
    value = np.empty(1, dtype=object)
    value[0] = value
    return value


def deep_list() -> list[Any]:
    value: list[Any] = []
    for _ in range(100_000):
        value = [value]
    return value


def wide_tree() -> list[Any]:
    value: list[Any] = [0]
    for _ in range(30):
        value = [value, value]
    return value


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (self_containing_list, "contains itself"),
        (self_containing_dict, "contains itself"),
        (self_containing_array, "contains itself"),
        (deep_list, "deeper than 32"),
        (lambda: EndlessText("x"), "deeper than 32"),
        (wide_tree, "more than 400,000 elements"),
        (lambda: [0] * 10_000_000, "more than 400,000 elements"),
        (lambda: [[0] * 1_000] * 1_000, "more than 400,000 elements"),
        (lambda: [0.0] * 400_001, "more than 400,000 elements"),
        (lambda: dict.fromkeys(range(1_000_000)), "more than 1,000 keys"),
        (lambda: {(1, 2): 3}, "neither text nor a number"),
        (lambda: np.broadcast_to(np.float64(1), (10**6, 10**6)), "too large to send"),
        (lambda: np.broadcast_to(np.longdouble(1), (10**6, 10**6)), "too large to send"),
        (lambda: np.broadcast_to(np.array("a"), (10**6, 10**6)), "more than 400,000 elements"),
        (lambda: np.broadcast_to(np.array(None), (10**6, 10**6)), "more than 400,000 elements"),
        (lambda: np.zeros((65 << 20,), dtype=np.uint8), "too large to send"),
        (lambda: [np.zeros((33 << 20,), dtype=np.uint8)] * 2, "too large to send"),
        (lambda: b"x" * (65 << 20), "too large to send"),
        (lambda: "x" * (65 << 20), "too large to send"),
        (lambda: "x" * (5 << 20), "too large to send"),
        (lambda: 1 << 1_000_000, "an integer of 1,000,001 bits"),
        (lambda: [10**15 + n for n in range(390_000)], "too large to send"),
    ],
)
def test_what_is_too_much_is_refused_in_a_sentence(make: Any, reason: str) -> None:
    with pytest.raises(WireError, match=reason):
        sent(make())


def test_a_text_of_lone_surrogates_can_be_sent() -> None:
    assert sent("a\ud800b") == "a?b"
