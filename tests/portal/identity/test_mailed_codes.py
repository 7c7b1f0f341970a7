"""Signing in by a code that comes by e-mail, and who learns nothing from it."""

from __future__ import annotations

import re
import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING

import httpx
import pytest

from grader.languages import language
from grader.portal.identity.entrance import MOST_TRIES as MOST_TRIES_OF_A_NETWORK
from grader.portal.identity.mailed_codes import (
    LASTS_SECONDS,
    MOST_CODES,
    MOST_CODES_IN_ALL,
    MOST_TRIES,
    MailedCodes,
)
from grader.portal.identity.refusing import NotLetInError
from grader.portal.identity.sign_in_pages import own_path
from tests.portal.identity.conftest import Browser, small_portal, token_in
from tests.portal.identity.lms import HOME

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from grader.portal.identity import Entrance
    from tests.portal.identity.conftest import Clock, Outbox

pytestmark = pytest.mark.usefixtures("outbox")


def asked(browser: Browser, email: str, where: str = "/") -> httpx.Response:
    page = browser.get(f"/sign-in?next={where}")
    fields = {"form_token": token_in(page), "email": email, "next": where}
    return browser.post("/sign-in/email", fields)


def tried(browser: Browser, code: str, where: str = "/") -> httpx.Response:
    page = browser.get("/sign-in/code")
    fields = {"form_token": token_in(page), "code": code, "next": where}
    return browser.post("/sign-in/code", fields)


def code_in(outbox: Outbox) -> str:
    found = re.search(r"\b(\d{4} \d{4})\b", outbox.mails[-1][2])
    assert found
    return found[1]


def test_who_has_the_address_gets_a_code_and_gets_in(
    browsing: Callable[[], Browser], person: Callable[..., int], outbox: Outbox
) -> None:
    person("Ann", email="Ann@example.edu")
    browser = browsing()
    answer = asked(browser, " ann@EXAMPLE.edu ", "/exercises/2")
    assert answer.headers["location"] == "/sign-in/code?next=/exercises/2"
    [(to, subject, text)] = outbox.mails
    assert to == "Ann@example.edu"
    assert subject == "Your code for Neural networks"
    assert "Hello Ann," in text
    answer = tried(browser, code_in(outbox), "/exercises/2")
    assert (answer.status_code, answer.headers["location"]) == (303, "/exercises/2")
    assert browser.get("/").text == "Ann, student"


def test_the_mail_is_in_the_language_of_whom_it_is_for(
    entrance: Entrance, runner: asyncio.Runner, person: Callable[..., int], outbox: Outbox
) -> None:
    person("Ann", email="ann@example.edu")
    app = small_portal(entrance)
    app.state.languages = SimpleNamespace(
        asks_browsers=True,
        knows_address="ann@example.edu".__eq__,
        of_address=lambda _address: language("fr"),
    )
    asked(Browser(app, runner), "ann@example.edu")
    [(_, subject, text)] = outbox.mails
    assert subject == "Votre code pour Neural networks"
    assert text.startswith("Bonjour Ann,\n\nvoici votre code pour Neural networks\xa0:\n\n    ")
    assert "Il ne sert qu'une fois, et dans ce navigateur seulement." in text
    assert text.endswith(f"\n\n{entrance.url.text}\n")


def test_a_known_and_an_unknown_address_get_the_same_answers(
    browsing: Callable[[], Browser], person: Callable[..., int], outbox: Outbox
) -> None:
    person("Ann", email="ann@example.edu")
    answers = []
    for email in ("ann@example.edu", "nobody@example.edu", "no address", ""):
        browser = browsing()
        first, page = asked(browser, email), browser.get("/sign-in/code")
        wrong = [tried(browser, "00000000") for _ in range(MOST_TRIES + 1)]
        answers.append(
            [
                (one.status_code, re.sub(r'value="[\w-]{43}"', "", one.text),
                 sorted(set(one.headers) - {"set-cookie"}), one.headers.get("location"))
                for one in (first, page, *wrong)
            ]
        )  # fmt: skip
    assert len(outbox.mails) == 1
    assert all(one == answers[0] for one in answers)


def test_too_many_codes_are_refused_for_unknown_addresses_too(
    browsing: Callable[[], Browser], person: Callable[..., int], outbox: Outbox, clock: Clock
) -> None:
    person("Ann", email="ann@example.edu")
    for email in ("ann@example.edu", "nobody@example.edu"):
        answers = [asked(browsing(), email) for _ in range(MOST_CODES + 1)]
        assert [one.status_code for one in answers] == [303] * MOST_CODES + [429]
    assert len(outbox.mails) == MOST_CODES
    clock.turn(3600)
    assert asked(browsing(), "ann@example.edu").status_code == 303


def test_who_asks_from_their_own_machine_keeps_nobody_else_out(
    entrance: Entrance, person: Callable[..., int], clock: Clock
) -> None:
    person("Ann", email="ann@example.edu")
    codes = MailedCodes(entrance)

    def refused(network: str, email: str = "ann@example.edu") -> int:
        """Ask until it is refused; return how often it was not."""
        for count in range(MOST_CODES_IN_ALL + 1):
            try:
                codes.ask(email, f"browser {count}", network)
            except NotLetInError:
                return count
        raise AssertionError("there is no limit")

    assert [refused("192.0.2.1") for _ in range(2)] == [MOST_CODES, 0]
    assert refused("192.0.2.1", " ANN@example.edu ") == 0
    assert refused("192.0.2.1", "bob@example.edu") == MOST_CODES
    mine = codes.ask("ann@example.edu", "mine", "198.51.100.1")
    assert mine
    assert codes.use(mine.code, "mine")
    came = [refused(f"203.0.113.{n}") for n in range(MOST_CODES_IN_ALL)]
    assert sum(came) == MOST_CODES_IN_ALL - MOST_CODES - 1
    clock.turn(3600)
    assert refused("192.0.2.1") == MOST_CODES


