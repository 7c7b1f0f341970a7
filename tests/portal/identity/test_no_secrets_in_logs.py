"""Nothing that lets anybody in stands in a log, on all ways in and at all levels."""

from __future__ import annotations

import logging
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from grader.portal.identity import Entrance, PortalRole
from grader.portal.identity.invitations import Invitations
from grader.portal.identity.launching import Lti
from grader.portal.identity.mailing import SmtpMailer
from grader.portal.identity.own_keys import OwnKeys
from grader.portal.identity.passing_back import ScoresBack
from grader.portal.identity.platform_services import Services
from grader.portal.identity.score_outbox import PublishedScore, queue_scores
from grader.portal.identity.sign_in_settings import (
    CampusSettings,
    MailSettings,
    SignInSettings,
)
from tests.portal.identity.conftest import Browser, small_portal, token_in
from tests.portal.identity.lms import HOME, Platform, moodle
from tests.portal.identity.test_campus import ISSUER, SECRET, Provider
from tests.portal.identity.vouching import REFUSED, Signer

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from joserfc.jwk import RSAKey

    from grader.gradebook import Gradebook
    from tests.portal.identity.conftest import Clock, Outbox


class Both(httpx.AsyncBaseTransport):
    """The network: a provider and a platform."""

    def __init__(self, provider: Provider, lms: Platform) -> None:
        self._provider = httpx.ASGITransport(provider.app)
        self._lms = httpx.ASGITransport(lms.app)
        self.secrets: set[str] = set()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass a request on, and note down what of it is secret."""
        content = request.content.decode()
        self.secrets |= {request.headers.get("authorization", "Bearer -").split()[1]}
        for name in ("code", "code_verifier", "client_assertion"):
            self.secrets |= set(parse_qs(content).get(name, []))
        there = self._provider if request.url.host in ISSUER else self._lms
        return await there.handle_async_request(request)


@pytest.fixture
def network(rsa_keys: list[RSAKey], clock: Clock, lms: Platform) -> tuple[Both, Provider]:
    provider = Provider(Signer(list(rsa_keys)), clock)
    return Both(provider, lms), provider


@pytest.fixture
def entrance(
    book: Gradebook, clock: Clock, network: tuple[Both, Provider], rsa_keys: list[RSAKey],
    lms: Platform, monkeypatch: pytest.MonkeyPatch,
) -> Entrance:  # fmt: skip
    monkeypatch.setenv("GRADER_CAMPUS_SECRET", SECRET)
    settings = SignInSettings(
        campus=CampusSettings(name="U", issuer=ISSUER, client_id="grader"), platform=(moodle(),)
    )
    made = Entrance(
        book.database, lambda: HOME, settings=settings, clock=clock, transport=network[0]
    )
    keys = OwnKeys(made)
    keys.keep(rsa_keys[0])
    lms.tool_keys = keys.public
    return made


class Visits:
    """Browsers that go all ways, and what of these is secret."""

    def __init__(self, entrance: Entrance, runner: asyncio.Runner, secrets: set[str]) -> None:
        self._app = small_portal(entrance)
        self._runner = runner
        self.entrance = entrance
        self.secrets = secrets

    def new(self) -> Browser:
        """Open a browser."""
        return Browser(self._app, self._runner)

    def keep(self, browser: Browser, *answers: httpx.Response) -> None:
        """Note down what of some answers is secret."""
        self.secrets.update(one.value or "" for one in browser.client.cookies.jar)
        for one in answers:
            found = re.findall(r'name="(?:form_token|state|JWT)" value="([^"]+)"', one.text)
            asked = parse_qs(urlsplit(one.headers.get("location", "")).query)
            told = [v for name in ("state", "nonce", "code") for v in asked.get(name, [])]
            self.secrets.update(found, told)

    def by_link(self, person: int) -> None:
        """Come in by a link, and again by the same, which is worn."""
        link = Invitations(self.entrance).make(PortalRole.STUDENT, by="Prof", person=person)
        self.secrets.add(link.rpartition("/")[2])
        browser, path = self.new(), link.removeprefix(HOME)
        page = browser.get(path)
        browser.post(path, {"form_token": token_in(page)})
        self.keep(browser, page)
        browser.get(path)

    def by_code(self, outbox: Outbox) -> None:
        """Come in by a code after a wrong one; then the mail server is away."""
        browser = self.new()
        page = browser.get("/sign-in")
        fields = {"form_token": token_in(page), "email": "ann@example.edu"}
        browser.post("/sign-in/email", fields)
        found = re.search(r"(\d{4}) (\d{4})", outbox.mails[-1][2])
        assert found
        self.secrets |= {found[1] + found[2], f"{found[1]} {found[2]}"}
        for code in ("0000 0000", f"{found[1]} {found[2]}"):
            browser.post("/sign-in/code", {"form_token": token_in(page), "code": code})
            self.keep(browser, page)
        mail = MailSettings(host="127.0.0.1", port=1, sender="g@example.edu", security="none")
        self.entrance.mailer = SmtpMailer(mail)
        browser = self.new()
        page = browser.get("/sign-in")
        browser.post("/sign-in/email", {**fields, "form_token": token_in(page)})

    def by_campus(self, provider: Provider) -> None:
        """Come in by campus sign-on, and be refused."""
        for refused in (None, "another body", "unsigned"):
            provider.signer.spoil = REFUSED[refused][0] if refused else None
            browser = self.new()
            there = browser.get("/sign-in/campus")
            back = provider.authorized(there.headers["location"])
            self.keep(browser, there)
            browser.get(back.removeprefix(HOME))
            self.keep(browser)

    def by_platform(self, lms: Platform) -> None:
        """Come in from a platform, and be refused; a score goes back that it does not take."""
        for refused in (None, "another body", "expired"):
            lms.signer.spoil = REFUSED[refused][0] if refused else None
            browser = self.new()
            begun = lms.begun(browser)
            asked = lms.asked_at(begun)
            self.keep(browser, begun)
            token = lms.signer.token(lms.claims(asked["nonce"]))
            self.secrets.add(token)
            lms.back(browser, asked["state"], token)
            self.keep(browser)
        lti = Lti(self.entrance)
        lms.fails = [503]
        one: dict[str, Any] = {
            "exercise": "gradient",
            "score": Decimal(5),
            "max_score": Decimal(15),
        }
        with self.entrance.database.writing() as connection:
            for number in range(1, 5):
                score = PublishedScore(person=number, **one)
                queue_scores(connection, [score], self.entrance.clock())
        self._runner.run(ScoresBack(lti, Services(lti)).send_due())
        self.secrets |= set(lms.tokens)


def test_no_secret_is_in_a_log(
    entrance: Entrance, network: tuple[Both, Provider], lms: Platform, person: Callable[..., int],
    outbox: Outbox, runner: asyncio.Runner, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    # What SQLAlchemy can say is off, as in the portal: at its lowest level it tells all values.
    for name in ("sqlalchemy.engine", "sqlalchemy.pool"):
        logging.getLogger(name).setLevel(logging.WARNING)
    visits = Visits(entrance, runner, network[0].secrets)
    visits.by_link(person("Ann", email="ann@example.edu"))
    visits.by_code(outbox)
    visits.by_campus(network[1])
    visits.by_platform(lms)
    secrets = {one for one in visits.secrets if len(one) > 7} | {SECRET}
    assert len(secrets) > 30
    # The addresses to which the browsers of this test go are told by these browsers themselves.
    records = [
        one for one in caplog.records if not (one.name == "httpx" and HOME in one.getMessage())
    ]
    text = "\n".join(map(logging.Formatter("%(message)s").format, records))  # with tracebacks
    for said in ("not let in", "did not take a mail", "not passed back"):
        assert said in text
    assert [one for one in secrets if one in text] == []
