"""What the judge sends is packed by a faster encoder: it reads the same at the other end."""

from __future__ import annotations

import math
import os
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