def test_an_address_that_two_people_have_lets_in_neither(
    browsing: Callable[[], Browser], person: Callable[..., int], outbox: Outbox
) -> None:
    person("Ann", email="group@example.edu")
    person("Bob", email="GROUP@example.edu")
    assert asked(browsing(), "group@example.edu").status_code == 303
    assert outbox.mails == []


def test_a_code_works_once_in_its_browser_and_for_some_minutes(
    entrance: Entrance, person: Callable[..., int], clock: Clock
) -> None:
    person("Ann", email="ann@example.edu")
    codes = MailedCodes(entrance)

    def new(browser: str) -> str:
        found = codes.ask("ann@example.edu", browser)
        assert found
        return found.code

    code = new("one")
    for browser in ("two", ""):
        with pytest.raises(NotLetInError):
            codes.use(code, browser)
    assert codes.use(f" {code[:4]}-{code[4:]}\t", "one")
    with pytest.raises(NotLetInError):
        codes.use(code, "one")
    older, newer = new("one"), new("one")
    if older != newer:
        with pytest.raises(NotLetInError):
            codes.use(older, "one")
    clock.turn(LASTS_SECONDS)
    with pytest.raises(NotLetInError):
        codes.use(newer, "one")


def test_a_code_can_be_guessed_a_few_times(entrance: Entrance, person: Callable[..., int]) -> None:
    person("Ann", email="ann@example.edu")
    codes = MailedCodes(entrance)
    for tries in (MOST_TRIES - 1, MOST_TRIES):
        found = codes.ask("ann@example.edu", "one")
        assert found
        for _ in range(tries):
            with pytest.raises(NotLetInError):
                codes.use(f"{(int(found.code) + 1) % 10**8:08d}", "one")
        if tries < MOST_TRIES:
            assert codes.use(found.code, "one")
        else:
            with pytest.raises(NotLetInError):
                codes.use(found.code, "one")


@pytest.mark.parametrize("code", ["", "x", "\uff11" * 8, "1" * 100_000, "\x00", "-1"])
def test_what_is_no_code_is_wrong(entrance: Entrance, code: str) -> None:
    MailedCodes(entrance).ask("nobody@example.edu", "one")
    with pytest.raises(NotLetInError, match="not right"):
        MailedCodes(entrance).use(code, "one")


def test_a_network_may_try_so_often(browsing: Callable[[], Browser], entrance: Entrance) -> None:
    browser = browsing()
    for _ in range(MOST_TRIES_OF_A_NETWORK):
        assert entrance.tries.wait("192.0.2.7") == 0
    answer = tried(browser, "12345678")
    assert answer.status_code == 429
    assert "try again in 10 minutes" in answer.text


def test_without_mail_there_is_no_such_way(
    browsing: Callable[[], Browser], entrance: Entrance
) -> None:
    entrance.mailer = None
    browser = browsing()
    page = browser.get("/sign-in")
    assert "Send me a code" not in page.text
    fields = {"form_token": token_in(browser.get("/sign-in/code")), "email": "ann@example.edu"}
    assert browser.post("/sign-in/email", fields).status_code == 404


def test_a_mail_keeps_nobody_waiting(
    entrance: Entrance, person: Callable[..., int], runner: asyncio.Runner
) -> None:
    """A server that is slow would tell who is in the course, by the next answer too."""
    person("Ann", email="ann@example.edu")
    going, sent = threading.Event(), []

    class Slow:
        def send(self, to: str, subject: str, text: str) -> None:
            del subject, text
            assert going.wait(60)
            sent.append(to)

    entrance.mailer = Slow()

    async def visit() -> None:
        transport = httpx.ASGITransport(small_portal(entrance))
        async with httpx.AsyncClient(transport=transport, base_url=HOME) as client:
            page = await client.get("/sign-in")
            fields = {"form_token": token_in(page), "email": "ann@example.edu"}
            answer = await client.post("/sign-in/email", data=fields, headers={"origin": HOME})
            assert answer.status_code == 303
            assert (await client.get("/sign-in/code")).status_code == 200
            assert sent == []
            going.set()
            await entrance.settle()
            assert sent == ["ann@example.edu"]

    runner.run(visit())


@pytest.mark.parametrize(
    ("said", "where"),
    [("/exercises/2?a=b", "/exercises/2?a=b"), ("//evil.example", "/"), ("", "/"),
     ("https://evil.example", "/"), ("/\\evil.example", "/"), ("javascript:alert(1)", "/"),
     ("/a\r\nSet-Cookie: x", "/"), ("/\t/evil.example", "/"), ("/" + "a" * 500, "/")],
)  # fmt: skip
def test_after_signing_in_nobody_is_sent_elsewhere(said: str, where: str) -> None:
    assert own_path(said) == where
