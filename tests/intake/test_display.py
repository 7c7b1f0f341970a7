"""Names for people and for folders of reports."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from grader.intake import clean, slugs


def test_names_are_cleaned() -> None:
    assert clean("Ada\tLovelace\n") == "Ada Lovelace"
    assert clean("\N{RIGHT-TO-LEFT OVERRIDE}evil\N{ZERO WIDTH SPACE}\x1b[0m") == "evil[0m"
    assert clean("\ud800\0") == "unnamed"
    assert clean("e\u0301") == "é"
    assert clean("a\u2028b") == "a b"
    assert len(clean("x" * 10_000)) <= 80
    assert clean("李小龙 ملاك") == "李小龙 ملاك"


def test_slugs_are_readable() -> None:
    assert slugs(["Jürgen Groß", "alice", "Alice", "alice-2", "", "..", "con", "Index", "-x-"]) == [
        "Juergen-Gross",
        "alice",
        "Alice-2",
        "alice-2-2",
        "submission",
        "submission-2",
        "con_",
        "Index_",
        "x",
    ]


@given(st.lists(st.text(max_size=12) | st.sampled_from(["nul", "COM1", "index", "a", "A-2"])))
def test_slugs_are_always_safe_and_different(names: list[str]) -> None:
    made = slugs(names)
    assert len(made) == len(names)
    assert len({slug.lower() for slug in made}) == len(made)
    for slug in made:
        assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,79}", slug)
        assert slug.lower() not in {"con", "nul", "com1", "index"}


def test_ten_thousand_equal_names_are_quick() -> None:
    assert slugs(["x"] * 10_000)[-1] == "x-10000"


@given(st.text())
def test_a_cleaned_name_is_one_line_that_can_be_shown(name: str) -> None:
    shown = clean(name)
    assert shown
    assert shown.isprintable()
    assert len(shown) <= 80
