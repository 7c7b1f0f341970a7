"""Texts of somebody who wants to break the page: in a real browser nothing of them runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

KINDS = ("student", "refused", "class", "instructor", "similar", "regraded")
# Elements that none of our templates makes, and attributes that run something.
STRANGE = """
[...document.querySelectorAll("body *")].filter((one) =>
  one.matches("iframe, object, embed, form, style, base, link, meta, script:not(:last-child)")
  || [...one.attributes].some((a) => /^on/i.test(a.name) || /^\\W*javascript:/i.test(a.value)))
  .map((one) => one.outerHTML.slice(0, 100))
"""
OUTSIDE = """
[...document.querySelectorAll("main *, header *")].filter((one) => {
  if (one.closest(".scroll, .unseen, svg, [hidden], .skip, .what")) return false;
  const box = one.getBoundingClientRect();
  return box.width && box.right > innerWidth + 1;
}).map((one) => one.outerHTML.slice(0, 120))
"""


@pytest.fixture(scope="module")
def hostile(making: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Path]]:
    """Return the pages in which every text is hostile, and those in which it has no end."""
    texts = {"markup": making.HOSTILE, "unbroken": making.LONG, "wide": "﷽" * 30}
    return {
        name: making.write_hostile(tmp_path_factory.mktemp(name), text)
        for name, text in texts.items()
    }


@pytest.mark.parametrize("text", ["markup", "unbroken", "wide"])
def test_nothing_runs_and_nothing_is_wider_than_a_phone(
    visit: Any, hostile: dict[str, dict[str, Path]], text: str
) -> None:
    for kind in KINDS:
        with visit(hostile[text][kind], "phone") as it:
            it.unfold()
            if kind == "class":
                it.page.locator("#map").scroll_into_view_if_needed()
                it.page.locator(".grid-map tbody tr").first.wait_for()
            found = [it.overflow(), it.run(STRANGE), it.run(OUTSIDE), it.said]
            assert (kind, found) == (kind, [0, [], [], []])
            assert it.page.title() != "ran"
            assert it.run("getComputedStyle(document.querySelector('main')).display") != "none"


def test_a_page_that_could_run_something_would_be_seen(visit: Any, tmp_path: Path) -> None:
    page = tmp_path / "bad.html"
    page.write_text(
        "<!doctype html><title>x</title><main><img src=x onerror='alert(1)'></main><p>", "utf-8"
    )
    with visit(page, "phone") as it:
        it.page.wait_for_timeout(300)
        assert any(one.startswith("dialog") for one in it.said)
        assert any(one.startswith("request") for one in it.said)
        assert it.run(STRANGE) != []


STATE = """
[innerWidth, matchMedia("(prefers-color-scheme: dark)").matches, matchMedia("print").matches,
 window.left || null, document.querySelectorAll(":hover").length, history.state]
"""


def test_a_visit_finds_nothing_of_the_one_before(visit: Any, tmp_path: Path) -> None:
    """They share a window, which would cost half a second of a processor each time."""
    page = tmp_path / "page.html"
    page.write_text("<!doctype html><title>x</title><main><p>Text.</p></main>", "utf-8")
    with visit(page) as before:
        clean = before.run(STATE)
    with visit(page, "phone") as it:
        it.turn_to("dark")
        it.turn_to("print")
        it.page.mouse.move(30, 30)
        it.run("window.left = 1; history.replaceState(7, '')")
        it.run("console.log('said'); addEventListener('pagehide', () => console.log('late'))")
        assert it.said == ["log: said"]
    with visit(page) as it:
        assert it.run(STATE) == clean
        it.run("console.log('said')")
        assert it.said == ["log: said"]
        assert before.said == []
