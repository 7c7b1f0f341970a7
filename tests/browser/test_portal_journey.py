"""Students and instructors at a portal, in a browser, with a real server and real workers."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from grader.cli.main import main as grader
from grader.errors import UsageError
from grader.portal.identity import PortalRole
from grader.portal.listening_on import _listener
from grader.portal.settings import PortalSettings
from tests.browser.conftest import beside
from tests.sharing import from_scripts

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Route

visits = beside("portal_visits")
PAGES = ("/class", "/answers", "/rules", "/queue", "/roster", "/exports", "/regrade", "/similar",
         "/people", "/platforms", "/audit", "/settings")  # fmt: skip
SIDEWAYS = """
[...document.querySelectorAll(".scroll")].map((one) => one.scrollWidth - one.clientWidth)
"""
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


@pytest.mark.parametrize(
    ("medium", "scripts"), [("desktop", True), ("phone", True), ("phone", False)]
)
def test_a_student_hands_in_and_reads_the_report(
    tabs: Any, portal: Any, medium: str, scripts: bool, tmp_path: Path
) -> None:
    page = visits.signed_in(tabs, portal, f"Student of {medium} {scripts}", medium, scripts=scripts)
    said: list[str] = []
    page.on("console", lambda one: said.append(f"{one.type}: {one.text}"))
    page.on("pageerror", lambda one: said.append(f"error: {one}"))
    page.goto(f"{portal.address}/")
    visits.looked_at(page, scripts=scripts)
    page.get_by_role("link", name="Doubling").click()
    visits.looked_at(page, scripts=scripts)
    work = tmp_path / "double.py"
    work.write_text(visits.WRONG)
    page.get_by_label("Files, a zip or a notebook").set_input_files(work)
    if scripts:
        assert "Chosen: double.py." in page.locator(".chosen").inner_text()
    page.get_by_role("button", name="Hand in").click()
    # The report comes by itself, with scripts or without.
    page.wait_for_url("**/report")
    assert "0 of 2 points" in page.locator(".total").inner_text().replace("\n", " ")
    visits.looked_at(page, scripts=scripts)
    page.get_by_role("link", name="what was taken for what").click()
    assert "work/double.py" in page.locator("main").inner_text()
    visits.looked_at(page, scripts=scripts)
    page.goto(f"{portal.address}/exercises/double")
    if scripts:
        page.evaluate(DROP, visits.RIGHT)
    else:
        work.write_text(visits.RIGHT)
        page.get_by_label("Files, a zip or a notebook").set_input_files(work)
    page.get_by_role("button", name="Hand in").click()
    page.wait_for_url("**/report")
    assert "1 of 2 points" in page.locator(".total").inner_text().replace("\n", " ")
    assert "Better" in page.locator("main").inner_text()
    page.get_by_role("link", name="All attempts").click()
    assert page.get_by_role("img", name="2 attempts, out of 2: 0, 1.").count() == 1
    assert page.get_by_role("table").get_by_role("row").count() == 3
    if scripts:  # on a phone each attempt stands by itself, and nothing has to be moved sideways
        page.set_viewport_size({"width": 390, "height": 740})
        assert page.evaluate(SIDEWAYS) == [0]
        label = "getComputedStyle(document.querySelector('tbody td'), '::before').content"
        assert page.evaluate(label) == '"When"'
    visits.looked_at(page, scripts=scripts)
    page.goto(f"{portal.address}/tokens")
    visits.looked_at(page, scripts=scripts)
    assert said == []
    tabs.give_back(page, scripts=scripts)


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
    (work / "double.py").write_text(visits.RIGHT)
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


@pytest.mark.parametrize(("medium", "scripts"), [("desktop", True), ("phone", False)])
def test_an_instructor_sees_the_class_live_and_decides(
    tabs: Any, portal: Any, medium: str, scripts: bool, tmp_path: Path
) -> None:
    it = visits.Instructing(tabs, portal, medium, scripts=scripts)
    work = tmp_path / "double.py"
    work.write_text(visits.WRONG)
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
    it.leave()


def test_a_live_page_is_never_left_old(tabs: Any, portal: Any, tmp_path: Path) -> None:
    """Its stream begins late, and the first page that it is told to read is an old one."""
    it = visits.Instructing(tabs, portal, "desktop", scripts=True, name="Late")
    held: list[Route] = []
    answers: list[str] = []
    it.page.route("**/class/events", lambda route: held.insert(0, route))
    it.page.goto(f"{portal.address}/class")
    before = it.page.content()
    work = tmp_path / "double.py"
    work.write_text(visits.WRONG)
    it.hand_in(work)

    def answered(route: Route) -> None:
        answers.append(route.request.url)
        if len(answers) == 1:
            route.fulfill(body=before, content_type="text/html")
        else:
            route.continue_()

    it.page.route("**/class", answered)
    held.pop().continue_()
    it.page.get_by_role("link", name=it.name).first.wait_for()
    assert len(answers) > 1
    assert it.said == []
    it.page.unroute_all(behavior="wait")
    it.leave()


def test_staff_without_a_right_see_no_way_to_use_it(tabs: Any, portal: Any) -> None:
    page = visits.signed_in(tabs, portal, "Ada", "desktop", scripts=True, role=PortalRole.ASSISTANT)
    page.goto(f"{portal.address}/rules")
    assert page.get_by_role("link", name="Publish").count() == 0
    assert page.get_by_role("link", name="Hold back").count() == 0
    links = page.get_by_role("navigation", name="For staff").get_by_role("link")
    assert links.all_inner_texts() == [
        "Class", "Answers to grade", "Deadlines and results", "Queue", "Alike"
    ]  # fmt: skip
    for path in ("/rules", "/", "/account"):  # the links look the same on all pages
        page.goto(f"{portal.address}{path}")
        lists = page.get_by_role("navigation", name="For staff").locator("ul")
        assert lists.evaluate("one => getComputedStyle(one).display") == "flex", path
    tabs.give_back(page, scripts=True)


def test_an_edit_of_the_course_is_graded_by_without_a_restart(
    tabs: Any, portal: Any, tmp_path: Path
) -> None:
    staff = visits.signed_in(tabs, portal, "Ines", "desktop", scripts=False, role=PortalRole.ADMIN)
    page = visits.signed_in(tabs, portal, "Student of an edit", "phone", scripts=True)
    staff.goto(f"{portal.address}/queue")
    before = staff.locator("#version").inner_text()
    check = portal.course / "solutions" / "checks" / "double" / "check_double.py"
    manifest = portal.course / "assignments" / "course.toml"
    manifest.write_text(manifest.read_text().replace("points = 1", "points = 7", 1))
    check.write_text(from_scripts("kills_class").CHECK.format(name="double", what="more")
                     .replace("@check(1)", "@check(7)"))  # fmt: skip
    for _ in range(240):
        if before not in staff.context.request.get(f"{portal.address}/queue").text():
            break
        staff.wait_for_timeout(200)
    staff.goto(f"{portal.address}/queue")
    assert staff.locator("#version").inner_text() != before
    work = tmp_path / "double.py"
    work.write_text(visits.RIGHT)
    page.goto(f"{portal.address}/exercises/double")
    page.get_by_label("Files, a zip or a notebook").set_input_files(work)
    page.get_by_role("button", name="Hand in").click()
    page.wait_for_url("**/report")
    assert "7 of 8 points" in page.locator(".total").inner_text().replace("\n", " ")
    tabs.give_back(page, scripts=True)
    tabs.give_back(staff, scripts=False)
