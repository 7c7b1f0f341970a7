"""Whatever the protocol lets through arrives as it was sent, by way of real frames."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from grader.wire import FrameReader, Opaque, Rng, decode, encode, pack
from tests.sampling import examples

DTYPES = ["?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "c16"]


def travelled(value: Any, **options: Any) -> Any:
    """Return the value after encoding and decoding, with the bytes in uneven chunks."""
    tree, buffers = encode(value)
    frame = pack({"value": tree}, buffers)
    reader = FrameReader()
    cuts = [0, 1, 7, 8, 9, len(frame) // 2, len(frame)]
    pieces = [frame[a:b] for a, b in zip(sorted(cuts), sorted(cuts)[1:], strict=False)]
    [(header, body)] = [whole for piece in pieces for whole in reader.feed(piece)]
    return decode(header["value"], body, **options)


def same(got: Any, sent: Any) -> bool:
    """Say whether two values are of one type and equal, a NaN being equal to a NaN."""
    if type(got) is not type(sent):
        return False
    if isinstance(sent, np.ndarray):
        if got.shape != sent.shape or got.dtype != sent.dtype:
            return False
        if sent.dtype == object:
            return same(got.ravel().tolist(), sent.ravel().tolist())
        return np.array_equal(got, sent, equal_nan=sent.dtype.kind in "fc")
    if isinstance(sent, list | tuple):
        return len(got) == len(sent) and all(map(same, got, sent))
    if isinstance(sent, dict):
        return same(list(got.items()), list(sent.items()))
    if isinstance(sent, complex | np.complexfloating):
        return same(float(got.real), float(sent.real)) and same(float(got.imag), float(sent.imag))
    if isinstance(sent, float | np.floating) and math.isnan(sent):
        return math.isnan(got)
    return bool(got == sent)


numbers = (
    st.none()
    | st.booleans()
    | st.integers(-(1 << 300), 1 << 300)
    | st.floats()
    | st.complex_numbers()
    | st.text()
    | st.binary(max_size=40)
)
keys = st.text() | st.integers() | st.booleans() | st.none() | st.floats(allow_nan=False)
nested = st.recursive(
    numbers,
    lambda inner: (
        st.lists(inner, max_size=12)
        | st.lists(inner, max_size=12).map(tuple)
        | st.dictionaries(keys, inner, max_size=5)
    ),
    max_leaves=30,
)
shapes = arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5)


@given(nested)
@settings(max_examples=examples(200))
def test_plain_values_arrive_as_they_were_sent(value: Any) -> None:
    assert same(travelled(value), value)


@given(st.sampled_from(DTYPES).flatmap(lambda dtype: arrays.arrays(dtype, shapes)))
@settings(max_examples=examples(200))
def test_arrays_arrive_as_they_were_sent(value: np.ndarray) -> None:
    got = travelled(value)
    assert same(got, value)
    assert got.flags.writeable


@given(st.lists(st.floats(), min_size=9, max_size=60), st.booleans())
def test_long_lists_of_floats_arrive_bit_by_bit(value: list[float], as_tuple: bool) -> None:
    sent = tuple(value) if as_tuple else value
    assert same(travelled(sent), sent)


@given(arrays.arrays(object, shapes, elements=st.integers(-(1 << 2000), 1 << 2000)))
@settings(max_examples=examples(50))
def test_object_arrays_of_large_integers_arrive_exactly(value: np.ndarray) -> None:
    assert same(travelled(value), value)


@pytest.mark.parametrize("dtype", DTYPES)
def test_numpy_scalars_keep_their_type(dtype: str) -> None:
    for number in (0, 1, 3):
        value = np.dtype(dtype).type(number)
        assert same(travelled(value), value)


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf, -0.0, 5e-324, 1.7976931348623157e308])
def test_floats_at_the_edge_arrive(number: float) -> None:
    got = travelled([number, np.float64(number)])
    assert same(got[0], number)
    assert math.copysign(1, got[0]) == math.copysign(1, number)
    assert same(got[1], np.float64(number))


@pytest.mark.parametrize(
    "value",
    [
        np.asfortranarray(np.arange(12.0).reshape(3, 4)),
        np.arange(24.0).reshape(4, 6)[::2, ::-3],
        np.arange(12.0).reshape(3, 4).T,
        np.broadcast_to(np.arange(3.0), (5, 3)),
        np.empty((0, 7)),
        np.array(3.5),
    ],
    ids=["Fortran", "strided", "transposed", "broadcast", "empty", "0-d"],
)
def test_memory_order_makes_no_difference(value: np.ndarray) -> None:
    assert same(travelled(value), np.array(value))


def test_the_other_byte_order_arrives_with_the_same_values() -> None:
    value = np.arange(6.0).astype(">f8").reshape(2, 3)
    got = travelled(value)
    assert got.dtype == np.dtype("<f8")
    np.testing.assert_array_equal(got, np.arange(6.0).reshape(2, 3))


def test_integers_of_thousands_of_digits_arrive_exactly() -> None:
    value = 7**4_900
    assert travelled([value, -value]) == [value, -value]


def test_what_has_no_form_arrives_as_its_name_and_the_reason() -> None:
    got = travelled(["kept", object()])
    assert got == ["kept", Opaque("object", "it is a object, which is not plain data")]


def test_a_generator_is_made_at_the_other_end_in_the_same_state() -> None:
    got = travelled(Rng(12345), revive=lambda number: lambda: number)
    assert got.random() == Rng(12345).generator().random()


def test_a_function_travels_as_a_number_and_comes_to_life_at_the_other_end() -> None:
    functions: list[Any] = []

    def register(function: Any) -> int:
        functions.append(function)
        return len(functions) - 1

    tree, buffers = encode([abs, 2], register=register)
    revived, two = decode(tree, buffers, revive=lambda number: functions[number])
    assert revived is abs
    assert two == 2


def test_frames_that_come_together_are_cut_apart() -> None:
    frames = [pack({"n": n}, [b"x" * n, b""]) for n in range(5)]
    got = list(FrameReader().feed(b"".join(frames)))
    assert got == [({"n": n}, [b"x" * n, b""]) for n in range(5)]
