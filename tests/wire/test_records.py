"""Constants that hold values by name, in every style in which people write them."""

from __future__ import annotations

import argparse
import configparser
import copy
from collections import ChainMap, OrderedDict, UserDict, namedtuple
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType, ModuleType, SimpleNamespace
from typing import Any, NoReturn

import numpy as np
import pytest

from grader.wire import Opaque, WireError, decode, encode, pack
from grader.wire.forms import Named
from grader.wire.records import plain_constant

ASKED = {"d_hidden": 3, "rate": 0.25}


@dataclass
class Choice:
    """A dataclass."""

    d_hidden: int = 3
    rate: float = 0.25


@dataclass(slots=True)
class Slotted:
    """One without a dict of its own."""

    d_hidden: int = 3
    rate: float = 0.25


class Plain:
    """A class whose values are its own, and one of the object's."""

    d_hidden = 7

    def __init__(self) -> None:
        self.d_hidden, self.rate, self._hidden = 3, 0.25, 5

    def method(self) -> None:
        """Do nothing."""


class Values:
    """A class that is never called."""

    d_hidden = 3
    rate = 0.25


class Bunch(dict[str, Any]):
    """A dict whose keys are attributes, as in many tutorials: it fails with another error."""

    def __getattr__(self, name: str) -> Any:
        """Fail with a `KeyError`."""
        return self[name]


class Own(Mapping[str, Any]):
    """Another mapping."""

    def __getitem__(self, key: str) -> Any:
        """Return a value."""
        return ASKED[key]

    def __iter__(self) -> Iterator[str]:
        """Return the keys."""
        return iter(ASKED)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(ASKED)


def module() -> ModuleType:
    made = ModuleType("params")
    made.__dict__.update(ASKED)
    return made


def section() -> Mapping[str, str]:
    ini = configparser.ConfigParser()
    ini.read_string("[net]\nd_hidden = 3\nrate = 0.25\n")
    return ini["net"]


def arrived(value: Any) -> Any:
    tree, buffers = encode(plain_constant(value))
    pack({"value": tree}, buffers)
    return decode(tree, buffers)


HOLDERS: list[Any] = [
    Choice(), Slotted(), Plain(), Values, Bunch(ASKED), Own(), SimpleNamespace(**ASKED), module(),
    argparse.Namespace(**ASKED), ChainMap({"d_hidden": 3}, {"rate": 0.25, "d_hidden": 9}),
    UserDict(ASKED), OrderedDict(ASKED), MappingProxyType(ASKED),
    {"d_hidden": Decimal(3), "rate": Fraction(1, 4)},
]  # fmt: skip


@pytest.mark.parametrize("value", HOLDERS, ids=lambda value: type(value).__name__)
def test_what_holds_values_by_name_arrives_as_a_dict(value: Any) -> None:
    got = arrived(value)
    assert type(got) is dict
    assert got == ASKED


def test_so_does_one_inside_a_dict_or_a_list() -> None:
    assert arrived({"a": Choice(), "b": [Choice()]}) == {"a": ASKED, "b": [ASKED]}
    assert arrived(section()) == {"d_hidden": "3", "rate": "0.25"}


def test_a_namedtuple_is_a_tuple_that_knows_its_names() -> None:
    run: Any = namedtuple("run", "d_hidden rate")  # noqa: PYI024  (what students write)
    got: Any = arrived(run(3, 0.25))
    several: list[Any] = [got, copy.deepcopy(got)]
    for one in several:
        assert type(one) is Named
        assert tuple(one) == (3, 0.25)
        assert one.as_dict() == ASKED


@pytest.mark.parametrize("content", [[["a"], []], ["a", 1], [[1], [2]], [["a", "b"], [1]]])
def test_names_that_do_not_fit_are_refused(content: list[Any]) -> None:
    with pytest.raises(WireError):
        decode({"named": content}, [])


class Empty:
    """An object that holds nothing."""


class Callable:
    """An object that can be called, and holds a number."""

    d_hidden = 3

    def __call__(self) -> NoReturn:
        """Fail."""
        raise AssertionError


@pytest.mark.parametrize(
    "value", [Empty(), Callable(), len, {1, 2}, object()], ids=lambda value: type(value).__name__
)
def test_what_holds_none_is_left_as_it_is(value: Any) -> None:
    assert plain_constant(value) is value
    assert isinstance(arrived(value), Opaque)


@pytest.mark.parametrize(
    "value", [{"a": 1, "b": [1, 2]}, np.arange(3.0), 3, "three", None, [1.5] * 100, (1, 2)]
)
def test_plain_data_stays_what_it_is(value: Any) -> None:
    np.testing.assert_equal(plain_constant(value), value)
    assert type(plain_constant(value)) is type(value)


def test_an_object_that_holds_itself_and_one_of_many_keys_end() -> None:
    one = SimpleNamespace(rate=1)
    one.again = {"one": one}
    plain_constant(one)
    with pytest.raises(WireError, match="keys"):
        arrived(UserDict({k: k for k in range(1_500)}))
