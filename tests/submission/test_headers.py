"""What the judge sends and gets is packed and read by faster code: it says the same."""

from __future__ import annotations

import json
import math
import os
import random
from typing import Any

import numpy as np
import pytest

from grader.submission.connection import headers
from grader.wire import FrameReader, encode, pack
from grader.wire.requests import Call, Get, Open, request_header

ODD: list[Any] = [
    [0.1, -0.0, 5e-324, 1.7976931348623157e308, 1e22, 1e-7, math.pi],
    [2**53 - 1, -(2**53) + 1, 2**70, 0, True, None],
    ["é", "\u2028", "\x7f", "\x00\x1f", '"\\/', "😀", "plain"],
    {"a": [1, (2.5, ("x",))], "b": {}, "": []},
    [np.float64(1e-320), np.float32(0.1), math.nan, -math.inf, 1 + 2j],
    [np.arange(5.0), np.zeros((0, 3)), np.array(True)],
]


@pytest.mark.parametrize("value", ODD)
def test_it_reads_as_what_pythons_own_encoder_writes(value: Any) -> None:
    tree, buffers = encode(value)
    request = Call("ex/work.py", "f", 1, tree, instead=("g",), tell=3)
    header = request_header(2**53 - 1, request, chained=True)
    fast, slow = headers.packed_at_once(header, buffers), pack(header, buffers)
    [ours], [pythons] = FrameReader().feed(fast), FrameReader().feed(slow)
    assert repr(ours) == repr(pythons)


@pytest.mark.parametrize(
    "request_",
    [
        Get("a \udcff name.py", "f"),  # a file name that is no UTF-8
        Open("/r", ("/r",), (), ("numpy",), (), 2**64, 512, 1.5, 1 << 26),
        Get("work.py", "f", 10**30),
    ],
)
def test_what_the_fast_one_refuses_is_written_by_pythons_own(request_: Any) -> None:
    header = request_header(1, request_)
    [ours] = FrameReader().feed(headers.packed_at_once(header, []))
    [pythons] = FrameReader().feed(pack(header, []))
    assert repr(ours) == repr(pythons)


def test_numbers_are_of_53_bits_and_none_comes_twice() -> None:
    drawn = [headers.unguessable() for _ in range(10_000)]
    assert len(set(drawn)) == len(drawn)
    assert max(drawn) < 1 << headers.NUMBER_BITS
    # Each bit is as often 1 as 0: the chance of being further away than this is below 1e-9.
    ones = np.array([[number >> bit & 1 for bit in range(53)] for number in drawn]).mean(axis=0)
    assert np.abs(ones - 0.5).max() < 0.033


def test_a_worker_that_is_forked_draws_others() -> None:
    headers.unguessable()
    here, there = os.pipe()
    pid = os.fork()
    if not pid:
        os.write(there, b"%d" % headers.unguessable())
        os._exit(0)
    os.waitpid(pid, 0)
    other = int(os.read(here, 100))
    os.close(here)
    os.close(there)
    assert other not in [headers.unguessable() for _ in range(headers.DRAWN_AT_ONCE)]


# What one decoder might take and another one not, or for another value.
TEXTS = [
    b'{"id":123456789012345,"op":"value","value":{"array":["<f8",[6,3],0]},"buffers":[144]}',
    b'{"a":-0,"b":-0.0,"c":1e5,"d":1E+22,"e":0.1,"f":"\\u00e9\\ud83d\\ude00","g":[null,true]}',
    b'{"h":18446744073709551616,"i":-9223372036854775809,"j":1e309,"k":4.9e-324,"l":"\\ud800"}',
    '{"é":"ü€😀","n":[2.25e-300,1.7976931348623157e308,123456789.1234567891234]}'.encode(),
    b' {"a" : 1, "a": 2 }\n',
    b'{"a":"\x01\x7f"}',
    b'{"a":"\xed\xa0\x80"}',
    b"[1e400,-1e400,0e5,1e-400]",
    b"9" * 4300,
    b"9" * 4301,
    b"[" * 900 + b"]" * 900,
    b'{"a":NaN}',
    b"\xef\xbb\xbf{}",
    b'{"a":1}\x00',
]
LETTERS = b'0123456789eE+-."\\{}[],: ntfu\x00\x1f\x7f\x80\xc3\xff/'


def _by_python(raw: bytes) -> Any:
    try:
        return json.JSONDecoder(parse_constant=lambda _: 1 / 0).decode(raw.decode())
    except (ValueError, ZeroDivisionError, RecursionError):
        return None


def test_what_the_fast_decoder_reads_is_what_pythons_own_reads() -> None:
    rng = random.Random(14)  # noqa: S311  (nothing secret)
    read = 0
    for number in range(20_000):
        raw = bytearray(TEXTS[number % len(TEXTS)])
        for _ in range(rng.randrange(3) if number >= len(TEXTS) else 0):
            place, change = rng.randrange(len(raw)), rng.randrange(3)
            raw[place : place + (change > 0)] = bytes([rng.choice(LETTERS)]) if change < 2 else b""
        value = headers.decoded_at_once(memoryview(raw))
        if value is not None:
            read += 1
            assert repr(value) == repr(_by_python(bytes(raw))), bytes(raw)
    assert read > 2_000


@pytest.mark.parametrize("raw", [b'{"a":"\\ud800"}', b"[1e400]", b"{", b"", b"9" * 900_000])
def test_what_it_does_not_read_is_left_to_pythons_own(raw: bytes) -> None:
    assert headers.decoded_at_once(memoryview(raw)) is None
