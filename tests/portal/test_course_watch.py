"""The course is edited while the portal goes on: what is taken up, and what staff are told."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from grader.api import load_course
from grader.course.reloading import AnotherCourseError
from grader.gradebook.hand_ins import ClaimedHandIn
from grader.portal import course_watch, grading_hand_ins, reception
from grader.portal.grading_hand_ins import GradingPlan, HandInTask, begin_grading, grade_hand_in
from grader.portal.identity import PortalRole
from grader.portal.reception import ReceptionPlan, Upload, begin_reception, receive
from tests.books.pretending import CHECKS, FILES, MANIFEST, written
from tests.portal.trying import Portal, words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CHECK = "solutions/checks/double/check_double.py"
FIVE = {
    "assignments/course.toml": MANIFEST.replace("points = 3", "points = 5"),
    CHECK: CHECKS.format(points=5, name="double"),
}
BROKEN = {CHECK: "from grader.checks import check\n\n@check(5\ndef right(case):\n    pass\n"}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(course_watch, "LOOK_SECONDS", 0.001)
    return written(tmp_path / "course", FILES)


@pytest.fixture
def portal(root: Path, make_portal: Callable[..., Portal]) -> Portal:
    return make_portal(course=load_course(root))


def edit(root: Path, files: dict[str, str]) -> None:
    """Write files, and make sure that their times are others, however coarse the clock is."""
    before = {name: (root / name).stat().st_mtime_ns for name in files}
    written(root, files)
    for name, at in before.items():
        os.utime(root / name, ns=(at + 10**9, at + 10**9))


def test_an_edit_is_taken_up_and_pages_say_which_version_is_served(
    root: Path, portal: Portal
) -> None:
    watch, staff = portal.app.state.course_watch, portal.visit("ines", PortalRole.INSTRUCTOR)
    first = watch.served.version
    assert f"by version {first} of the course" in words(staff.get("/queue"))
    assert not portal.runner.run(watch.look())
    edit(root, FIVE)
    assert portal.runner.run(watch.look())
    assert watch.served.version != first
    assert "0 of 5" in (told := words(staff.get("/"))) or "5 points" in told
    version = portal.context.course.digest[:12]
    for page in ("/class", "/queue"):
        assert f"by version {version} of the course" in words(staff.get(page))


def test_a_course_that_does_not_load_stays_as_it_was_and_the_place_of_the_error_is_told(
    root: Path, portal: Portal
) -> None:
    watch, staff = portal.app.state.course_watch, portal.visit("ines", PortalRole.INSTRUCTOR)
    course = portal.context.course
    edit(root, BROKEN)
    assert not portal.runner.run(watch.look())
    assert portal.context.course is course
    told = words(staff.get("/class"))
    assert "check_double.py, line 3" in told
    assert "The version above is used until they can be." in told
    assert "check_double.py" not in words(portal.visit("ann").get("/"))
    edit(root, {CHECK: FILES[CHECK]})
    assert portal.runner.run(watch.look())
    assert "cannot be loaded" not in words(staff.get("/class"))


def test_a_process_that_finds_no_course_says_so_and_another_one_grades_nothing(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module, name in ((reception, "_reception"), (grading_hand_ins, "_grader")):
        monkeypatch.setattr(module, name, None)
    monkeypatch.setattr(grading_hand_ins, "NICE", 0)
    edit(root, BROKEN)
    book = str(tmp_path / "book.sqlite")
    begin_reception(ReceptionPlan(course_root=root, book=book, isolation="none"))
    sent = Upload(once="o", person=1, exercise="", at="", files=())
    with pytest.raises(AnotherCourseError):
        receive(sent)
    plan = GradingPlan(course_root=root, book=book, run=1, isolation="none", board=tmp_path)
    begin_grading(plan)
    with pytest.raises(AnotherCourseError, match=r"check_double\.py, line 3"):
        grade_hand_in(HandInTask(ClaimedHandIn(1, "c", 0), "digest"))
