"""A browser for the tests of pages: the machine's own Chromium, started once for all of them.

It is closed after the last of them: while Playwright runs, this thread has a running event loop,
with which tests of other things cannot do.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import sync_playwright

from tests.sharing import from_scripts, module_at

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from playwright.sync_api import Browser

HERE = Path(__file__).parent
# Scrolled smoothly, a page is drawn many times for each key that is pressed.
SWITCHES = [
    "--disable-gpu", "--disable-background-networking", "--no-first-run",
    "--disable-smooth-scrolling",
]  # fmt: skip


def beside(name: str) -> Any:
    """Return a module that lies beside the tests, which are modules of no package."""
    return module_at(HERE / f"{name}.py")


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the files of one page of every kind, which link to each other as in a class."""
    pages: dict[str, Path] = beside("making").write(tmp_path_factory.mktemp("site"))
    return pages


class _Running:
    """Playwright, and the browser that it has started, with its pages."""

    def __init__(self) -> None:
        self._manager = sync_playwright()
        self.browser: Browser = self._manager.start().chromium.launch(
            executable_path=from_scripts("find_chromium").program(),
            args=SWITCHES,
        )
        self.tabs: Any = beside("visiting").Tabs(self.browser)

    def close(self) -> None:
        """End both."""
        self.browser.close()
        self._manager.__exit__()


_running: list[_Running] = []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> Generator[None]:
    """Close the browser after the last of these tests."""
    yield
    if _running and (nextitem is None or HERE not in nextitem.path.parents):
        _running.pop().close()


@pytest.fixture(scope="module")
def browser(need: Callable[[str], None]) -> Browser:
    """Return the browser."""
    need("chromium")
    if not _running:
        _running.append(_Running())
    return _running[0].browser


@pytest.fixture(scope="module")
def tabs(browser: Browser) -> Any:
    """Return the browser's pages, of which one is taken and given back."""
    [running] = _running
    assert running.browser is browser
    return running.tabs


@pytest.fixture(scope="module")
def visit(tabs: Any) -> Any:
    """Return what opens a page: `visit(path, medium)`."""
    visiting = beside("visiting")
    return lambda path, medium="desktop", **more: visiting.Visit(tabs, path, medium, **more)


GOLDEN = HERE.parent / "golden" / "looks.json"


@pytest.fixture(scope="session")
def looks() -> Any:
    """Return the function that measures how pages look."""
    return beside("looks")


@pytest.fixture
def golden_looks(request: pytest.FixtureRequest, looks: Any) -> Callable[[str, Any], list[str]]:
    """Return the function that compares a page with its stored look."""
    kept = json.loads(GOLDEN.read_text(encoding="utf-8")) if GOLDEN.is_file() else {}

    def compare(name: str, page: Any) -> list[str]:
        seen = looks.look(page)
        if request.config.getoption("--update-golden", default=False):
            kept[name] = seen
            lines = [f"{json.dumps(n)}: {json.dumps(kept[n])}" for n in sorted(kept)]
            GOLDEN.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
        if name not in kept:
            return ["it was never looked at: run pytest tests/browser tests/report --update-golden"]
        return list(looks.differences(kept[name], seen))

    return compare


@pytest.fixture(scope="session")
def making() -> Any:
    """Return the module that makes pages."""
    return beside("making")
