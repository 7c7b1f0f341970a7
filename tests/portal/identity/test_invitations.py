"""Links that let somebody in once."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from grader.gradebook.models import Participant
from grader.portal.identity import PortalRole
from grader.portal.identity.invitations import ADMIN_SECONDS, LASTS_SECONDS, Invitations
from grader.portal.identity.refusing import NotLetInError
from tests.portal.identity.conftest import Browser, token_in
from tests.portal.identity.lms import HOME

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from grader.gradebook import Gradebook
    from grader.portal.identity import Entrance
    from tests.portal.identity.conftest import Clock


@pytest.fixture
def invitations(entrance: Entrance) -> Invitations:
    return Invitations(entrance)


def used(browser: Browser, link: str, **fields: str) -> httpx.Response:
    page = browser.get(link.removeprefix(HOME))
    return browser.post(link.removeprefix(HOME), {"form_token": token_in(page), **fields})


def test_a_link_lets_its_person_in_once(
    invitations: Invitations, browsing: Callable[[], Browser], person: Callable[..., int]
) -> None:
    ann = person("Ann <b>Lee</b>")
    link = invitations.make(PortalRole.ASSISTANT, by="Prof", person=ann)
    browser = browsing()
    page = browser.get(link.removeprefix(HOME))
    assert "Ann &lt;b&gt;Lee&lt;/b&gt;" in page.text
    assert "as assistant" in page.text
    assert used(browser, link).headers["location"] == "/"
    assert browser.get("/").text == "Ann <b>Lee</b>, assistant"
    again = browsing()
    assert again.get(link.removeprefix(HOME)).status_code == 404
    with pytest.raises(NotLetInError, match="used"):
        invitations.use(link.rpartition("/")[2])


def test_looking_at_a_link_does_not_use_it_up(
    invitations: Invitations, browsing: Callable[[], Browser]
) -> None:
    link = invitations.make(PortalRole.STUDENT, by="Prof")
    for _ in range(3):
        assert browsing().get(link.removeprefix(HOME)).status_code == 200
    assert used(browsing(), link, name="Ann").status_code == 303


def test_who_has_a_role_to_take_says_their_name(
    invitations: Invitations, browsing: Callable[[], Browser], book: Gradebook
) -> None:
    link = invitations.make(PortalRole.STUDENT, by="Prof")
    browser = browsing()
    nameless = used(browser, link, name="  ")
    assert nameless.status_code == 403
    assert "Please say your name." in nameless.text
    used(browser, link, name="  Ann \n Lee " + "x" * 500)
    assert browser.get("/").text.startswith("Ann Lee xxx")
    with book.database.reading() as connection:
        [row] = connection.execute(select(Participant.name, Participant.enrolled))
    assert len(row.name) == 200
    assert row.enrolled


def test_the_book_has_the_hash_of_a_link_alone(invitations: Invitations, book: Gradebook) -> None:
    secret = invitations.make(PortalRole.STUDENT, by="Prof").rpartition("/")[2]
    assert len(secret) == 43
    files = Path(book.place).parent.glob("book.sqlite*")
    assert not any(secret.encode() in file.read_bytes() for file in files)


def test_a_link_ends_and_can_be_taken_back(invitations: Invitations, clock: Clock) -> None:
    one, two = (invitations.make(PortalRole.STUDENT, by="Prof") for _ in range(2))
    [_, first] = invitations.open_ones()
    invitations.take_back(first.id, by="Prof")
    assert invitations.look(one.rpartition("/")[2]) is None
    clock.turn(LASTS_SECONDS - 1)
    assert invitations.look(two.rpartition("/")[2])
    clock.turn(1)
    assert invitations.look(two.rpartition("/")[2]) is None
    assert invitations.open_ones() == []


@pytest.mark.parametrize("wrong", ["x", "a" * 43, "a" * 5000, "%00", "%ff"])
def test_a_link_that_nobody_made_is_refused_in_a_sentence(
    browsing: Callable[[], Browser], wrong: str
) -> None:
    browser = browsing()
    page = browser.get(f"/invitation/{wrong}")
    assert page.status_code == 404
    assert "ask for another one" in page.text


def test_a_link_takes_no_role_away(
    invitations: Invitations, person: Callable[..., int], entrance: Entrance
) -> None:
    ann = person("Ann")
    entrance.sessions.grant(ann, PortalRole.INSTRUCTOR, by="a test")
    link = invitations.make(PortalRole.STUDENT, by="Prof", person=ann)
    _, role = invitations.use(link.rpartition("/")[2])
    assert role is PortalRole.INSTRUCTOR


def test_the_link_on_the_terminal_makes_an_administrator_and_voids_the_one_before(
    invitations: Invitations, browsing: Callable[[], Browser], clock: Clock, book: Gradebook
) -> None:
    before, link = invitations.admin_link(), invitations.admin_link()
    assert invitations.look(before.rpartition("/")[2]) is None
    browser = browsing()
    used(browser, link)
    assert browser.get("/").text == "Administrator, admin"
    later = invitations.admin_link()
    clock.turn(ADMIN_SECONDS)
    assert invitations.look(later.rpartition("/")[2]) is None
    with book.database.reading() as connection:
        names = list(connection.execute(select(Participant.name)).scalars())
    assert names == ["Administrator"]


def test_a_new_session_takes_the_place_of_the_one_before(
    invitations: Invitations,
    browsing: Callable[[], Browser],
    person: Callable[..., int],
    entrance: Entrance,
) -> None:
    browser = browsing()
    used(browser, invitations.make(PortalRole.STUDENT, by="Prof", person=person("Ann")))
    before = browser.client.cookies["__Host-grader_session"]
    used(browser, invitations.make(PortalRole.STUDENT, by="Prof", person=person("Bob")))
    assert browser.get("/").text == "Bob, student"
    assert entrance.sessions.visitor(before) is None


def test_signing_out_here_and_everywhere(
    invitations: Invitations, browsing: Callable[[], Browser], person: Callable[..., int]
) -> None:
    browsers = [browsing() for _ in range(3)]
    for browser in browsers:
        used(browser, invitations.make(PortalRole.STUDENT, by="Prof", person=person("Ann")))
    one, two, three = browsers
    assert one.post("/sign-out").status_code == 403
    one.post("/sign-out", {"form_token": token_in(one.get("/account"))})
    assert [browser.get("/").text for browser in browsers] == [
        "nobody", "Ann, student", "Ann, student"
    ]  # fmt: skip
    two.post("/sign-out/everywhere", {"form_token": token_in(two.get("/account"))})
    assert three.get("/").text == "nobody"
    assert (
        three.get("/account", accept="text/html").headers["location"].startswith("/sign-in?next=")
    )


@pytest.fixture
def prof(
    invitations: Invitations, browsing: Callable[[], Browser], person: Callable[..., int]
) -> Browser:
    browser = browsing()
    link = invitations.make(PortalRole.INSTRUCTOR, by="a test", person=person("Prof"))
    used(browser, link)
    return browser


def made(browser: Browser, **fields: str) -> httpx.Response:
    token = token_in(browser.get("/invitations"))
    return browser.post("/invitations", {"form_token": token, **fields})


def test_an_instructor_makes_a_link_that_works(
    prof: Browser, browsing: Callable[[], Browser], person: Callable[..., int]
) -> None:
    person("Ann Lee", known="4711")
    answer = made(prof, who="4711", role="assistant")
    link = re.search(rf'value="({HOME}/invitation/[\w-]{{43}})"', answer.text)
    assert link
    assert "Ann Lee" in answer.text
    browser = browsing()
    used(browser, link[1])
    assert browser.get("/").text == "Ann Lee, assistant"
    assert link[1] not in prof.get("/invitations").text


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"who": "Nobody", "role": "student"}, 400, "Nobody in the gradebook"),
        ({"role": "admin"}, 403, "higher than your own"),
        ({"role": "king"}, 400, "Choose a role."),
        ({}, 400, "Choose a role."),
    ],
)
def test_a_link_that_cannot_be_made_is_said(
    prof: Browser, invitations: Invitations, fields: dict[str, str], status: int, said: str
) -> None:
    answer = made(prof, **fields)
    assert answer.status_code == status
    assert said in answer.text
    assert invitations.open_ones() == []


def test_a_link_is_taken_back_on_the_page(prof: Browser, invitations: Invitations) -> None:
    made(prof, role="student")
    [one] = invitations.open_ones()
    page = prof.get("/invitations")
    fields = {"form_token": token_in(page), "invitation": str(one.id)}
    assert "no longer works" in prof.post("/invitations/take-back", fields).text
    assert invitations.open_ones() == []


def test_students_and_assistants_make_no_links(
    invitations: Invitations, browsing: Callable[[], Browser]
) -> None:
    for role in (PortalRole.STUDENT, PortalRole.ASSISTANT):
        browser = browsing()
        used(browser, invitations.make(role, by="a test"), name=str(role))
        assert browser.get("/invitations").status_code == 403
