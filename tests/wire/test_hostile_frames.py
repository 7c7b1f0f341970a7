"""Whatever bytes an enemy writes: a value or a `WireError`, in bounded time and memory."""

from __future__ import annotations

import json
import random
import struct
import time
import tracemalloc
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.submission.connection.headers import decoded_at_once
from grader.wire import FrameReader, WireError, decode, encode, pack
from tests.sampling import examples

if TYPE_CHECKING:
    from collections.abc import Iterator

SECONDS = 20.0
MEMORY_BYTES = 700 << 20


@pytest.fixture(autouse=True)
def bounded() -> Iterator[None]:
    """Hold each test to a few seconds of the processor, whatever it decodes."""
    started = time.process_time()
    yield
    assert time.process_time() - started < SECONDS


def read(stream: bytes) -> list[Any] | None:
    """Return the values of all frames of a stream, or None where it is refused.

    The judge reads headers by a faster decoder first: it has to say the same.
    """
    values = _read(FrameReader(), stream)
    assert repr(_read(FrameReader(decode=decoded_at_once), stream)) == repr(values)
    return values


def _read(reader: FrameReader, stream: bytes) -> list[Any] | None:
    try:
        return [decode(h.get("value"), buffers) for h, buffers in reader.feed(stream)]
    except WireError:
        return None


def raw_frame(header: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">II", len(header), len(body)) + header + body


def refused(tree: Any, buffers: list[bytes] | None = None) -> bool:
    try:
        decode(tree, buffers or [])
    except WireError:
        return True
    return False


# ---------------------------------------------------------------------------- streams

HONEST = pack(
    {
        "id": 1,
        "op": "value",
        "value": encode([np.arange(6.0).reshape(2, 3), {"k": (1, 2.5, None)}, 1 << 80, [0.5] * 9])[
            0
        ],
    },
    encode([np.arange(6.0).reshape(2, 3), {"k": (1, 2.5, None)}, 1 << 80, [0.5] * 9])[1],
)


@given(st.binary(max_size=400))
@settings(max_examples=examples(300))
def test_any_bytes_are_frames_or_refused(stream: bytes) -> None:
    read(stream)
    read(raw_frame(stream))


def test_mutated_frames_are_values_or_refused() -> None:
    rng = random.Random(1)  # noqa: S311  (no secret)
    for _ in range(3_000):
        stream = bytearray(HONEST)
        for _ in range(rng.randint(1, 6)):
            stream[rng.randrange(len(stream))] = rng.randrange(256)
        read(bytes(stream))


def test_a_truncated_frame_is_waited_for() -> None:
    for length in range(len(HONEST)):
        assert read(HONEST[:length]) == []


@pytest.mark.parametrize("lie", [(1 << 32) - 1, (64 << 20) + 1])
def test_announced_lengths_are_capped_before_anything_is_stored(lie: int) -> None:
    with pytest.raises(WireError, match="announces"):
        list(FrameReader().feed(struct.pack(">II", lie, 0)))
    with pytest.raises(WireError, match="announces"):
        list(FrameReader().feed(struct.pack(">II", 2, lie)))


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"[]",
        b"3",
        b"null",
        b"{",
        b'{"buffers":3}',
        b'{"buffers":[-1,1]}',
        b'{"buffers":[true]}',
        b'{"buffers":[0.0]}',
        b'{"buffers":[1]}',
        b'{"buffers":[' + b"9" * 4000 + b"]}",
        b'{"buffers":[],"value":NaN}',
        b'{"buffers":[],"value":-Infinity}',
        b'{"buffers":[],"value":' + b"9" * 900_000 + b"}",
        b'{"buffers":[],"value":' + b"[" * 1_000_000 + b"]" * 1_000_000 + b"}",
        b'{"buffers":[],"value":' + b'{"list":[' * 200_000 + b"]}" * 200_000 + b"}",
        b'{"buffers":[],"value":"\xff\xfe"}',
        '{"buffers":[],"value":1}'.encode("utf-16")[:-1],
    ],
    ids=lambda header: header[:28].decode("latin-1"),
)
def test_headers_of_the_wrong_form_are_refused(header: bytes) -> None:
    assert read(raw_frame(header)) is None


def test_a_million_keys_in_the_header_are_harmless() -> None:
    header = json.dumps({"buffers": [], **{str(n): 0 for n in range(300_000)}}).encode()
    assert read(raw_frame(header)) == [None]
    tree = {str(n): 0 for n in range(1_000_000)}
    assert refused(tree)


def test_a_flood_of_tiny_frames_is_cut_in_linear_time() -> None:
    stream = raw_frame(b'{"buffers":[]}') * 100_000
    assert sum(1 for _ in FrameReader().feed(stream)) == 100_000


