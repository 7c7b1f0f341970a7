"""Browsers in which people use a portal that listens: students, and those who teach."""

from __future__ import annotations

__all__ = ["RIGHT", "WRONG", "Instructing", "looked_at", "signed_in"]

import re
from typing import TYPE_CHECKING, Any

from grader.gradebook import Gradebook
from grader.gradebook.holders import person_of
from grader.portal.identity import Cookies, Entrance, PortalRole, PublicUrl, SignInWay
from grader.results import Person
from tests.browser.conftest import beside

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

MEDIA = {"desktop": (1280, 900), "phone": (360, 740)}
RIGHT = "def double(x):\n    return x + x\n"
WRONG = "def double(x):\n    return x * x * x\n"


def signed_in(
    tabs: Any,
    portal: Any,
    name: str,
    medium: str,
    *,
    scripts: bool,
    role: PortalRole = PortalRole.STUDENT,
) -> Page:
    """Return a page in which somebody is signed in: give it back to the tabs."""
    with Gradebook(portal.book) as book:
        with book.database.writing() as connection:
            person, _ = person_of(connection, Person(id=name, name=name))
        entrance = Entrance(book.database, lambda: portal.address)
        if role is not PortalRole.STUDENT:
            entrance.sessions.grant(person, role, by="test")
        secret = entrance.sessions.begin(person, SignInWay.EMAIL)
    title, _, rest = Cookies(PublicUrl(portal.address)).header("session", secret).partition("=")
    width, height = MEDIA[medium]
    page: Page = tabs.take(scripts=scripts)
    page.set_viewport_size({"width": width, "height": height})
    page.context.add_cookies([{"name": title, "value": rest.split(";")[0], "url": portal.address}])
    return page


def looked_at(page: Page, *, scripts: bool) -> None:
    """Look for what shuts people out, and for what is wider than a window, or a phone.

    A phone has the colours of a window, in which somebody else looks at the same pages.
    """
    if scripts:
        visiting = beside("visiting")
        page.evaluate(visiting.axe())
        size = page.viewport_size
        is_phone = size is not None and size["width"] == MEDIA["phone"][0]
        without = visiting.COLOURS if is_phone else ()
        assert page.evaluate(visiting.AXE, [[], list(without)]) == [], page.url
        for medium in ("phone", "desktop"):
            width, height = MEDIA[medium]
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate(visiting.WIDER) == 0, (page.url, medium)


class Instructing:
    """An instructor at a browser, and a student at another one."""

    def __init__(
        self, tabs: Any, portal: Any, medium: str, *, scripts: bool, name: str = "Student"
    ) -> None:
        self.tabs = tabs
        self.portal, self.scripts = portal, scripts
        self.name = f"{name} {medium} {scripts}"
        self.page = signed_in(tabs, portal, "Ines", medium, scripts=scripts, role=PortalRole.ADMIN)
        self.student = signed_in(tabs, portal, self.name, medium, scripts=True)
        self.said: list[str] = []
        self.seen: set[str] = set()
        self.page.on("console", lambda one: self.said.append(f"{one.type}: {one.text}"))
        self.page.on("pageerror", lambda one: self.said.append(f"error: {one}"))

    def leave(self) -> None:
        """Give both pages back."""
        self.tabs.give_back(self.student, scripts=True)
        self.tabs.give_back(self.page, scripts=self.scripts)

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

    def hand_in(self, work: Path) -> None:
        """Have the student hand in, and see the report."""
        self.student.goto(f"{self.portal.address}/exercises/double")
        self.student.get_by_label("Files, a zip or a notebook").set_input_files(work)
        self.student.get_by_role("button", name="Hand in").click()
        self.student.wait_for_url("**/report")

    def see_a_hand_in_come(self, work: Path) -> None:
        """See somebody hand in: by itself, and without scripts when asked."""
        self.go("/class")
        self.hand_in(work)
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
