"""An instructor's way through the portal, in a browser, with a real server and real workers."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

import pytest

from grader.gradebook import Gradebook
from grader.gradebook.holders import person_of
from grader.portal.identity import Cookies, Entrance, PortalRole, PublicUrl, SignInWay
from grader.results import Person
from tests.browser.conftest import beside
from tests.sharing import from_scripts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

MEDIA = {"desktop": (1280, 900), "phone": (360, 740)}
WRONG = "def double(x):\n    return x * x * x\n"
PAGES = ("/class", "/answers", "/rules", "/queue", "/roster", "/exports", "/regrade", "/similar",
         "/people", "/audit", "/settings")  # fmt: skip


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Yield a portal of a small course that listens, with workers that run what is handed in."""
    folder = tmp_path_factory.mktemp("portal")
    from_scripts("kills_class").make(folder)
    driver = from_scripts("portal_driver")
    sys.modules.setdefault("portal_driver", driver)
    running = driver.RunningPortal(folder / "course", str(folder / "book.sqlite"))
    running.start()
    try:
        yield running
    finally:
        assert running.stop() == 0


def signed_in(
    browser: Browser, portal: Any, name: str, role: PortalRole, medium: str, *, scripts: bool
) -> Page:
    """Open a browser in which somebody is signed in."""
    with Gradebook(portal.book) as book:
        with book.database.writing() as connection:
            person, _ = person_of(connection, Person(id=name, name=name))
        entrance = Entrance(book.database, lambda: portal.address)
        entrance.sessions.grant(person, role, by="test")
        secret = entrance.sessions.begin(person, SignInWay.EMAIL)
    title, _, rest = Cookies(PublicUrl(portal.address)).header("session", secret).partition("=")
    width, height = MEDIA[medium]
    context = browser.new_context(
        java_script_enabled=scripts, viewport={"width": width, "height": height}
    )
    context.add_cookies([{"name": title, "value": rest.split(";")[0], "url": portal.address}])
    page = context.new_page()
    page.set_default_timeout(15_000)
    return page


def looked_at(page: Page, *, scripts: bool) -> None:
    """Look for what shuts people out, and for what is wider than a window, or a phone."""
    if scripts:
        visiting = beside("visiting")
        page.evaluate(visiting.axe())
        assert page.evaluate(visiting.AXE, [[], []]) == [], page.url
        for medium in ("phone", "desktop"):
            width, height = MEDIA[medium]
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate(visiting.WIDER) == 0, (page.url, medium)


