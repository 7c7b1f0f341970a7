"""A learning platform, from the text of LTI 1.3 and its services: it refuses as they do."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from grader.portal.identity.sign_in_settings import PlatformSettings

HOME = "https://grader.example.edu"

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx
    from starlette.requests import Request

    from tests.portal.identity.conftest import Browser, Clock
    from tests.portal.identity.vouching import Signer

ISSUER = "https://lms.example.edu"
LTI = "https://purl.imsglobal.org/spec/lti/claim/"
DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
AGS = "https://purl.imsglobal.org/spec/lti-ags/"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
LEARNER, INSTRUCTOR = f"{MEMBERSHIP}#Learner", f"{MEMBERSHIP}#Instructor"
ASSISTANT = f"{MEMBERSHIP}/Instructor#TeachingAssistant"
SCOPES = [AGS + "scope/score", AGS + "scope/result.readonly", AGS + "scope/lineitem"]


class Platform:
    """A platform with one course.

    Attributes
    ----------
    tool_keys : callable
        Asks the portal for its public keys.
    fails : list of int or str
        What the next scores are answered with: a status; ``lost`` takes the score and does not
        answer.
    """

    def __init__(self, signer: Signer, clock: Clock) -> None:
        self.signer = signer
        self.clock = clock
        self.tool_keys: Callable[[], dict[str, Any]] = lambda: {"keys": []}
        self.members: list[dict[str, Any]] = []
        self.items: dict[str, dict[str, Any]] = {"7": {"scoreMaximum": 10.0}}
        self.has: dict[tuple[str, str], dict[str, Any]] = {}
        self.posted: list[dict[str, Any]] = []
        self.taken: list[dict[str, Any]] = []
        self.fails: list[int | str] = []
        self.assertions: set[str] = set()
        self.tokens: dict[str, tuple[float, set[str]]] = {}
        self.asked: list[str] = []
        self.app = Starlette(
            routes=[
                Route("/keys", self.keys),
                Route("/token", self.token, methods=["POST"]),
                Route("/items", self.line_items, methods=["GET", "POST"]),
                Route("/items/{item}/scores", self.scores, methods=["POST"]),
                Route("/items/{item}/results", self.results),
                Route("/members", self.membership),
            ]
        )

    # ------------------------------------------------------------------ launches

    def begun(self, browser: Browser, **more: str) -> httpx.Response:
        """Open a link: the browser goes to the portal, which sends it back."""
        said = {
            "iss": ISSUER, "login_hint": "hint", "target_link_uri": f"{HOME}/lti/launch",
            "client_id": "grader", "lti_message_hint": "link 7", **more,
        }  # fmt: skip
        return browser.post("/lti/login", said, origin=ISSUER)

    def asked_at(self, answer: httpx.Response) -> dict[str, str]:
        """Return the portal's request, if it is valid."""
        assert answer.status_code == 303, answer.text
        parts = urlsplit(answer.headers["location"])
        asked = dict(parse_qsl(parts.query, keep_blank_values=True))
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{ISSUER}/auth"
        assert {**asked, "state": "", "nonce": ""} == {
            "scope": "openid", "response_type": "id_token", "response_mode": "form_post",
            "prompt": "none", "client_id": "grader", "login_hint": "hint", "state": "",
            "redirect_uri": f"{HOME}/lti/launch", "nonce": "", "lti_message_hint": "link 7",
        }  # fmt: skip
        return asked

    def claims(self, nonce: str, **more: Any) -> dict[str, Any]:
        """Return the claims of a student's launch of link 7."""
        now = int(self.clock())
        said = {
            "iss": ISSUER, "aud": "grader", "iat": now, "exp": now + 300, "nonce": nonce,
            "sub": "u1", "name": "Ann Lee", "email": "ann@example.edu",
            LTI + "message_type": "LtiResourceLinkRequest", LTI + "version": "1.3.0",
            LTI + "deployment_id": "1", LTI + "target_link_uri": f"{HOME}/lti/launch",
            LTI + "resource_link": {"id": "link-7", "title": "Exercise"},
            LTI + "roles": [LEARNER], LTI + "context": {"id": "course-1"},
            LTI + "custom": {"exercise": "gradient"},
            AGS + "claim/endpoint": {
                "scope": SCOPES, "lineitems": f"{ISSUER}/items", "lineitem": f"{ISSUER}/items/7",
            },
            NRPS + "claim/namesroleservice": {
                "context_memberships_url": f"{ISSUER}/members?course=1",
                "service_versions": ["2.0"],
            },
        }  # fmt: skip
        return {name: value for name, value in {**said, **more}.items() if value is not None}

    def launched(self, browser: Browser, **more: Any) -> httpx.Response:
        """Open a link, and say who somebody is."""
        asked = self.asked_at(self.begun(browser))
        token = self.signer.token(self.claims(asked["nonce"], **more))
        return self.back(browser, asked["state"], token)

    @staticmethod
    def back(browser: Browser, state: str, token: str) -> httpx.Response:
        """Post a token to the portal, as the platform's page does in the browser."""
        return browser.post("/lti/launch", {"state": state, "id_token": token}, origin=ISSUER)

    def checked(self, token: str) -> dict[str, Any]:
        """Return what a token of the tool says, if it signed it, for us, and now."""
        keys = KeySet.import_key_set(self.tool_keys())  # type: ignore[arg-type]
        claims = jwt.decode(token, keys, algorithms=["RS256"]).claims
        assert claims["iat"] <= self.clock() < claims["exp"]
        return claims

    # ------------------------------------------------------------------ services

    async def keys(self, request: Request) -> Response:
        """Give the public keys."""
        del request
        return JSONResponse(self.signer.jwks())

    async def token(self, request: Request) -> Response:
        """Give an access token for an assertion that is signed by the tool, once."""
        form = dict(parse_qsl((await request.body()).decode()))
        claims, now = self.checked(form["client_assertion"]), self.clock()
        is_right = (
            form["grant_type"] == "client_credentials"
            and form["client_assertion_type"].endswith("client-assertion-type:jwt-bearer")
            and claims["iss"] == claims["sub"] == "grader"
            and claims["aud"] == f"{ISSUER}/token"
            and claims["jti"] not in self.assertions
        )
        if not is_right:
            return JSONResponse({"error": "invalid_client"}, 401)
        self.assertions.add(claims["jti"])
        token = f"access-{len(self.assertions)}-secret"
        self.tokens[token] = (now + 3600, set(form["scope"].split()))
        return JSONResponse({"access_token": token, "token_type": "Bearer", "expires_in": 3600})

    def _refuses(self, request: Request, scope: str) -> Response | None:
        self.asked.append(f"{request.method} {request.url.path}")
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        until, scopes = self.tokens.get(token, (0.0, set()))
        if self.clock() >= until:
            return JSONResponse({}, 401)
        return None if scope in scopes else JSONResponse({}, 403)

    async def line_items(self, request: Request) -> Response:
        """Tell the line items of a link, or make one."""
        if refused := self._refuses(request, AGS + "scope/lineitem"):
            return refused
        if request.method == "GET":
            link = request.query_params["resource_link_id"]
            found = [
                {"id": f"{ISSUER}/items/{number}", **item}
                for number, item in self.items.items()
                if item.get("resourceLinkId") == link
            ]
            return JSONResponse(found)
        number = str(len(self.items) + 100)
        self.items[number] = await request.json()
        return JSONResponse({"id": f"{ISSUER}/items/{number}", **self.items[number]}, 201)

    async def scores(self, request: Request) -> Response:
        """Accept a score, if it is newer than the stored one."""
        if refused := self._refuses(request, AGS + "scope/score"):
            return refused
        assert request.headers["content-type"] == "application/vnd.ims.lis.v1.score+json"
        score = await request.json()
        self.posted.append(score)
        fails = self.fails.pop(0) if self.fails else 0
        if isinstance(fails, int) and fails:
            return JSONResponse({}, fails, headers={"retry-after": "1000"} if fails == 429 else {})
        assert set(score) >= {
            "userId", "scoreGiven", "scoreMaximum", "activityProgress", "gradingProgress",
            "timestamp",
        }  # fmt: skip
        key = request.path_params["item"], score["userId"]
        at = datetime.fromisoformat(score["timestamp"])
        assert at.tzinfo
        assert "." in score["timestamp"]
        if key in self.has and at <= self.has[key]["at"]:
            return JSONResponse({}, 409)
        self.has[key] = {"at": at, **score}
        self.taken.append(score)
        return JSONResponse({}, 503) if fails == "lost" else Response(status_code=204)

    async def results(self, request: Request) -> Response:
        """Return a person's result, scaled to the maximum of the line item."""
        if refused := self._refuses(request, AGS + "scope/result.readonly"):
            return refused
        item, user = request.path_params["item"], request.query_params["user_id"]
        has = self.has.get((item, user))
        if has is None:
            return JSONResponse([])
        maximum = self.items[item]["scoreMaximum"]
        result = {
            "id": "r", "userId": user, "resultMaximum": maximum,
            "resultScore": has["scoreGiven"] / has["scoreMaximum"] * maximum,
        }  # fmt: skip
        return JSONResponse([result])

    async def membership(self, request: Request) -> Response:
        """Return the members, two on a page."""
        if refused := self._refuses(request, NRPS + "scope/contextmembership.readonly"):
            return refused
        assert request.query_params["course"] == "1"
        start = int(request.query_params.get("from", "0"))
        more = {}
        if start + 2 < len(self.members):
            more = {"link": f'<{ISSUER}/members?course=1&from={start + 2}>; rel="next"'}
        page = {"id": "1", "context": {"id": "1"}, "members": self.members[start : start + 2]}
        return JSONResponse(page, headers=more)


def moodle(**more: Any) -> PlatformSettings:
    """Return the settings by which the portal knows the platform."""
    return PlatformSettings(
        name="Moodle", issuer=ISSUER, client_id="grader", deployments=("1",),
        login=f"{ISSUER}/auth", token=f"{ISSUER}/token", keys=f"{ISSUER}/keys", **more,
    )  # fmt: skip
