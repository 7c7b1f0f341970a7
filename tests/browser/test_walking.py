"""By keyboard alone: what can be reached, in which order, and what the keys then do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

MOST = 36  # steps on one page
# What a person can use, and that is there to be used.
USABLE = """
[...document.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']")]
  .filter((one) => one.tabIndex >= 0 && !one.disabled
    && one.checkVisibility({visibilityProperty: true})
    && !one.closest("details:not([open]) > :not(summary)"))
"""
NAMES = f"{USABLE}.length"
# Numbers them in the order of the page, and sees which has the focus, and whether that is seen.
NUMBERED = f"{USABLE}.forEach((one, index) => {{ one.dataset.stop = index; }})"
FOCUSED = """
(() => { const one = document.activeElement, style = getComputedStyle(one);
  const box = one.getBoundingClientRect();
  const stop = one === document.body ? -1 : Number(one.dataset.stop);
  return [stop, parseFloat(style.outlineWidth) || 0, style.outlineStyle, box.width * box.height];
})()
"""


@pytest.mark.parametrize(
    "kind", ["student", "refused", "class", "instructor", "similar", "regraded"]
)
def test_every_control_is_reached_in_the_order_of_the_page_and_seen(
    visit: Any, site: dict[str, Path], kind: str
) -> None:
    with visit(site[kind]) as it:
        if kind == "class":  # a part of it is made when somebody comes near
            it.page.locator("#map").scroll_into_view_if_needed()
            it.page.locator(".grid-map tbody tr").first.wait_for()
            it.run("scrollTo(0, 0)")
        count = it.run(NAMES)
        it.run(NUMBERED)
        seen = []
        for _ in range(min(count, MOST)):
            it.page.keyboard.press("Tab")
            stop, width, style, area = it.run(FOCUSED)
            seen.append(stop)
            assert (width >= 2, style != "none", area > 1) == (True, True, True), it.focused()
        assert seen == list(range(min(count, MOST)))


def test_the_skip_link_leads_past_everything(visit: Any, site: dict[str, Path]) -> None:
    with visit(site["student"]) as it:
        it.page.keyboard.press("Tab")
        assert it.focused().startswith("a||#main|")
        assert it.run("document.activeElement.getBoundingClientRect().left") >= 0
        it.page.keyboard.press("Enter")
        assert it.focused().startswith("main|main|")


def test_the_checks_of_a_class_are_a_few_steps_away(visit: Any, site: dict[str, Path]) -> None:
    with visit(site["class"]) as it:
        for _ in range(10):
            it.page.keyboard.press("Tab")
            if "|#checks|" in it.focused():
                break
        it.page.keyboard.press("Enter")
        it.page.keyboard.press("Tab")
        place = "document.activeElement.closest('section').querySelector('h2').id"
        assert it.run(place) == "checks"


def test_a_box_that_does_not_scroll_is_no_stop(visit: Any, site: dict[str, Path]) -> None:
    with visit(site["instructor"]) as it:
        stops = "document.querySelectorAll('.scroll[tabindex]').length"
        assert it.run("document.querySelectorAll('.scroll').length") > 0
        assert it.run(stops) == 0
        it.turn_to("phone")
        assert it.run(stops) > 0
    with visit(site["instructor"], scripts=False) as plain:
        assert plain.page.locator(".scroll[tabindex]").count() > 0


def test_students_are_sorted_and_found(visit: Any, site: dict[str, Path]) -> None:
    with visit(site["class"]) as it:
        table = it.page.locator("#student-table")
        names = table.locator("tbody th bdi:first-child, tbody th a:first-child bdi")
        assert names.first.inner_text() == "Ada Lovelace"
        total = table.locator("thead button", has_text="Total")
        total.focus()
        it.page.keyboard.press("Enter")
        assert table.locator("th[aria-sort=ascending]").count() == 1
        points = [float(v) for v in it.run(
            "[...document.querySelectorAll('#student-table td.sum')].map((one) => one.dataset.v)"
        )]  # fmt: skip
        assert points == sorted(points)
        it.page.keyboard.press("Enter")
        assert it.page.locator("#student-table td.sum").first.get_attribute("data-v") == str(
            f"{max(points):g}"
        )
        it.page.locator("#filter").fill("emile")
        assert table.locator("tbody tr").count() == 1
        assert "Émile Picard" in table.locator("tbody tr").inner_text()
        assert it.page.locator("#filter ~ output").inner_text() == "1 of 8"
        it.page.locator("#filter").fill("")
        assert table.locator("tbody tr").count() == 8
        assert it.said == []


COLUMNS = """
[...document.querySelectorAll(".grid-map thead tr:last-child, .grid-map tbody tr:first-child")]
  .map((row) => [...row.cells].map((cell) => Math.round(cell.getBoundingClientRect().left)))
"""


def test_each_mark_of_the_map_stands_below_its_check(visit: Any, site: dict[str, Path]) -> None:
    """A style of another page once put the numbers of all checks into one column."""
    with visit(site["class"]) as it:
        it.page.locator("#map").scroll_into_view_if_needed()
        it.page.locator(".grid-map tbody tr").first.wait_for()
        heads, marks = it.run(COLUMNS)
        assert heads == marks == sorted(set(heads))
        assert len(heads) > 10


def test_the_arrows_walk_through_students_and_checks(visit: Any, site: dict[str, Path]) -> None:
    with visit(site["class"]) as it:
        it.page.locator("#map").scroll_into_view_if_needed()
        grid = it.page.locator(".grid-map")
        grid.locator("tbody tr").first.wait_for()
        # One stop for all of its cells.
        assert it.run("document.querySelectorAll('.grid-map [tabindex=\"0\"]').length") == 1
        grid.locator("thead button").first.focus()
        for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight"):
            it.page.keyboard.press(key)
        told = it.page.locator(".told")
        assert told.inner_text().startswith("Émile Picard · 0 Matrices, a neuron, a layer: ")
        assert told.inner_text().endswith(" · not right yet")
        label = it.run("document.activeElement.getAttribute('aria-label')")
        assert label == "not right yet"
        it.page.keyboard.press("End")
        it.page.keyboard.press("Home")
        assert it.focused().endswith("Émile Picard")
        # A column in the head sorts the lines: what went wrong comes first.
        it.page.keyboard.press("Control+Home")
        for key in ("ArrowRight", "ArrowRight", "Enter"):
            it.page.keyboard.press(key)
        assert grid.locator("tbody th").first.inner_text() == "Émile Picard"
        it.page.locator("#map-exercise").select_option("8 MNIST with Keras")
        assert grid.locator("thead tr").last.locator("th").count() == 2 + 3
        it.page.locator("#map-filter").fill("wei")
        assert grid.locator("tbody tr").count() == 1
        it.page.locator("#map-filter").fill("")
        it.page.locator("#map-exercise").select_option("")
        assert it.said == []
        # Enter leads to the place on the instructor's page about the student.
        first = grid.locator("tbody tr").first.locator("td.failed").first
        first.focus()
        it.page.keyboard.press("Enter")
        it.page.wait_for_url("**/instructor/emile-picard.html#check-*")
        place = it.page.url.partition("#")[2]
        assert it.page.locator(f"#{place}").count() == 1


def test_a_link_unfolds_what_it_leads_to(visit: Any, site: dict[str, Path]) -> None:
    with visit(site["all right"]) as it:
        name = "check-gradient-gradient-descent_steps"
        inside = it.page.locator(f"#{name} figure").first
        assert not inside.is_visible()
        it.run(f"location.hash = '{name}'")
        inside.wait_for(state="visible")


def test_without_scripts_all_is_there(visit: Any, site: dict[str, Path]) -> None:
    with visit(site["class"], scripts=False) as it:
        assert it.page.locator("#student-table tbody tr").count() == 8
        assert it.page.locator("img.map").is_visible()
        assert not it.page.locator(".tools").first.is_visible()
        assert not it.page.locator(".grid-of-checks").is_visible()


@pytest.fixture(scope="module")
def large(making: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page of a class of 256."""
    page: Path = making.write_large(tmp_path_factory.mktemp("large") / "index.html", 256)
    return page


def test_of_a_large_class_a_hundred_lines_are_laid_out(visit: Any, large: Path) -> None:
    with visit(large) as it:
        lines = it.page.locator("#student-table tbody tr")
        section = it.page.locator("section[aria-labelledby=students]")
        pager = section.locator(".pager")
        before, after = pager.locator("button").all()
        assert (lines.count(), pager.locator("output").inner_text()) == (100, "1 to 100 of 256")
        assert before.is_disabled()
        after.click()
        after.click()
        assert (lines.count(), pager.locator("output").inner_text()) == (56, "201 to 256 of 256")
        assert after.is_disabled()
        section.locator("thead button", has_text="Total").click()
        assert pager.locator("output").inner_text() == "1 to 100 of 256"
        assert float(lines.first.locator(".sum").get_attribute("data-v")) == -1  # no grade
        section.locator("input").fill("grace hopper 1")
        assert 0 < lines.count() < 100
        assert not pager.is_visible()
        assert it.page.locator("details.more-lines").count() == 0
        it.page.locator("#map").scroll_into_view_if_needed()
        it.page.locator(".grid-map tbody tr").first.wait_for()
        assert it.page.locator(".grid-map tbody tr").count() == 50
        assert it.page.locator("img.map").is_visible()
        it.run("dispatchEvent(new Event('beforeprint'))")
        assert 0 < lines.count() < 100  # what was filtered
        it.run("dispatchEvent(new Event('afterprint'))")
        section.locator("input").fill("")
        it.run("dispatchEvent(new Event('beforeprint'))")
        assert lines.count() == 256
        it.run("dispatchEvent(new Event('afterprint'))")
        assert lines.count() == 100
        assert it.said == []


def test_without_scripts_a_large_class_is_in_sheets_to_unfold(visit: Any, large: Path) -> None:
    with visit(large, scripts=False) as it:
        assert it.page.locator("#student-table tbody tr").count() == 100
        sheets = it.page.locator("details.more-lines")
        assert sheets.count() == 2
        assert sheets.first.inner_text().startswith("Students 101 to 200: ")
        sheets.first.locator("summary").click()
        assert sheets.first.locator("tbody tr").first.is_visible()
        assert sheets.locator("tbody tr").count() == 156


def test_what_is_folded_is_unfolded_by_a_key(visit: Any, site: dict[str, Path]) -> None:
    with visit(site["student"]) as it:
        summary = it.page.locator("summary").first
        for key in ("Enter", " "):
            summary.focus()
            was = it.run("document.querySelector('details').open")
            it.page.keyboard.press(key)
            assert it.run("document.querySelector('details').open") is not was


def test_a_slider_turns_through_the_network_in_time(visit: Any, site: dict[str, Path]) -> None:
    with visit(site["student"]) as it:
        figure = it.page.locator("figure:has(.frames)")
        slider = figure.get_by_role("slider", name="Shown:")
        seen = []
        slider.focus()
        for key in ("Home", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft"):
            it.page.keyboard.press(key)
            shown = [one for one in figure.locator("svg.net").all() if one.is_visible()]
            told = slider.get_attribute("aria-valuetext")
            assert figure.locator("output").inner_text() == told
            seen.append((told, [one.locator(".name").text_content() for one in shown]))
        names = [f"after {step} steps" for step in (1, 2, 3)]
        single = [(name, [name]) for name in names]
        assert seen == [("all beside each other", names), *single, single[2], single[1]]
        assert it.barriers() == []
        it.turn_to("print")
        assert [one.is_visible() for one in figure.locator("svg.net").all()] == [True] * 3
        assert not slider.is_visible()
        assert it.said == []


VALUES = "figure:has(figcaption:text-is('Five trainings'))"


def test_a_figure_tells_its_values_to_keys_and_to_the_mouse(
    visit: Any, site: dict[str, Path]
) -> None:
    with visit(site["student"]) as it:
        figure = it.page.locator(VALUES)
        values = figure.get_by_role("slider", name="Values of Five trainings")
        assert it.page.locator(".values").count() == it.page.locator("svg[data-x]").count() > 1
        assert figure.locator("[tabindex='0']").count() == 1
        values.focus()
        told = []
        for key in ("Home", "ArrowRight", "End", "Home", "ArrowDown", "ArrowUp", "ArrowUp"):
            it.page.keyboard.press(key)
            assert figure.locator(".readout").inner_text() == values.get_attribute("aria-valuetext")
            told.append(figure.locator(".readout").inner_text())
        assert told[:2] == [
            "training · step 0 · loss 100", "training · step 1 · loss 10",
        ]  # fmt: skip
        assert told[2].startswith("training, band · step ")
        assert told[3:6] == [told[0], "new data · step 0 · loss 1000", told[0]]
        assert told[6] in (
            "training, band · step 0 · loss 200", "training, band · step 0 · loss 50",
        )  # fmt: skip
        assert it.barriers() == []
        it.run("document.activeElement.blur()")
        assert figure.locator(".readout").inner_text().startswith("For values")
        box = figure.locator("svg.figure").bounding_box()
        it.page.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + 0.1 * box["height"])
        assert figure.locator(".readout").inner_text() == "new data · step 2 · loss 900"
        assert it.said == []


def test_without_scripts_figures_have_no_controls_and_lose_nothing(
    visit: Any, site: dict[str, Path]
) -> None:
    with visit(site["student"], scripts=False) as it:
        frames = it.page.locator("figure:has(.frames)")
        assert [one.is_visible() for one in frames.locator("svg.net").all()] == [True] * 3
        frames.locator("summary").click()
        cells = frames.locator("tbody td").all_inner_texts()
        assert cells == ["i0 to o0", "1 #1f6fb4", "2 #1f6fb4", "3 #1f6fb4"]
        assert it.page.locator(".values, .readout, .turn").count() == 0
        assert "ends at 900" in it.page.locator(VALUES).locator(".summary").first.inner_text()
