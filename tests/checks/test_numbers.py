"""A student's numbers, as a person reads them; and what is no number, or not in its range."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from grader.checks import (
    Count,
    HyperparameterError,
    Real,
    fields_of,
    finite_numbers,
    same_value,
)
from grader.checks.numbers import MOST_SEED
from grader.wire import Opaque, Rng, decode, encode
from grader.wire.forms import Named

STEPS, RATE, SEED = Count(1, 200_000), Real(1e-300, 1e300), Count(0, MOST_SEED)
SIX_THOUSAND: list[Any] = [
    6000, 6000.0, 6e3, np.int16(6000), np.uint16(6000), np.float64(6000), np.float32(6000),
    np.array(6000), np.array(6000.0), np.array([6000]), np.array([[6e3]]), "6000", " 6000 ", "6e3",
    "6_000", "6 000", "6\N{NARROW NO-BREAK SPACE}000", "6000.0", "6000,0", "+6000",
]  # fmt: skip
A_THOUSANDTH: list[Any] = [
    0.001, np.float64(0.001), np.array(0.001), np.array([0.001]), "0.001", "1e-3", "0,001",
    ",001", "1,0e-3", "1E-3",
]  # fmt: skip
NONE_AT_ALL: list[Any] = [
    True, np.True_, np.array(True), "three", "", "6,000", "2,600", "6.000,5", "1e", "0x10", "nan",
    [6000], (6000,), np.array([6000, 1]), np.array([]), 6000 + 0j, np.array("6000"), "9" * 101,
    Opaque("object", "it is one"), float("nan"), float("inf"), b"6000",
]  # fmt: skip


@pytest.mark.parametrize("value", SIX_THOUSAND, ids=repr)
def test_a_count_in_any_form_is_one(value: Any) -> None:
    got = STEPS.read(value, "it")
    assert type(got) is int
    assert got == 6000


@pytest.mark.parametrize("value", A_THOUSANDTH, ids=repr)
def test_a_rate_in_any_form_is_one(value: Any) -> None:
    got = RATE.read(value, "it")
    assert type(got) is float
    assert got == 0.001


@pytest.mark.parametrize("value", NONE_AT_ALL, ids=repr)
def test_what_is_not_one_number_is_none(value: Any) -> None:
    with pytest.raises(HyperparameterError, match="has to be a whole number, not "):
        STEPS.read(value, "it")
    with pytest.raises(HyperparameterError, match="has to be a finite number, not "):
        RATE.read(value, "it")


def test_a_whole_number_has_no_half() -> None:
    for value in (6000.5, "6000.5", "6000,5", np.array(6000.5)):
        with pytest.raises(HyperparameterError, match="whole number"):
            STEPS.read(value, "it")


@pytest.mark.parametrize("seed", [0, (1 << 53) + 1, 1 << 64, (1 << 128) - 1, MOST_SEED])
def test_a_seed_that_numpy_takes_is_one_and_arrives(seed: int) -> None:
    assert SEED.read(seed, "it") == seed
    rng = decode(*encode(Rng(seed)), revive=lambda number: number)
    assert rng.random() == np.random.default_rng(seed).random()


def test_a_range_without_an_end_is_told_by_its_beginning() -> None:
    for kind, value, said in (
        (SEED, -1, "it has to be 0 or more: it is -1."),
        (RATE, 0.0, "it has to be above 0: it is 0.0."),
        (RATE, -1e-3, "it has to be above 0: it is -0.001."),
        (STEPS, -1, "it has to lie between 1 and 200,000: it is -1."),
    ):
        with pytest.raises(HyperparameterError) as caught:
            kind.read(value, "it")
        assert caught.value.message == said


def test_a_key_that_is_missing_is_told_beside_those_that_nobody_asks_for() -> None:
    with pytest.raises(HyperparameterError) as caught:
        fields_of({"steps": 10, "lr": 0.1}, "IT", steps=STEPS, learning_rate=RATE)
    assert caught.value.message == '`IT` lacks the key "learning_rate".'
    assert caught.value.hint == 'Of its keys, these are not asked for: "lr".'
    with pytest.raises(HyperparameterError) as caught:
        fields_of({"steps": 10}, "IT", steps=STEPS, learning_rate=RATE)
    assert caught.value.hint == ""
    with pytest.raises(HyperparameterError) as caught:
        fields_of((10, 0.1), "IT", steps=STEPS, learning_rate=RATE)
    assert caught.value.hint == 'Write `{"steps": …, "learning_rate": …}`, with your numbers.'


def test_a_namedtuple_is_read_by_its_names() -> None:
    value = Named((0.1, 10), ("learning_rate", "steps"))
    got = fields_of(value, "IT", steps=STEPS, learning_rate=RATE)
    assert got == {"steps": 10, "learning_rate": 0.1}


def test_a_point_may_have_names() -> None:
    for value in ({"x": 1, "y": "2,5"}, Named((1, 2.5), ("x", "y")), [1, np.array(2.5)]):
        assert finite_numbers(value, "start", 2, 10.0) == (1.0, 2.5)
    with pytest.raises(HyperparameterError, match="2 numbers"):
        finite_numbers({"y": 1, "x": 2}, "start", 2, 10.0)


@pytest.mark.parametrize("held", [lambda d: (d,), lambda d: [d]], ids=["a comma", "a list"])
def test_a_dict_that_is_alone_in_a_tuple_is_that_dict(held: Any) -> None:
    assert fields_of(held({"steps": 5}), "CHOICE", steps=STEPS) == {"steps": 5}
    assert fields_of(held(Named((5,), ("steps",))), "CHOICE", steps=STEPS) == {"steps": 5}
    for other in (held({"steps": 5}) * 2, held([{"steps": 5}]), held(5), ()):
        with pytest.raises(HyperparameterError, match="has to be a dict"):
            fields_of(other, "CHOICE", steps=STEPS)


def test_arrays_of_other_shapes_in_one_array_are_the_same_as_these() -> None:
    both = np.empty(2, dtype=object)
    both[0], both[1] = np.ones((2, 3)), np.zeros((3, 1))
    other = both.copy()
    assert same_value(both, other)
    assert same_value(both, [np.ones((2, 3)), np.zeros((3, 1))])
    other[1] = np.ones((3, 1))
    assert not same_value(both, other)
