"""Texts for pages."""

from __future__ import annotations

import time

import pytest

from grader.report.text import anchor, clean, points, rich, short, words


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("a\x1b[31mb\x1b[0m", "ab"),
        ("a\x1b]0;title\x07b", "ab"),
        ("a\x00b", "a␀b"),
        ("a\u202eb", "a⟨U+202E⟩b"),
        ("a\ud800b", "a⟨U+D800⟩b"),
        ("10%\r20%\r\ndone", "10%\n20%\ndone"),
        ("12\x08\x08ab", "12ab"),
        ("é ñ 中 נ 👩‍🔬", "é ñ 中 נ 👩‍🔬"),
        ("e\u0301", "e\u0301"),
        ("z" + "\u0300" * 50, "z" + "\u0300" * 3),
        ("tab\tstays", "tab\tstays"),
    ],
)
def test_what_is_unseen_is_shown_or_gone(hostile: str, shown: str) -> None:
    assert clean(hostile) == shown


def test_the_short_way_of_ordinary_texts_lets_nothing_through() -> None:
    codes = [*range(0x3000), *range(0xD7F0, 0x1_0000), *range(0xE_0000, 0xE_1000)]
    for text in (f"a{chr(code) * 5}\nb" for code in codes):
        assert clean(text) == clean(f"\x1b[0m{text}"), ascii(text)  # the colour's code goes


def test_a_long_text_says_how_long_it_was() -> None:
    cut = clean("x" * 1_000_000, 100)
    assert len(cut) < 150
    assert cut.endswith("… (cut here: 1,000,000 characters in all)")


@pytest.mark.parametrize("piece", ["\x1b[", "\x1b]", "`", "\r", "\x08", "\u0300", "\x1b[1;"])
def test_cleaning_is_quick_for_any_repetition(piece: str) -> None:
    begin = time.process_time()
    rich(clean(piece * 200_000, 100_000))
    assert time.process_time() - begin < 2


def test_backquotes_become_code_and_the_rest_is_escaped() -> None:
    assert rich("`a<b` & ` `c") == "<code>a&lt;b</code> &amp; <code> </code>c"
    assert rich("no ` end") == "no ` end"


def test_stars_stress_a_word_and_multiply_numbers() -> None:
    assert rich("the *sum* & `a *b* c`") == "the <em>sum</em> &amp; <code>a *b* c</code>"
    assert rich("2 * x * y, a**b**c, x*y*z") == "2 * x * y, a**b**c, x*y*z"
    assert rich("*<b>*") == "*&lt;b&gt;*"


def test_numbers_are_short() -> None:
    assert [short(v) for v in (0.25, 12_000, -3e7, 1e-9, 100, 0)] == [
        "0.25", "12,000", "\N{MINUS SIGN}3·10⁷", "10⁻⁹", "100", "0",
    ]  # fmt: skip
    assert [points(v) for v in (3.0, 2.5, 1 / 3, 0.0, 10.0)] == ["3", "2.5", "0.33", "0", "10"]


def test_anchors_and_words() -> None:
    assert anchor("check", "a.b/ç d") == "check-a-b-c-d"
    assert anchor("check", "'\"><") == "check-x"
    assert words("factor_two_missing") == "factor two missing"
