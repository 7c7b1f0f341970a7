"""The services of a platform: access tokens, line items, scores and results, names and roles."""

from __future__ import annotations

__all__ = ["Services"]

import json
import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from anyio import to_thread

from grader.errors import UsageError
from grader.portal.identity.http_client import RemoteServerError
from grader.portal.identity.sign_in_settings import refuse_plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.portal.identity.launching import Lti
    from grader.portal.identity.sign_in_settings import PlatformSettings

_AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
SCORE, RESULT, LINE_ITEM = _AGS + "score", _AGS + "result.readonly", _AGS + "lineitem"
MEMBERS = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
_SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"
_RESULT_TYPE = "application/vnd.ims.lis.v2.resultcontainer+json"
_ITEM_TYPE = "application/vnd.ims.lis.v2.lineitem+json"
_ITEMS_TYPE = "application/vnd.ims.lis.v2.lineitemcontainer+json"
_MEMBERS_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
MOST_PAGES, MOST_MEMBERS = 400, 100_000


class Services:
    """Calls the services of platforms.

    Parameters
    ----------
    lti : Lti
        The platforms of the portal.
    """

    def __init__(self, lti: Lti) -> None:
        self._lti = lti
        self._http = lti.entrance.http
        self._tokens: dict[tuple[str, str], tuple[float, str]] = {}

    async def _token(self, platform: PlatformSettings, scope: str, *, anew: bool = False) -> str:
        """Return an access token; each is used until it expires."""
        now = self._lti.entrance.clock()
        until, token = self._tokens.get((platform.name, scope), (0.0, ""))
        if now < until and not anew:
            return token
        claims = {
            "iss": platform.client_id,
            "sub": platform.client_id,
            "aud": platform.audience or platform.token,
            "iat": int(now),
            "exp": int(now) + 60,
            "jti": secrets.token_urlsafe(16),
        }
        assertion = await to_thread.run_sync(self._lti.own_keys.signed, claims)
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": ASSERTION,
            "client_assertion": assertion,
            "scope": scope,
        }
        answered = await self._http("POST", platform.token, form=form)
        found = answered.value if isinstance(answered.value, dict) else {}
        given, lasts = found.get("access_token"), found.get("expires_in", 0)
        if not isinstance(given, str) or not given:
            raise RemoteServerError("the platform gives no access token")
        lasts = lasts if isinstance(lasts, int) and not isinstance(lasts, bool) else 0
        self._tokens[platform.name, scope] = (now + min(max(lasts - 60, 0), 3600), given)
        return given

    async def _ask(
        self,
        platform: PlatformSettings,
        scope: str,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        content: bytes | None = None,
    ) -> Any:
        """Send a request with an access token, and again with a new one if it has expired."""
        for anew in (False, True):
            token = await self._token(platform, scope, anew=anew)
            said = {"authorization": f"Bearer {token}", **headers}
            try:
                return await self._http(method, url, headers=said, content=content)
            except RemoteServerError as error:
                if error.status != 401 or anew:
                    raise
        raise AssertionError("unreachable")  # pragma: no cover

    async def put_score(
        self, platform: PlatformSettings, lineitem: str, score: Mapping[str, Any]
    ) -> None:
        """Send a score to a platform.

        Parameters
        ----------
        platform : PlatformSettings
            Which.
        lineitem : str
            Where its scores go.
        score : mapping of str to object
            As Assignment and Grade Services 2.0 want it.

        Raises
        ------
        RemoteServerError
            Where it was not taken, or that is not known.
        """
        await self._ask(
            platform,
            SCORE,
            "POST",
            below(lineitem, "scores"),
            headers={"content-type": _SCORE_TYPE},
            content=json.dumps(dict(score)).encode(),
        )

    async def results(
        self, platform: PlatformSettings, lineitem: str, user: str
    ) -> list[Mapping[str, Any]]:
        """Return a platform's result for a person.

        Parameters
        ----------
        platform, lineitem
            As `put_score`.
        user : str
            Who, as the platform numbers people.

        Raises
        ------
        RemoteServerError
            Where it does not say.
        """
        answered = await self._ask(
            platform,
            RESULT,
            "GET",
            below(lineitem, "results", user_id=user),
            headers={"accept": _RESULT_TYPE},
        )
        found = answered.value if isinstance(answered.value, list) else []
        return [one for one in found if isinstance(one, dict) and str(one.get("userId")) == user]

    async def line_item(
        self, platform: PlatformSettings, lineitems: str, link: str, item: Mapping[str, Any]
    ) -> str:
        """Return the line item for a link's scores; create one if the platform has none.

        Parameters
        ----------
        platform : PlatformSettings
            Which.
        lineitems : str
            Where its line items are.
        link : str
            The link, as the platform numbers them.
        item : mapping of str to object
            A new one: label and maximum.

        Raises
        ------
        RemoteServerError
            Where there is none and none can be made.
        """
        asked = below(lineitems, "", resource_link_id=link)
        answered = await self._ask(
            platform, LINE_ITEM, "GET", asked, headers={"accept": _ITEMS_TYPE}
        )
        found = answered.value if isinstance(answered.value, list) else []
        for one in found:
            if isinstance(one, dict) and one.get("resourceLinkId") == link:
                return _over_tls(one.get("id"))
        answered = await self._ask(
            platform,
            LINE_ITEM,
            "POST",
            lineitems,
            headers={"content-type": _ITEM_TYPE, "accept": _ITEM_TYPE},
            content=json.dumps({**item, "resourceLinkId": link}).encode(),
        )
        made = answered.value if isinstance(answered.value, dict) else {}
        return _over_tls(made.get("id"))

    async def members(self, platform: PlatformSettings, url: str) -> list[Mapping[str, Any]]:
        """Return the members of a platform's course, from all pages of the answer.

        Parameters
        ----------
        platform : PlatformSettings
            Which.
        url : str
            Where its names and roles are.

        Raises
        ------
        RemoteServerError
            Where it does not say.
        """
        found: list[Mapping[str, Any]] = []
        seen: set[str] = set()
        while url and url not in seen and len(seen) < MOST_PAGES and len(found) < MOST_MEMBERS:
            seen.add(url)
            answered = await self._ask(
                platform, MEMBERS, "GET", _over_tls(url), headers={"accept": _MEMBERS_TYPE}
            )
            page = answered.value if isinstance(answered.value, dict) else {}
            members = page.get("members")
            if not isinstance(members, list):
                raise RemoteServerError("the platform names no members")
            found += [one for one in members if isinstance(one, dict)]
            url = answered.next
        if url and url not in seen:
            raise RemoteServerError("the platform names more members than a course has")
        return found


def below(url: str, name: str, **more: str) -> str:
    """Return a URL with something appended to its path, and with the same query.

    Parameters
    ----------
    url : str
        Such as ``https://lms/items/7?type=1``.
    name : str
        What is put behind its path.
    **more
        What is put behind its query.
    """
    parts = urlsplit(url)
    path = parts.path.rstrip("/") + f"/{name}" if name else parts.path
    query = "&".join(one for one in (parts.query, urlencode(more)) if one)
    return urlunsplit((parts.scheme, parts.netloc, path, query, ""))


def _over_tls(url: object) -> str:
    try:
        refuse_plain("address", str(url))
    except UsageError:
        raise RemoteServerError("the platform names an address that is not over TLS") from None
    return str(url)
