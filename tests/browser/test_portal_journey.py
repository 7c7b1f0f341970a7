"""A student's way through the portal, in a browser, with a real server and real workers."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from grader.cli.main import main as grader
from grader.errors import UsageError
from grader.gradebook import Gradebook
from grader.portal.identity import Cookies, Entrance, PublicUrl, SignInWay
from grader.portal.listening_on import _listener
from grader.portal.settings import PortalSettings
from tests.browser.conftest import beside
from tests.sharing import from_scripts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

MEDIA = {"desktop": (1280, 900), "phone": (360, 740)}
RIGHT = "def double(x):\n    return x + x\n"
WRONG = "def double(x):\n    return x * x * x\n"
DROP = """
(text) => {
  const data = new DataTransfer();
  data.items.add(new File([text], "double.py", {type: "text/x-python"}));
  const zone = document.querySelector(".drop");
  zone.dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true, cancelable: true}));
}
"""


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Yield a portal of a small course that listens, with workers that run what is handed in."""
    folder = tmp_path_factory.mktemp("portal")
    from_scripts("kills_class").make(folder)
    sys.modules.setdefault("portal_driver", from_scripts("portal_driver"))
    running = from_scripts("portal_driver").RunningPortal(
        folder / "course", str(folder / "book.sqlite")
    )
    running.start()
    try:
        yield running
    finally:
        assert running.stop() == 0


def signed_in(browser: Browser, portal: Any, medium: str, *, scripts: bool) -> Page:
    """Open a browser in which a new student is signed in."""
    [(person, _)] = from_scripts("portal_driver").people(portal.book, 1, f"{medium}{scripts}")
    with Gradebook(portal.book) as book:
        entrance = Entrance(book.database, lambda: portal.address)
        secret = entrance.sessions.begin(person, SignInWay.EMAIL)
    name, _, rest = Cookies(PublicUrl(portal.address)).header("session", secret).partition("=")
    width, height = MEDIA[medium]
    context = browser.new_context(
        java_script_enabled=scripts, viewport={"width": width, "height": height}
    )
    context.add_cookies([{"name": name, "value": rest.split(";")[0], "url": portal.address}])
    page = context.new_page()
    page.set_default_timeout(60_000)
    return page


def looked_at(page: Page, *, scripts: bool) -> None:
    """Look for what shuts people out, and for what is wider than the window."""
    if not scripts:
        return
    visiting = beside("visiting")
    page.evaluate(visiting.axe())
    assert page.evaluate(visiting.AXE, [[], []]) == [], page.url
    assert page.evaluate(visiting.WIDER) == 0, page.url


@pytest.mark.parametrize(
    ("medium", "scripts"), [("desktop", True), ("phone", True), ("phone", False)]
)
def test_a_student_hands_in_and_reads_the_report(
    browser: Browser, portal: Any, medium: str, scripts: bool, tmp_path: Path
) -> None:
    page = signed_in(browser, portal, medium, scripts=scripts)
    said: list[str] = []
    page.on("console", lambda one: said.append(f"{one.type}: {one.text}"))
    page.on("pageerror", lambda one: said.append(f"error: {one}"))
    page.goto(f"{portal.address}/")
    looked_at(page, scripts=scripts)
    page.get_by_role("link", name="Doubling").click()
    looked_at(page, scripts=scripts)
    work = tmp_path / "double.py"
    work.write_text(WRONG)
    page.get_by_label("Files, a zip or a notebook").set_input_files(work)
    if scripts:
        assert "Chosen: double.py." in page.locator(".chosen").inner_text()
    page.get_by_role("button", name="Hand in").click()
    # The report comes by itself, with scripts or without.
    page.wait_for_url("**/report")
    assert "0 of 2 points" in page.locator(".total").inner_text().replace("\n", " ")
    looked_at(page, scripts=scripts)
    page.get_by_role("link", name="what was taken for what").click()
    assert "work/double.py" in page.locator("main").inner_text()
    looked_at(page, scripts=scripts)
    page.goto(f"{portal.address}/exercises/double")
    if scripts:
        page.evaluate(DROP, RIGHT)
    else:
        work.write_text(RIGHT)
        page.get_by_label("Files, a zip or a notebook").set_input_files(work)
    page.get_by_role("button", name="Hand in").click()
    page.wait_for_url("**/report")
    assert "1 of 2 points" in page.locator(".total").inner_text().replace("\n", " ")
    assert "Better" in page.locator("main").inner_text()
    page.get_by_role("link", name="All attempts").click()
    assert page.get_by_role("img", name="2 attempts, out of 2: 0, 1.").count() == 1
    looked_at(page, scripts=scripts)
    page.goto(f"{portal.address}/tokens")
    looked_at(page, scripts=scripts)
    assert said == []
    page.context.close()


def test_a_student_hands_in_from_a_terminal(
    portal: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    [(_, token)] = from_scripts("portal_driver").people(portal.book, 1, "terminal")
    monkeypatch.setenv("GRADER_PORTAL", portal.address)
    monkeypatch.setenv("GRADER_TOKEN", token)
    work = tmp_path / "work"
    work.mkdir()
    (work / "double.py").write_text(RIGHT)
    (work / "notes.txt").write_text("words")
    assert grader(["submit", str(work)]) == 0
    said = capsys.readouterr().out
    assert f"Handed in: {portal.address}/hand-ins/" in said
    assert "work/double.py: taken as work/double.py" in said
    assert "It is graded: the report is on that page." in said
    assert grader(["submit", str(work), "--exercise", "halve"]) == 1
    assert "Nothing in it is for exercise 2" in capsys.readouterr().err
    assert grader(["submit", str(tmp_path / "nowhere")]) == 2
    monkeypatch.setenv("GRADER_TOKEN", "grader_guessed")
    assert grader(["submit", str(work)]) == 1
    assert "This token is not known" in capsys.readouterr().err
    assert grader(["submit", str(work), "--portal", "http://grader.example"]) == 2
    assert "is not encrypted" in capsys.readouterr().err


def test_a_second_portal_of_a_book_or_an_address_is_refused_in_a_sentence(portal: Any) -> None:
    command = [sys.executable, "-m", "grader", "serve", "--course", str(portal.course)]
    command += ["--gradebook", portal.book, "--port", "0"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "is running already: stop that one first." in done.stderr
    settings = PortalSettings(course_root=portal.course, gradebook=portal.book, port=portal.port)
    with pytest.raises(UsageError) as caught:
        _listener(settings)
    assert "cannot listen on 127.0.0.1" in str(caught.value)
