"""A page in the browser, and the browser's messages about it."""

from __future__ import annotations

__all__ = ["MEDIA", "Visit"]

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import axe_playwright_python

if TYPE_CHECKING:
    from playwright.sync_api import Browser

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
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@cache
def axe() -> str:
    """Return axe-core, as the wrapper's wheel carries it."""
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


class Visit:
    """A page in the browser.

    Parameters
    ----------
    browser : Browser
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
        self, browser: Browser, path: Path, medium: str = "desktop", *, scripts: bool = True
    ) -> None:
        self._context = browser.new_context(java_script_enabled=scripts)
        self._scripts = scripts
        self.page = self._context.new_page()
        self.page.set_default_timeout(60_000)
        self.said: list[str] = []
        own = path.as_uri()
        self.page.on("console", lambda one: self.said.append(f"{one.type}: {one.text}"))
        self.page.on("pageerror", lambda one: self.said.append(f"error: {one}"))
        self.page.on("dialog", self._dialog)
        self.page.on(
            "request",
            lambda one: (
                self.said.append(f"request: {one.url[:200]}")
                if one.url.partition("#")[0] != own and not one.url.startswith("data:")
                else None
            ),
        )
        self.page.goto(own)
        self.turn_to(medium)

    def _dialog(self, dialog: Any) -> None:
        self.said.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def __enter__(self) -> Self:
        """Return the page."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self._context.close()

    def run(self, script: str) -> Any:
        """Return the value of a script that runs in the page."""
        return self.page.evaluate(script)

    def turn_to(self, medium: str) -> None:
        """Show the page in another medium."""
        width, height, drawn_for = MEDIA[medium]
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.emulate_media(**drawn_for)
        if self._scripts:  # the page hears of it with the next frame, and has something to do
            self.run("new Promise((go) => requestAnimationFrame(() => requestAnimationFrame(go)))")

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
