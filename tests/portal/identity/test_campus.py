"""Campus sign-on against a provider that holds us to OpenID Connect, as we hold it."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx
import pytest
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from grader.gradebook.models import Identity
from grader.portal.identity import Entrance
from grader.portal.identity.campus import NOT_YET, UNKNOWN
from grader.portal.identity.sign_in_settings import CampusSettings, SignInSettings
from grader.portal.identity.starts import LASTS_SECONDS
from tests.portal.identity.conftest import Browser, small_portal
from tests.portal.identity.lms import HOME
from tests.portal.identity.vouching import REFUSED, Signer, said

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Callable

    from joserfc.jwk import RSAKey
    from starlette.requests import Request

    from grader.gradebook import Gradebook
    from tests.portal.identity.conftest import Clock

ISSUER = "https://login.example.edu"
SECRET = "a+secret/with:signs"  # noqa: S105 - of a test


class Provider:
    """A provider of OpenID Connect: it knows one person, and refuses what the protocol refuses."""

    def __init__(self, signer: Signer, clock: Clock) -> None:
        self.signer = signer
        self.clock = clock
        self.person: dict[str, Any] = {
            "sub": "s-1", "email": "ann@example.edu", "email_verified": True,
        }  # fmt: skip
        self.in_user_info: dict[str, Any] = {}
        self.about: dict[str, Any] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.refused: list[str] = []
        self.app = Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.configuration),
                Route("/token", self.token, methods=["POST"]),
                Route("/jwks", self.jwks),
                Route("/userinfo", self.userinfo),
            ]
        )

    async def configuration(self, request: Request) -> Response:
        """Say where everything is."""
        del request
        about = {
            "issuer": ISSUER,
            "authorization_endpoint": f"{ISSUER}/authorize?tenant=1",
            "token_endpoint": f"{ISSUER}/token",
            "jwks_uri": f"{ISSUER}/jwks",
            "userinfo_endpoint": f"{ISSUER}/userinfo",
            **self.about,
        }
        return JSONResponse({k: v for k, v in about.items() if v is not None})

    def authorized(self, address: str) -> str:
        """Sign the person in, and return where their browser goes."""
        parts = urlsplit(address)
        asked = dict(parse_qsl(parts.query))
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{ISSUER}/authorize"
        assert asked["response_type"] == "code"
        assert asked["client_id"] == "grader"
        assert asked["redirect_uri"] == f"{HOME}/sign-in/campus/back"
        assert asked["tenant"] == "1"
        assert "openid" in asked["scope"].split()
        assert asked["code_challenge_method"] == "S256"
        code = f"code{len(self.codes)}-{asked['state'][:6]}"
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    async def token(self, request: Request) -> Response:
        """Give tokens for a code, once."""
        form = {
            name: values[0] for name, values in parse_qs((await request.body()).decode()).items()
        }
        asked = self.codes.pop(form["code"], None)  # once
        basic = base64.b64encode(b"grader:a%2Bsecret%2Fwith%3Asigns").decode()
        proof = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(proof).rstrip(b"=").decode()
        is_right = (
            asked is not None
            and request.headers.get("authorization") == f"Basic {basic}"
            and challenge == asked["code_challenge"]
            and form["redirect_uri"] == asked["redirect_uri"]
            and form["grant_type"] == "authorization_code"
        )
        if asked is None or not is_right:
            self.refused.append(form["code"])
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(self.clock())
        claims = {
            "iss": ISSUER, "aud": "grader", "iat": now, "exp": now + 300,
            "nonce": asked["nonce"], **self.person,
        }  # fmt: skip
        return JSONResponse(
            {
                "access_token": "access-1",
                "token_type": "Bearer",
                "id_token": self.signer.token(claims),
            }
        )

    async def jwks(self, request: Request) -> Response:
        """Give the public keys."""
        del request
        return JSONResponse(self.signer.jwks())

    async def userinfo(self, request: Request) -> Response:
        """Say more of the person."""
        if request.headers.get("authorization") != "Bearer access-1":
            return JSONResponse({}, 401)
        return JSONResponse(self.in_user_info)


@pytest.fixture
def provider(rsa_keys: list[RSAKey], clock: Clock) -> Provider:
    return Provider(Signer(list(rsa_keys)), clock)


@pytest.fixture
def entrance(
    book: Gradebook, clock: Clock, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> Entrance:
    monkeypatch.setenv("GRADER_CAMPUS_SECRET", SECRET)
    campus = CampusSettings(name="Example University", issuer=ISSUER, client_id="grader")
    return Entrance(
        book.database,
        lambda: HOME,
        settings=SignInSettings(campus=campus),
        clock=clock,
        transport=httpx.ASGITransport(provider.app),
    )


def there(browser: Browser, where: str = "/") -> str:
    """Go to the provider, and return its address with all that is asked."""
    answer = browser.get(f"/sign-in/campus?next={where}")
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def back(browser: Browser, address: str) -> httpx.Response:
    return browser.get(address.removeprefix(HOME))


@pytest.fixture
def ann(person: Callable[..., int]) -> int:
    return person("Ann", email="Ann@example.edu", known="4711")


@pytest.mark.usefixtures("ann")
def test_who_is_on_the_roster_gets_in_and_is_known_from_then_on(
    browsing: Callable[[], Browser], provider: Provider, book: Gradebook
) -> None:
    browser = browsing()
    assert "Sign in with Example University" in browser.get("/sign-in").text
    answer = back(browser, provider.authorized(there(browser, "/exercises/2")))
    assert (answer.status_code, answer.headers["location"]) == (303, "/exercises/2")
    assert browser.get("/").text == "Ann, student"
    with book.database.reading() as connection:
        kept = connection.execute(select(Identity.value).where(Identity.kind == "oidc"))
        assert list(kept.scalars()) == [f"{ISSUER} s-1"]
    provider.person["email"] = "ann.lee@example.edu"  # another address, the same person
    again = browsing()
    back(again, provider.authorized(there(again)))
    assert again.get("/").text == "Ann, student"
    assert provider.signer.asked_for_keys == 1


@pytest.mark.parametrize(
    ("claims", "sentence"),
    [
        ({"email": "nobody@example.edu"}, UNKNOWN),
        ({"email": ""}, UNKNOWN),
        ({"email": ["ann@example.edu"]}, UNKNOWN),
        ({"email_verified": False}, NOT_YET),
        ({"email_verified": "true"}, NOT_YET),
        ({"email_verified": None}, NOT_YET),
    ],
)
@pytest.mark.usefixtures("ann")
def test_who_is_not_on_the_roster_is_told_in_a_sentence(
    browsing: Callable[[], Browser], provider: Provider, claims: dict[str, Any], sentence: str
) -> None:
    provider.person |= claims
    browser = browsing()
    answer = back(browser, provider.authorized(there(browser)))
    assert answer.status_code == 403
    assert sentence in answer.text
    assert browser.get("/").text == "nobody"


def test_a_claim_can_be_the_rosters_id(
    book: Gradebook, clock: Clock, provider: Provider, runner: asyncio.Runner,
    monkeypatch: pytest.MonkeyPatch, ann: int,
) -> None:  # fmt: skip
    del ann
    monkeypatch.setenv("GRADER_CAMPUS_SECRET", SECRET)
    campus = CampusSettings(name="U", issuer=ISSUER, client_id="grader", claim="matriculation")
    entrance = Entrance(
        book.database, lambda: HOME, settings=SignInSettings(campus=campus), clock=clock,
        transport=httpx.ASGITransport(provider.app),
    )  # fmt: skip
    browser = Browser(small_portal(entrance), runner)
    # Not in the token: it is asked for, and taken where it is about the same person.
    provider.in_user_info = {"sub": "somebody else", "matriculation": "4711"}
    assert back(browser, provider.authorized(there(browser))).status_code == 403
    provider.in_user_info["sub"] = "s-1"
    assert back(browser, provider.authorized(there(browser))).status_code == 303
    assert browser.get("/").text == "Ann, student"


@pytest.mark.parametrize("what", REFUSED)
@pytest.mark.usefixtures("ann")
def test_a_token_that_does_not_hold_lets_nobody_in(
    browsing: Callable[[], Browser], provider: Provider, what: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "grader")
    provider.signer.spoil, reason = REFUSED[what]
    browser = browsing()
    answer = back(browser, provider.authorized(there(browser)))
    assert answer.status_code == 403
    assert browser.get("/").text == "nobody"
    assert re.search(reason, caplog.records[-1].getMessage())


@pytest.mark.usefixtures("ann")
def test_an_access_token_is_the_one_of_which_the_token_tells(
    browsing: Callable[[], Browser], provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "grader")
    browser = browsing()
    provider.signer.spoil = said(at_hash="77QmUPtjPfzWtF2AnpK9RQ")  # of the specification's example
    assert back(browser, provider.authorized(there(browser))).status_code == 403
    assert "of another access token" in caplog.records[-1].getMessage()
    half = hashlib.sha256(b"access-1").digest()[:16]
    own = base64.urlsafe_b64encode(half).decode().rstrip("=")
    provider.signer.spoil = said(at_hash=own)
    assert back(browser, provider.authorized(there(browser))).status_code == 303


@pytest.mark.usefixtures("ann")
def test_tokens_within_the_bounds_of_two_clocks_are_taken(
    browsing: Callable[[], Browser], provider: Provider
) -> None:
    for spoil in (said(aud=["grader"]), said(aud=["grader", "b"], azp="grader")):
        provider.signer.spoil = spoil
        browser = browsing()
        assert back(browser, provider.authorized(there(browser))).status_code == 303


@pytest.mark.usefixtures("ann")
def test_an_answer_is_taken_once_in_the_browser_that_began_and_in_time(
    browsing: Callable[[], Browser], provider: Provider, clock: Clock
) -> None:
    browser, other = browsing(), browsing()
    answer = provider.authorized(there(browser))
    there(other)
    assert back(other, answer).status_code == 403  # login forced upon somebody else
    assert back(browser, answer).status_code == 303
    assert back(browser, answer).status_code == 403  # replayed
    state = parse_qs(urlsplit(answer).query)["state"][0]
    for wrong in (answer.replace(state, "x" * 43), answer.replace(f"state={state}", "")):
        assert back(browser, wrong).status_code == 403
    late = provider.authorized(there(browser))
    clock.turn(LASTS_SECONDS)
    assert back(browser, late).status_code == 403
    assert provider.refused == []  # no code was shown to the provider with a wrong state


@pytest.mark.usefixtures("ann")
def test_a_code_of_somebody_elses_sign_in_is_worth_nothing(
    browsing: Callable[[], Browser], provider: Provider
) -> None:
    """The provider compares the proof (PKCE) of who began with that of who ends it."""
    mallory, victim = browsing(), browsing()
    stolen = parse_qs(urlsplit(provider.authorized(there(victim))).query)["code"][0]
    own = provider.authorized(there(mallory))
    code = parse_qs(urlsplit(own).query)["code"][0]
    assert back(mallory, own.replace(code, stolen)).status_code == 403
    assert provider.refused == [stolen]


@pytest.mark.parametrize(
    "said_back",
    ["error=access_denied&error_description=<script>", "code=", "",
     "iss=https://evil.example&code=x"],
)  # fmt: skip
def test_an_answer_without_a_code_is_a_sentence(
    browsing: Callable[[], Browser], said_back: str
) -> None:
    browser = browsing()
    state = parse_qs(urlsplit(there(browser)).query)["state"][0]
    answer = browser.get(f"/sign-in/campus/back?state={state}&{said_back}")
    assert answer.status_code == 403
    assert "<script>" not in answer.text.replace("<script src", "")


def test_an_issuer_that_says_who_it_is_has_to_say_so_each_time(
    browsing: Callable[[], Browser], provider: Provider, ann: int
) -> None:
    del ann
    provider.about = {"authorization_response_iss_parameter_supported": True}
    browser = browsing()
    assert back(browser, provider.authorized(there(browser))).status_code == 403
    answer = provider.authorized(there(browser))
    assert back(browser, f"{answer}&iss={ISSUER}").status_code == 303


@pytest.mark.parametrize(
    "about",
    [{"issuer": "https://evil.example"}, {"token_endpoint": "http://login.example.edu/token"},
     {"jwks_uri": None}, {"authorization_endpoint": "javascript:alert(1)"}],
)  # fmt: skip
def test_a_provider_that_cannot_be_trusted_is_not_gone_to(
    browsing: Callable[[], Browser], provider: Provider, about: dict[str, Any]
) -> None:
    provider.about = about
    answer = browsing().get("/sign-in/campus")
    assert answer.status_code == 502
    assert "did not answer: try again" in answer.text


@pytest.mark.usefixtures("ann")
def test_a_new_key_is_asked_for_and_an_old_one_ends(
    browsing: Callable[[], Browser], provider: Provider, clock: Clock
) -> None:
    signer, [old, new] = provider.signer, list(provider.signer.keys)
    signer.keys, signer.published = [old], [old]
    browser = browsing()
    assert back(browser, provider.authorized(there(browser))).status_code == 303
    signer.keys, signer.published = [new], [old, new]
    clock.turn(31)
    assert back(browser, provider.authorized(there(browser))).status_code == 303
    assert signer.asked_for_keys == 2
    # Whoever invents keys does not make us ask each time.
    signer.spoil = REFUSED["unknown key"][0]
    for _ in range(3):
        assert back(browser, provider.authorized(there(browser))).status_code == 403
    assert signer.asked_for_keys == 2
    signer.spoil, signer.keys, signer.published = None, [old], [new]
    clock.turn(86_400)
    assert back(browser, provider.authorized(there(browser))).status_code == 403


def test_two_people_of_one_address_are_let_in_neither(
    browsing: Callable[[], Browser], provider: Provider, person: Callable[..., int]
) -> None:
    person("Ann", email="ann@example.edu")
    person("Bob", email="ANN@example.edu")
    browser = browsing()
    assert back(browser, provider.authorized(there(browser))).status_code == 403
