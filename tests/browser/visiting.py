"""A page in the browser, and the browser's messages about it."""

from __future__ import annotations

__all__ = ["COLOURS", "MEDIA", "Tabs", "Visit"]

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import axe_playwright_python

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# Width and height of the window, and what the page is drawn for.
MEDIA: dict[str, tuple[int, int, dict[str, Any]]] = {
    "desktop": (1280, 900, {"color_scheme": "light", "media": "screen"}),
    "dark": (1280, 900, {"color_scheme": "dark", "media": "screen"}),
    "phone": (360, 740, {"color_scheme": "light", "media": "screen"}),
    "print": (680, 960, {"color_scheme": "light", "media": "print"}),
}
UNFOLD = "for (const one of document.querySelectorAll('details')) one.open = true"
# Every rule that axe has but those that it calls experimental: best practices, too.
AXE = """
async ([only, without]) => {
  const rules = Object.fromEntries(without.map((name) => [name, {enabled: false}]));
  const options = {resultTypes: ["violations"], rules, ...(only.length && {runOnly: only})};
  const told = (one) => `${one.id}: ${one.nodes.length} of ${one.nodes[0].html.slice(0, 160)}`;
  return (await axe.run(options)).violations.map(told);
}
"""
COLOURS = ("color-contrast", "link-in-text-block")
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@cache
def axe() -> str:
    """Return axe-core, as the wrapper's wheel carries it."""
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


class Tabs:
    """The browser's pages that nobody looks at, with scripts and without.

    A page in a process of its own costs half a second of a processor. Here the next visit goes on
    in the page of the one before: with another document, and in a window of the first size.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[bool, list[Page]] = {True: [], False: []}

    def take(self, *, scripts: bool) -> Page:
        """Return a page that shows nothing, in the medium "desktop"."""
        if self._free[scripts]:
            return self._free[scripts].pop()
        width, height, drawn_for = MEDIA["desktop"]
        context = self._browser.new_context(
            java_script_enabled=scripts,
            viewport={"width": width, "height": height},
            color_scheme=drawn_for["color_scheme"],
        )
        page = context.new_page()
        page.set_default_timeout(60_000)
        return page

    def give_back(self, page: Page, *, scripts: bool) -> None:
        """Empty a page, and keep it for the next visit."""
        page.goto("about:blank")
        page.context.clear_cookies()
        page.mouse.move(0, 0)
        width, height, drawn_for = MEDIA["desktop"]
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(**drawn_for)
        self._free[scripts].append(page)


class Visit:
    """A page in the browser.

    Parameters
    ----------
    tabs : Tabs
        Where the page is shown.
    path : Path
        The page.
    medium : str
        One of `MEDIA`.
    scripts : bool
        Whether scripts run.

    Attributes
    ----------
    page : Page
        For everything else.
    said : list of str
        What the console said, and what was asked of the network: nothing, on our pages.
    """

    def __init__(
        self, tabs: Tabs, path: Path, medium: str = "desktop", *, scripts: bool = True
    ) -> None:
        self._tabs = tabs
        self._scripts = scripts
        self._own = path.as_uri()
        self.page = tabs.take(scripts=scripts)
        self.said: list[str] = []
        self._listeners: dict[Any, Any] = {
            "console": lambda one: self.said.append(f"{one.type}: {one.text}"),
            "pageerror": lambda one: self.said.append(f"error: {one}"),
            "dialog": self._dialog,
            "request": self._request,
        }
        for event, listener in self._listeners.items():
            self.page.on(event, listener)
        self.page.goto(self._own)
        self._wait_for_a_frame()
        if medium != "desktop":
            self.turn_to(medium)

    def _dialog(self, dialog: Any) -> None:
        self.said.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Any) -> None:
        url: str = request.url
        if url.partition("#")[0] != self._own and not url.startswith("data:"):
            self.said.append(f"request: {url[:200]}")

    def __enter__(self) -> Self:
        """Return the page."""
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Leave it; after a failure nobody goes on in it."""
        if kind is not None:
            self.page.context.close()
            return
        for event, listener in self._listeners.items():
            self.page.remove_listener(event, listener)
        self._tabs.give_back(self.page, scripts=self._scripts)

    def _wait_for_a_frame(self) -> None:
        if self._scripts:  # the page hears of a change with the next frame, and has something to do
            self.run("new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))")

    def run(self, script: str) -> Any:
        """Return the value of a script that runs in the page."""
        return self.page.evaluate(script)

    def turn_to(self, medium: str) -> None:
        """Show the page in another medium."""
        width, height, drawn_for = MEDIA[medium]
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.emulate_media(**drawn_for)
        self._wait_for_a_frame()

    def unfold(self) -> None:
        """Open whatever is folded."""
        self.run(UNFOLD)
        self.page.wait_for_timeout(50)  # toggle events come a moment later

    def barriers(self, only: tuple[str, ...] = (), without: tuple[str, ...] = ()) -> list[str]:
        """Return axe's findings, a line for each broken rule; rules can be chosen."""
        if not self.run("'axe' in window"):
            self.run(axe())
        found: list[str] = self.page.evaluate(AXE, [list(only), list(without)])
        return found

    def overflow(self) -> int:
        """Return by how many pixels the page is wider than the window."""
        wider: int = self.run(WIDER)
        return wider

    def focused(self) -> str:
        """Return the focused element: its name, its id or address, the beginning of its text."""
        told: str = self.run(
            "(() => { const e = document.activeElement; return [e.tagName.toLowerCase(), e.id,"
            " e.getAttribute('href') || '', e.textContent.trim().slice(0, 40)].join('|') })()"
        )
        return told