class Instructing:
    """An instructor at a browser, and a student at another one."""

    def __init__(self, browser: Browser, portal: Any, medium: str, *, scripts: bool) -> None:
        self.portal, self.scripts = portal, scripts
        self.name = f"Student {medium} {scripts}"
        self.page = signed_in(browser, portal, "Ines", PortalRole.ADMIN, medium, scripts=scripts)
        self.student = signed_in(
            browser, portal, self.name, PortalRole.STUDENT, medium, scripts=False
        )
        self.said: list[str] = []
        self.seen: set[str] = set()
        self.page.on("console", lambda one: self.said.append(f"{one.type}: {one.text}"))
        self.page.on("pageerror", lambda one: self.said.append(f"error: {one}"))

    def go(self, path: str) -> None:
        """Open a page, and look at it."""
        self.page.goto(f"{self.portal.address}{path}")
        self.look()

    def look(self) -> None:
        """Look at the page, the first time that one of its kind is there."""
        title = self.page.locator("h1").inner_text()
        kind = re.sub(r"\d+", "N", f"{self.page.url.partition('?')[0]} {title}")
        if kind not in self.seen:
            self.seen.add(kind)
            looked_at(self.page, scripts=self.scripts)

    def press(self, button: str) -> str:
        """Press a button, look at what comes, and return what it says was done."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=button).click()
        self.look()
        done = self.page.locator(".told")
        return done.inner_text() if done.count() else ""

    def see_a_hand_in_come(self, work: Path) -> None:
        """See somebody hand in: by itself, and without scripts when asked."""
        self.go("/class")
        self.student.goto(f"{self.portal.address}/exercises/double")
        self.student.get_by_label("Files, a zip or a notebook").set_input_files(work)
        self.student.get_by_role("button", name="Hand in").click()
        self.student.wait_for_url("**/report")
        name = self.page.get_by_role("link", name=self.name).first
        for _ in range(0 if self.scripts else 60):  # a page may be some seconds old
            self.page.get_by_role("link", name="Reload").click()
            self.page.wait_for_load_state()
            if name.count():
                break
            self.page.wait_for_timeout(500)
        name.wait_for()

    def hold_back_and_publish(self) -> None:
        """Hold results back, see that the student sees none, and publish them."""
        self.go("/rules")
        row = self.page.locator("tr").filter(has_text="Doubling")
        row.get_by_role("link", name="Hold back").click()
        assert "students see none of them" in self.press("Hold back")
        self.student.reload()
        shown = self.student.locator("main").inner_text()
        assert "Doubling: graded, and shown when your instructor publishes them" in shown
        row.get_by_role("link", name="Publish").click()
        assert "are published" in self.press("Publish")
        self.student.reload()
        assert "publishes them" not in self.student.locator("main").inner_text()

    def set_a_deadline(self, moment: str) -> None:
        """Set a deadline that has passed, seen before it holds."""
        row = self.page.locator("tr").filter(has_text="Doubling")
        row.get_by_role("link", name="Change").click()
        self.look()
        self.page.get_by_label("Deadline", exact=True).fill(moment)
        assert self.press("Show what changes") == ""
        assert "1 rule of exercise 1 changed." in self.press("Let it hold")

    def give_points(self) -> None:
        """Give points by hand, seen before they are stored, and read the work."""
        self.go("/class")
        self.page.get_by_role("link", name=self.name).first.click()
        self.look()
        self.page.get_by_label("What", exact=True).select_option("points")
        self.page.get_by_label("Value").fill("+0.5")
        self.page.get_by_label("Of", exact=True).select_option("exercise:double")
        self.page.get_by_label("Reason, which the student reads").fill("a good idea")
        assert self.press("Show what it comes to") == ""
        assert f"holds for {self.name}" in self.press("Let it hold")
        self.page.get_by_role("link", name="All checks, and the files").click()
        assert "return x * x * x" in (self.page.locator("main").text_content() or "")
        self.look()


@pytest.mark.parametrize(("medium", "scripts"), [("desktop", True), ("phone", False)])
def test_an_instructor_sees_the_class_live_and_decides(
    browser: Browser, portal: Any, medium: str, scripts: bool, tmp_path: Path
) -> None:
    it = Instructing(browser, portal, medium, scripts=scripts)
    work = tmp_path / "double.py"
    work.write_text(WRONG)
    it.see_a_hand_in_come(work)
    it.hold_back_and_publish()
    it.set_a_deadline(f"2026-01-0{len(medium) - 4 + scripts}T12:00")
    it.give_points()
    for path in PAGES if scripts else ():
        it.go(path)
    it.go("/audit?who=Ines")
    log = it.page.locator("main").inner_text()
    assert "published" in log
    assert "adjusted" in log
    it.go("/exports")
    with it.page.expect_download() as got:
        it.page.get_by_role("link", name="grades.csv").click()
    assert it.name in got.value.path().read_text(encoding="utf-8-sig")
    assert it.said == []
    it.student.context.close()
    it.page.context.close()


def test_staff_without_a_right_see_no_way_to_use_it(browser: Browser, portal: Any) -> None:
    page = signed_in(browser, portal, "Ada", PortalRole.ASSISTANT, "desktop", scripts=True)
    page.goto(f"{portal.address}/rules")
    assert page.get_by_role("link", name="Publish").count() == 0
    assert page.get_by_role("link", name="Hold back").count() == 0
    links = page.get_by_role("navigation", name="For staff").get_by_role("link")
    assert links.all_inner_texts() == [
        "Class", "Answers to grade", "Deadlines and results", "Queue", "Alike"
    ]  # fmt: skip
    page.context.close()
