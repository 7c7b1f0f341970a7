"""LTI 1.3: launches that hold, and each that does not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import select

from grader.gradebook.access_models import PlatformLink
from grader.gradebook.models import Identity, Participant
from grader.portal.identity import Entrance, PortalRole
from grader.portal.identity.sign_in_settings import SignInSettings
from grader.portal.identity.starts import LASTS_SECONDS
from tests.portal.identity.conftest import Browser, small_portal
from tests.portal.identity.lms import (
    ASSISTANT,
    HOME,
    INSTRUCTOR,
    ISSUER,
    LEARNER,
    LTI,
    MEMBERSHIP,
    Platform,
    moodle,
)
from tests.portal.identity.vouching import REFUSED

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator, Callable

    from grader.gradebook import Gradebook
    from tests.portal.identity.conftest import Clock


@pytest.fixture
def entrance(entrance_of_lms: Entrance) -> Entrance:
    return entrance_of_lms


def test_a_student_comes_in_from_a_link_and_is_known_from_then_on(
    browsing: Callable[[], Browser], lms: Platform, book: Gradebook
) -> None:
    browser = browsing()
    answer = lms.launched(browser)
    assert (answer.status_code, answer.headers["location"]) == (303, "/exercises/gradient")
    assert browser.get("/").text == "Ann Lee, student"
    again = browsing()
    lms.launched(again, name="Ann Married", email="other@example.edu")
    assert again.get("/").text == "Ann Lee, student"
    with book.database.reading() as connection:
        [identity] = connection.execute(select(Identity.kind, Identity.value))
        [link] = connection.execute(select(PlatformLink.exercise, PlatformLink.lineitem))
    assert tuple(identity) == ("lti:Moodle", "u1")
    assert tuple(link) == ("gradient", f"{ISSUER}/items/7")


def test_cookies_of_the_way_are_for_windows_that_come_from_elsewhere(
    browsing: Callable[[], Browser], lms: Platform
) -> None:
    browser = browsing()
    said = lms.begun(browser).headers["set-cookie"]
    assert re.match(r"__Host-grader_start_lti_\w{12}=[\w-]{43}; ", said)
    assert said.endswith("HttpOnly; Max-Age=600; Secure; SameSite=None; Partitioned")
    session = lms.launched(browser).headers.get_list("set-cookie")[0]
    assert session.startswith("__Host-grader_session=")
    assert session.endswith("SameSite=Lax")


@pytest.mark.parametrize("what", REFUSED)
def test_a_token_that_does_not_hold_lets_nobody_in(
    browsing: Callable[[], Browser], lms: Platform, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "grader")
    lms.signer.spoil, reason = REFUSED[what]
    browser = browsing()
    assert lms.launched(browser).status_code == 403
    assert browser.get("/").text == "nobody"
    assert re.search(reason, caplog.records[-1].getMessage())


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "no message type": ({LTI + "message_type": None}, "no message_type"),
    "another message type": ({LTI + "message_type": "LtiSubmissionReviewRequest"}, "message type"),
    "LTI 1.1": ({LTI + "version": "LTI-1p0"}, "version"),
    "no version": ({LTI + "version": None}, "no version"),
    "no deployment": ({LTI + "deployment_id": None}, "no deployment_id"),
    "another deployment": ({LTI + "deployment_id": "2"}, "deployment"),
    "a deployment of another type": ({LTI + "deployment_id": 1}, "no deployment_id"),
    "no target": ({LTI + "target_link_uri": None}, "no target_link_uri"),
    "another target": ({LTI + "target_link_uri": "https://evil.example/lti/launch"}, "target"),
    "no link": ({LTI + "resource_link": None}, "no resource_link"),
    "a link without an id": ({LTI + "resource_link": {"title": "x"}}, "no id"),
    "a link of another type": ({LTI + "resource_link": "7"}, "no resource_link"),
    "no roles": ({LTI + "roles": None}, "roles"),
    "roles of another type": ({LTI + "roles": LEARNER}, "roles"),
    "roles that are numbers": ({LTI + "roles": [1]}, "roles"),
    "nobody": ({"sub": None}, "of nobody"),
    "services without TLS": (
        {"https://purl.imsglobal.org/spec/lti-ags/claim/endpoint": {"lineitem": "http://lms/7"}},
        "not an address over TLS",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_launch_that_does_not_say_what_it_has_to_is_refused(
    browsing: Callable[[], Browser], lms: Platform, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "grader")
    claims, reason = WRONG[what]
    browser = browsing()
    answer = lms.launched(browser, **claims)
    assert answer.status_code == 403
    assert reason in caplog.records[-1].getMessage()
    assert browser.get("/").text == "nobody"


def test_a_token_is_taken_once_and_with_its_own_state_alone(
    browsing: Callable[[], Browser], lms: Platform, clock: Clock
) -> None:
    browser = browsing()
    first, second = (lms.asked_at(lms.begun(browser)) for _ in range(2))
    token = lms.signer.token(lms.claims(first["nonce"]))
    assert lms.back(browser, second["state"], token).status_code == 403  # another nonce
    assert lms.back(browsing(), first["state"], token).status_code == 403  # another browser
    assert lms.back(browser, "", token).status_code == 403
    assert lms.back(browser, "x" * 43, token).status_code == 403
    assert lms.back(browser, first["state"], token).status_code == 303
    assert lms.back(browser, first["state"], token).status_code == 403  # replayed
    late = lms.asked_at(lms.begun(browser))
    clock.turn(LASTS_SECONDS)
    token = lms.signer.token(lms.claims(late["nonce"]))
    assert lms.back(browser, late["state"], token).status_code == 403


def test_a_platform_that_did_not_sign_somebody_in_says_so(
    browsing: Callable[[], Browser], lms: Platform
) -> None:
    browser = browsing()
    asked = lms.asked_at(lms.begun(browser))
    fields = {"state": asked["state"], "error": "login_required"}
    answer = browser.post("/lti/launch", fields, origin=ISSUER)
    assert answer.status_code == 403
    assert "Moodle did not sign you in" in answer.text


@pytest.mark.parametrize(
    "said",
    [{"iss": "https://evil.example"}, {"client_id": "other"}, {"lti_deployment_id": "2"},
     {"login_hint": ""}, {"target_link_uri": "https://evil.example/"}, {"target_link_uri": ""},
     {"lti_message_hint": "x" * 5000}],
)  # fmt: skip
def test_who_begins_has_to_be_a_platform_of_ours(
    browsing: Callable[[], Browser], lms: Platform, said: dict[str, str]
) -> None:
    answer = lms.begun(browsing(), **said)
    assert answer.status_code == 403
    assert "platform that this portal does not know" in answer.text


def test_a_sign_in_may_begin_by_a_link_too(browsing: Callable[[], Browser], lms: Platform) -> None:
    query = f"iss={ISSUER}&login_hint=hint&target_link_uri={HOME}/lti/launch"
    query += "&lti_message_hint=link+7"
    asked = lms.asked_at(browsing().get(f"/lti/login?{query}"))
    assert len(asked["state"]) == 43


def test_in_a_frame_the_course_opens_in_a_window_of_its_own(
    browsing: Callable[[], Browser],
) -> None:
    browser = browsing()
    said = {
        "iss": ISSUER, "login_hint": "a&b", "target_link_uri": f"{HOME}/lti/launch",
        "lti_message_hint": "link 7",
    }  # fmt: skip
    framed = {"origin": ISSUER, "sec-fetch-dest": "iframe"}
    page = browser.post("/lti/login", said, **framed)
    assert page.status_code == 200
    assert f"frame-ancestors {ISSUER}" in page.headers["content-security-policy"]
    link = re.search(r'href="(/lti/login\?[^"]+)" target="_blank"', page.text)
    assert link
    answer = browser.get(link[1].replace("&amp;", "&"))
    asked = parse_qs(urlsplit(answer.headers["location"]).query)
    assert asked["login_hint"] == ["a&b"]
    # No other page of ours is shown in a frame.
    assert "frame-ancestors 'none'" in browser.get("/sign-in").headers["content-security-policy"]


@pytest.mark.parametrize(
    ("roles", "role"),
    [
        ([LEARNER], "student"),
        ([], "student"),
        (["Learner"], "student"),
        ([INSTRUCTOR], "instructor"),
        (["Instructor", LEARNER], "instructor"),
        ([ASSISTANT, INSTRUCTOR], "assistant"),
        (["http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator"], "student"),
        ([f"{MEMBERSHIP}#Administrator", f"{MEMBERSHIP}#Mentor"], "student"),
        (["http://purl.imsglobal.org/vocab/lis/v2/institution/person#Instructor"], "student"),
    ],
)
def test_the_roles_of_the_platforms_course_count_and_no_others(
    browsing: Callable[[], Browser], lms: Platform, roles: list[str], role: str
) -> None:
    browser = browsing()
    lms.launched(browser, **{LTI + "roles": roles})
    assert browser.get("/").text == f"Ann Lee, {role}"


def test_a_platform_takes_away_what_it_gave_and_nothing_else(
    browsing: Callable[[], Browser], lms: Platform, entrance: Entrance
) -> None:
    def role(*roles: str) -> str:
        browser = browsing()
        lms.launched(browser, **{LTI + "roles": list(roles)})
        return browser.get("/").text.rpartition(", ")[2]

    assert role(INSTRUCTOR) == "instructor"
    assert role(LEARNER) == "student"
    assert role(ASSISTANT) == "assistant"
    with entrance.database.reading() as connection:
        ann = connection.execute(select(Participant.id)).scalar_one()
    entrance.sessions.grant(ann, PortalRole.INSTRUCTOR, by="an admin")
    assert role(LEARNER) == "instructor"


def test_who_is_on_the_roster_is_found_by_the_universitys_id_and_not_by_a_name(
    browsing: Callable[[], Browser], lms: Platform, person: Callable[..., int], book: Gradebook
) -> None:
    person("Ann of the roster", known="4711")
    person("Ann Lee", email="ann@example.edu", known="4712")
    browser = browsing()
    lms.launched(browser, **{LTI + "lis": {"person_sourcedid": "4711"}})
    assert browser.get("/").text == "Ann of the roster, student"
    # Another account of the platform that says the same id is not taken for them.
    other = browsing()
    lms.launched(other, sub="u2", name="Eve", **{LTI + "lis": {"person_sourcedid": "4711"}})
    assert other.get("/").text == "Eve, student"
    # Nor is a name, which people choose: that is another Ann Lee.
    lms.launched(browsing(), sub="u3", name="Ann Lee", email="")
    with book.database.reading() as connection:
        named = select(Identity.person_id).join(Participant).where(Participant.name == "Ann Lee")
        assert len(set(connection.execute(named).scalars())) == 2


@pytest.mark.parametrize("match_email", [False, True])
def test_an_address_tells_who_somebody_is_where_the_settings_say_so(
    book: Gradebook, clock: Clock, lms: Platform, person: Callable[..., int],
    runner: asyncio.Runner, match_email: bool,
) -> None:  # fmt: skip
    person("Ann of the roster", email="Ann@example.edu", known="4711")
    settings = SignInSettings(platform=(moodle(match_email=match_email),))
    entrance = Entrance(
        book.database, lambda: HOME, settings=settings, clock=clock,
        transport=httpx.ASGITransport(lms.app),
    )  # fmt: skip
    browser = Browser(small_portal(entrance), runner)
    lms.launched(browser)
    found = browser.get("/").text
    assert found == ("Ann of the roster, student" if match_email else "Ann Lee, student")


def test_an_unknown_exercise_leads_to_the_course(
    browsing: Callable[[], Browser], lms: Platform
) -> None:
    for custom in ({"exercise": "../../admin"}, {"exercise": 7}, {}, None):
        assert lms.launched(browsing(), **{LTI + "custom": custom}).headers["location"] == "/"


@pytest.mark.parametrize("path", ["/lti/login", "/lti/launch", "/lti/pick"])
def test_of_a_huge_form_no_more_is_read_than_a_platform_says(
    browsing: Callable[[], Browser], path: str
) -> None:
    browser, read = browsing(), []

    async def huge() -> AsyncIterator[bytes]:
        for _ in range(100):
            read.append(1)
            yield b"id_token=" + b"a" * 65_536

    kind = {"content-type": "application/x-www-form-urlencoded", "origin": HOME}
    asked = browser.client.post(path, content=huge(), headers=kind)
    assert browser.run(asked).status_code == 413
    assert len(read) < 10
    many = b"&".join(b"a=1" for _ in range(2000))
    assert browser.send("POST", path, many, **kind).status_code == 413
    for other in ("multipart/form-data; boundary=x", "application/json", ""):
        kind["content-type"] = other
        assert browser.send("POST", path, b"{}", **kind).status_code == 415


def test_over_plain_http_there_is_no_lti(
    book: Gradebook, clock: Clock, lms: Platform, runner: asyncio.Runner
) -> None:
    settings = SignInSettings(platform=(moodle(),))
    home = "http://127.0.0.1:8000"
    entrance = Entrance(book.database, lambda: home, settings=settings, clock=clock)
    answer = lms.begun(Browser(small_portal(entrance), runner, home))
    assert answer.status_code == 403
    assert "over https alone" in answer.text


def test_without_platforms_there_are_no_such_pages(
    book: Gradebook, clock: Clock, runner: asyncio.Runner
) -> None:
    browser = Browser(small_portal(Entrance(book.database, lambda: HOME, clock=clock)), runner)
    for path in ("/lti/login", "/lti/keys"):
        assert browser.get(path).status_code == 404
    assert browser.post("/lti/launch").status_code == 404
