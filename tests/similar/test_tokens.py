"""Tokens and fingerprints: the same where only names and layout differ, linear, never failing."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.similar.fingerprints import hashes_of, winnowed
from grader.similar.source_tokens import tokens_of
from tests.sampling import examples
from tests.sharing import module_at

TEXT = '''
def relu(z):
    """What is negative is 0."""
    out = z.copy()
    out[out < 0] = 0  # in place
    return out
'''


def same(one: str, other: str, *prescribed: str) -> bool:
    first, second = (tokens_of(text, prescribed).codes for text in (one, other))
    return bool(np.array_equal(first, second))


@pytest.mark.parametrize(
    "other",
    [
        TEXT.replace("out", "result").replace("relu", "f").replace("z", "values"),
        TEXT.replace("    ", "  ").replace("\n\n", "\n"),
        TEXT.replace("# in place", "# now they are gone"),
        TEXT.replace('"""What is negative is 0."""', "'''Another\ntext'''"),
        TEXT.replace("out < 0", "out\\\n<  0"),
        TEXT.replace("0", "0.0"),
    ],
)
def test_names_layout_comments_and_numbers_make_no_difference(other: str) -> None:
    assert other != TEXT
    assert same(TEXT, other)


@pytest.mark.parametrize(
    ("old", "new"),
    [(".copy", ".round"), ("<", "<="), ("return", "yield"), ("= 0", "= len"), ("[out", "(out")],
)
def test_what_the_code_does_makes_one(old: str, new: str) -> None:
    assert not same(TEXT, TEXT.replace(old, new))


def test_what_the_course_prescribes_is_kept() -> None:
    assert same("relu(x)", "f(x)")
    assert not same("relu(x)", "f(x)", "relu")


def test_a_text_with_names_in_it_is_one_token_on_every_python() -> None:
    assert same('a = f"{x!r:>{width}} {y}"', "a = 'z'")
    assert len(tokens_of('a = f"{x}" rb\'\\\'\' """a"b""c"""')) == 5


def test_places_are_those_in_the_text() -> None:
    tokens = tokens_of(TEXT)
    words = [TEXT[a:b] for a, b in zip(tokens.starts, tokens.ends, strict=True)]
    assert words[:6] == ["def", "relu", "(", "z", ")", ":"]
    assert words[-2:] == ["return", "out"]


LENGTH = 60_000  # a search in the square of it would take minutes
PIECES = ["(", '"', '"""', "'''a", 'f"{', "@a.", "\n \t", "1_", "a.", "\\\n", "\\", '"""\\', " ",
          "#", "\n'''", "0e+", "rb", "é", "\x00", "\ud800"]  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
def test_no_text_makes_reading_slow(piece: str) -> None:
    started = time.process_time()
    tokens_of(piece * (LENGTH // len(piece)))
    assert time.process_time() - started < 2.0


@settings(max_examples=examples(40), deadline=None)
@given(st.text(alphabet="ab1 \n\t\"'\\#().=<f{}é\x00", max_size=60))
def test_any_text_has_tokens_that_do_not_overlap(text: str) -> None:
    tokens = tokens_of(text)
    assert np.all(tokens.starts[1:] >= tokens.ends[:-1])
    assert np.all(tokens.ends > tokens.starts)


# ------------------------------------------------------------------ fingerprints


def test_winnowing_chooses_as_the_paper_does() -> None:
    """The example of Schleimer, Wilkerson and Aiken, figure 2: hashes, and windows of 4."""
    hashes = np.array([77, 74, 42, 17, 98, 50, 17, 98, 8, 88, 67, 39, 77, 74, 42, 17, 98],
                      dtype=np.uint64)  # fmt: skip
    places = winnowed(hashes, 4, np.zeros(len(hashes), dtype=np.bool_))
    assert places.tolist() == [3, 6, 8, 11, 15]
    assert hashes[places].tolist() == [17, 17, 8, 39, 17]


@settings(max_examples=examples(40), deadline=None)
@given(st.lists(st.integers(0, 9), max_size=60), st.integers(1, 6))
def test_each_window_that_is_left_has_a_fingerprint(values: list[int], window: int) -> None:
    hashes = np.array(values, dtype=np.uint64)
    left_out = hashes == 3
    places = set(winnowed(hashes, window, left_out).tolist())
    assert not any(left_out[place] for place in places)
    for start in range(len(values) - window + 1):
        here = range(start, start + window)
        assert places & set(here) or all(left_out[at] for at in here)


def test_equal_runs_have_equal_hashes_wherever_they_stand() -> None:
    codes = tokens_of(TEXT).codes
    moved = np.concatenate([codes[5:9], codes])
    assert np.array_equal(hashes_of(moved, 6)[4:], hashes_of(codes, 6))
    assert len(hashes_of(codes[:5], 6)) == 0


def test_disguises_change_the_text() -> None:
    """Otherwise the tests of found copies would show nothing."""
    disguises = module_at(Path(__file__).with_name("disguises.py"))
    for disguise in disguises.DISGUISES:
        assert disguise(TEXT).split() != TEXT.split()
