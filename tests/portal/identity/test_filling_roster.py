"""The roster comes from the platform's course, and what the instructor sees of platforms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from grader.gradebook.access_models import RoleGrant
from grader.gradebook.models import Participant
from grader.gradebook.purging import purge
from grader.portal.identity.score_outbox import PublishedScore, queue_scores
from tests.portal.identity.conftest import Browser, token_in
from tests.portal.identity.lms import ASSISTANT, HOME, INSTRUCTOR, LEARNER, LTI, NRPS, Platform

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from grader.gradebook import Gradebook
    from grader.portal.identity import Entrance


@pytest.fixture
def entrance(entrance_of_lms: Entrance) -> Entrance:
    return entrance_of_lms


def member(user: str, name: str, *roles: str, **more: Any) -> dict[str, Any]:
    return {"user_id": user, "name": name, "status": "Active", "roles": list(roles), **more}


@pytest.fixture
def teacher(browsing: Callable[[], Browser], lms: Platform) -> Browser:
    browser = browsing()
    lms.launched(browser, sub="t1", name="Prof", **{LTI + "roles": [INSTRUCTOR]})
    return browser


def filled(browser: Browser, link: str = "1") -> httpx.Response:
    page = browser.get("/platforms")
    return browser.post("/platforms/roster", {"form_token": token_in(page), "link": link})


def enrolled(book: Gradebook) -> list[str]:
    with book.database.reading() as connection:
        asked = select(Participant.name).where(Participant.enrolled).order_by(Participant.name)
        return list(connection.execute(asked).scalars())


def test_the_members_of_all_pages_are_on_the_roster(
    teacher: Browser, lms: Platform, book: Gradebook, person: Callable[..., int]
) -> None:
    person("Cy of the roster", known="4711")
    lms.members = [
        member("u1", "Ann", LEARNER, email="ann@example.edu"),
        member("u2", "Bob", LEARNER, status="Inactive"),
        member("u3", "Cy", LEARNER, lis_person_sourcedid="4711"),
        member("u4", "Tia", INSTRUCTOR, ASSISTANT),
        member("t1", "Prof", INSTRUCTOR),
        member("u5", "Parent", "http://purl.imsglobal.org/vocab/lis/v2/membership#Mentor"),
        {"name": "nobody", "roles": [LEARNER]},
    ]
    answer = filled(teacher)
    assert "The roster has 2 students and 2 of staff." in answer.text
    assert enrolled(book) == ["Ann", "Cy of the roster"]
    with book.database.reading() as connection:
        granted = connection.execute(
            select(Participant.name, RoleGrant.role, RoleGrant.granted_by).join(RoleGrant)
        )
        assert sorted(map(tuple, granted)) == [
            ("Prof", "instructor", "lti:Moodle"), ("Tia", "assistant", "lti:Moodle")
        ]  # fmt: skip
    del lms.members[0]
    answer = filled(teacher)
    assert "1 student left the course." in answer.text
    assert enrolled(book) == ["Cy of the roster"]
    lms.members.append(member("u1", "Ann", LEARNER))
    filled(teacher)
    assert enrolled(book) == ["Ann", "Cy of the roster"]


def test_who_was_removed_is_not_brought_back_by_the_platform(
    teacher: Browser, lms: Platform, book: Gradebook, entrance: Entrance
) -> None:
    entrance.salt = b"the course's salt"
    lms.members = [member("u1", "Ann", LEARNER), member("u2", "Bob", LEARNER)]
    filled(teacher)
    purge(book, "u1", author="a test", salt=entrance.salt)
    answer = filled(teacher)
    assert "1 person removed from the gradebook before stayed out." in answer.text
    assert enrolled(book) == ["Bob"]


def test_with_two_courses_nobody_is_taken_off_the_roster_by_one_of_them(
    teacher: Browser, lms: Platform, book: Gradebook, browsing: Callable[[], Browser]
) -> None:
    lms.members = [member("u1", "Ann", LEARNER), member("u2", "Bob", LEARNER)]
    filled(teacher)
    second = {LTI + "context": {"id": "course-2"}, LTI + "resource_link": {"id": "link-9"}}
    lms.launched(browsing(), **second)
    del lms.members[0]
    filled(teacher)
    assert enrolled(book) == ["Ann", "Bob"]


@pytest.mark.parametrize("link", ["", "2", "x", "-1", "9" * 30])
def test_a_link_that_is_none_fills_nothing(teacher: Browser, link: str) -> None:
    answer = filled(teacher, link)
    assert answer.status_code == 409
    assert "does not let this portal see" in answer.text


def test_a_platform_that_does_not_say_who_is_there_changes_nothing(
    teacher: Browser, lms: Platform, book: Gradebook
) -> None:
    lms.members = [member("u1", "Ann", LEARNER)]
    filled(teacher)
    lms.members = [{"user_id": 7}, member("u1", "Ann", LEARNER), {"user_id": "u9", "roles": "x"}]
    filled(teacher)
    assert enrolled(book) == ["Ann"]
    lms.tool_keys = lambda: {"keys": []}
    lms.tokens.clear()
    with pytest.raises(Exception, match="key"):
        filled(teacher)  # the platform of the tests itself fails: as good as no answer
    assert enrolled(book) == ["Ann"]


def test_students_see_no_platforms(browsing: Callable[[], Browser], lms: Platform) -> None:
    browser = browsing()
    lms.launched(browser)
    assert browser.get("/platforms").status_code == 403
    assistant = browsing()
    lms.launched(assistant, sub="t2", **{LTI + "roles": [ASSISTANT]})
    assert assistant.get("/platforms").status_code == 403


def test_the_instructor_sees_links_scores_under_way_and_addresses(
    teacher: Browser, lms: Platform, browsing: Callable[[], Browser], entrance: Entrance
) -> None:
    lms.launched(browsing())
    with entrance.database.writing() as connection:
        ann = connection.execute(
            select(Participant.id).where(Participant.name == "Ann Lee")
        ).scalar_one()
        queue_scores(
            connection,
            [PublishedScore(person=ann, exercise="gradient", score=5, max_score=15)],  # type: ignore[arg-type]
            entrance.clock(),
        )
    page = teacher.get("/platforms")
    for said in (
        "Gradient &lt;descent&gt;", "Ann Lee", "on its way", f"{HOME}/lti/login",
        f"{HOME}/lti/launch", f"{HOME}/lti/keys", f"{HOME}/lti/pick",
    ):  # fmt: skip
        assert said in page.text
    again = teacher.post("/platforms/again", {"form_token": token_in(page)})
    assert "0 scores will be tried again." in again.text


def test_a_link_without_the_service_has_no_button(
    browsing: Callable[[], Browser], lms: Platform
) -> None:
    browser = browsing()
    more = {LTI + "roles": [INSTRUCTOR], NRPS + "claim/namesroleservice": None}
    lms.launched(browser, **more)
    assert "Fill the roster" not in browser.get("/platforms").text
