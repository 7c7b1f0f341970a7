"""Every kind of page, in the light, in the dark, on a phone and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.conftest import beside

if TYPE_CHECKING:
    from pathlib import Path

KINDS = ("student", "refused", "class", "instructor", "similar", "regraded")
MEDIA = ("desktop", "dark", "phone", "print")
# Texts of drawings that stick out of them, by more than a hair, and are cut off there.
CUT = """
[...document.querySelectorAll("svg.figure text")].filter((one) => {
  const box = one.getBoundingClientRect(), whole = one.ownerSVGElement.getBoundingClientRect();
  return box.width && (box.left < whole.left - 1 || box.right > whole.right + 1);
}).map((one) => one.textContent)
"""
# What stands out of the side of what it stands in, where that does not scroll.
OUTSIDE = """
[...document.querySelectorAll("main *, header *")].filter((one) => {
  if (one.closest(".scroll, .unseen, svg, [hidden], .skip, .what")) return false;
  const box = one.getBoundingClientRect();
  return box.width && box.right > innerWidth + 1;
}).map((one) => one.outerHTML.slice(0, 120))
"""


SHOWN = """(selector) => {
  const all = [...document.querySelectorAll(selector)];
  return [all.filter((one) => one.checkVisibility()).length, all.length];
}"""
COLOURS = beside("visiting").COLOURS
CHOSEN = {"dark": (COLOURS, ()), "phone": ((), COLOURS), "print": ((), COLOURS)}


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_on_it_shuts_anybody_out(
    visit: Any, site: dict[str, Path], golden_looks: Any, kind: str
) -> None:
    with visit(site[kind]) as it:
        assert it.barriers(without=COLOURS) == []  # what is unfolded has all colours
        it.unfold()
        if kind == "class":
            it.page.locator("#map").scroll_into_view_if_needed()
            it.page.locator(".grid-map tbody tr").first.wait_for()
        for medium in MEDIA:
            it.turn_to(medium)
            # What is dark has other colours and nothing else; a phone and paper have those of the
            # light, on white.
            only, without = CHOSEN.get(medium, ((), ()))
            found = it.barriers(only, without)
            problems = [*found, *it.run(CUT), *it.run(OUTSIDE), *it.said]
            assert (medium, problems, max(it.overflow(), 0)) == (medium, [], 0)
            assert (medium, golden_looks(f"{kind}, {medium}", it.page)) == (medium, [])


@pytest.mark.parametrize("kind", KINDS)
def test_it_says_when_it_was_made(site: dict[str, Path], kind: str) -> None:
    page = site[kind].read_text(encoding="utf-8")
    done = "Compared" if kind == "similar" else "Graded"
    assert page.count(f"{done} on 31 January 2026, 09:30 UTC") == 1


def test_paper_has_what_is_wrong_and_the_names_of_what_is_right(
    visit: Any, site: dict[str, Path]
) -> None:
    """A page of which everything was unfolded took 40 sheets."""
    with visit(site["student"], "print") as it:
        assert it.page.evaluate(SHOWN, ".check.passed figure")[0] == 0
        for selector, least in ((".check.open figure", 3), (".all-passed .claim", 4)):
            shown, there = it.page.evaluate(SHOWN, selector)
            assert shown == there >= least
        # The line of a student's code where it failed is marked by the class of a mark in figures.
        shown, there = it.page.evaluate(SHOWN, "pre .here")
        assert shown == there > 0
        assert it.page.pdf(format="A4").count(b"/Type /Page\n") <= 12


def test_columns_keep_their_names_on_paper(visit: Any, site: dict[str, Path]) -> None:
    """Where a head is repeated on the next page, browsers draw no button in it."""
    with visit(site["class"], "print") as it:
        heads = it.page.locator("#student-table thead th")
        assert [" ".join(one.split()) for one in heads.all_inner_texts()] == [
            "Student", "0 of 7", "1 of 11", "2 of 12", "6 of 4", "8 of 5", "Total of 39", "Checks",
            "What to look at",
        ]  # fmt: skip


def test_a_look_survives_another_font_and_not_a_missing_style(
    visit: Any, site: dict[str, Path], looks: Any
) -> None:
    with visit(site["student"]) as it:
        before = looks.look(it.page)
        assert looks.differences(before, looks.look(it.page)) == []
        # A style may be changed from here though the page's own policy allows no other.
        it.run("document.body.style.setProperty('font', '16.5px/1.65 serif')")
        assert looks.differences(before, looks.look(it.page)) == []
        it.turn_to("dark")
        assert "other colours" in looks.differences(before, looks.look(it.page))[-1]
        it.turn_to("desktop")
        it.run("document.querySelector('style').remove()")
        assert looks.differences(before, looks.look(it.page)) != []