@pytest.mark.sampled(2, 1)
@pytest.mark.parametrize("element", [b"[]", b"{}"])
def test_the_largest_headers_take_bounded_memory(element: bytes) -> None:
    many = b",".join([element] * ((4 << 20) // (len(element) + 1) - 20))
    frame = raw_frame(b'{"buffers":[],"value":{"list":[' + many + b"]}}")
    tracemalloc.start()
    try:
        read(frame)
        assert tracemalloc.get_traced_memory()[1] < MEMORY_BYTES
    finally:
        tracemalloc.stop()


# ---------------------------------------------------------------------------- trees

TAGS = ["list", "tuple", "list_of_floats", "dict", "array", "objects", "scalar"]
TAGS += ["int", "float", "complex", "bytes", "opaque", "rng", "callback"]


@pytest.mark.parametrize(
    "tree",
    [
        [],
        [1],
        {},
        {"list": [], "tuple": []},
        {"unknown": 1},
        {"list": 5},
        {"list": {"list": []}},
        {"dict": [[1]]},
        {"dict": [1]},
        {"dict": [[{"list": []}, 1]]},
        {"dict": [[{"tuple": [1]}, 1]]},
        {"array": ["<f8", [1], 1]},
        {"array": ["<f8", [1], -1]},
        {"array": ["<f8", [1], True]},
        {"array": ["<f8", [1]]},
        {"array": ["<f8", [2], 0]},
        {"array": ["<f8", [-1], 0]},
        {"array": ["<f8", [-1, -1], 0]},
        {"array": ["<f8", [1.0], 0]},
        {"array": ["<f8", [True], 0]},
        {"array": ["<f8", "1", 0]},
        {"array": ["<f8", [1] * 17, 0]},
        {"array": ["<f8", [1 << 41, 0], 0]},
        {"array": ["<f8", [1 << 40, 1 << 40, 1 << 40], 0]},
        {"array": ["|O", [1], 0]},
        {"array": ["|V8", [1], 0]},
        {"array": ["|S8", [1], 0]},
        {"array": ["<M8[s]", [1], 0]},
        {"array": [["<f8"], [1], 0]},
        {"array": [{"a": 1}, [1], 0]},
        {"array": [None, [1], 0]},
        {"array": [">f8", [1], 0]},
        {"array": ["|b1", [8], 1 - 1]},
        {"objects": [[2], [1]]},
        {"objects": [[1 << 40, 1 << 40], [1]]},
        {"objects": [[1], 1]},
        {"scalar": ["<f8", "1"]},
        {"scalar": ["<f8", None]},
        {"scalar": ["|O", 1]},
        {"scalar": ["<i8", 1 << 70]},
        {"scalar": ["<i8", {"float": "nan"}]},
        {"scalar": ["<f8", {"complex": [1.0, 1.0]}]},
        {"int": 5},
        {"int": "zz"},
        {"int": "0x" + "f" * 20_002},
        {"float": "1e5"},
        {"float": ["nan"]},
        {"complex": [1, 2]},
        {"complex": [1.0]},
        {"bytes": 7},
        {"opaque": [1, 2]},
        {"opaque": ["a"]},
        {"rng": 5},
        {"callback": 0},
        {"list_of_floats": 5},
    ],
    ids=lambda tree: json.dumps(tree)[:50],
)
def test_trees_of_the_wrong_form_are_refused(tree: Any) -> None:
    assert refused(tree, [b"\x07" * 8])


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.builds(
                lambda tag, content: {tag: content},
                st.sampled_from(TAGS),
                inner | st.lists(inner, min_size=2, max_size=3),
            )
        ),
        max_leaves=20,
    )
)
@settings(max_examples=examples(500))
def test_any_tree_is_a_value_or_refused(tree: Any) -> None:
    refused(tree, [b"\x00" * 8, b"", b"\x01"])


def test_a_sequence_of_broken_length_is_no_list_of_floats() -> None:
    assert refused({"list_of_floats": 0}, [b"\x00" * 7])


def test_nesting_is_capped() -> None:
    tree: Any = {"list": []}
    for _ in range(100_000):
        tree = {"list": [tree]}
    assert refused(tree)


def test_the_number_of_elements_is_capped() -> None:
    assert refused({"list": [0] * 400_002})
    assert refused({"list": [{"list": [0] * 1_000}] * 1_000})


def test_one_buffer_cannot_be_multiplied() -> None:
    buffer = bytes(32 << 20)
    array = {"array": ["|u1", [len(buffer)], 0]}
    tracemalloc.start()
    try:
        assert refused({"list": [array] * 100}, [buffer])
        assert tracemalloc.get_traced_memory()[1] < MEMORY_BYTES
    finally:
        tracemalloc.stop()


def test_integers_that_collide_cannot_fill_a_dict() -> None:
    modulus = (1 << 61) - 1
    tree = {"dict": [[{"int": hex(n * modulus)}, 0] for n in range(1, 200_000)]}
    assert refused(tree)
    assert len(decode({"dict": tree["dict"][:1_000]}, [])) == 1_000


def test_tuples_that_collide_are_no_keys() -> None:
    # The hashes of -1 and -2 are the same: 2**n tuples of length n collide and differ at the end.
    pairs = []
    buffers = []
    for n in range(1_000):
        tail = [-1.0 - (n >> bit & 1) for bit in range(10)]
        buffers.append(np.array([-1.0] * 8_000 + tail).tobytes())
        pairs.append([{"tuple_of_floats": n}, 0])
    assert refused({"dict": pairs}, buffers)


def test_lone_surrogates_are_replaced() -> None:
    for tree in ({"list": ["\ud800"]}, {"opaque": ["\ud800", "\udfff"]}):
        got = decode(tree, [])
        assert "?" in repr(got)
        repr(got).encode()


def test_truth_values_are_zero_or_one() -> None:
    assert refused({"array": ["|b1", [2], 0]}, [b"\x00\x02"])
    assert decode({"array": ["|b1", [2], 0]}, [b"\x00\x01"]).tolist() == [False, True]


def test_only_plain_types_come_out() -> None:
    tree = {"list": [1, 1.5, True, "a", {"tuple": []}, {"dict": []}, {"array": ["<f8", [0], 0]}]}
    got = decode(tree, [b""])
    assert [type(v) for v in got] == [int, float, bool, str, tuple, dict, np.ndarray]
