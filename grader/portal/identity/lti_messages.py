"""Read the claims of an LTI launch from its token (LTI 1.3, Deep Linking 2.0)."""

from __future__ import annotations

__all__ = ["DeepLink", "LtiMessage", "message_of"]

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from grader.errors import UsageError
from grader.portal.identity.refusing import NotLetInError
from grader.portal.identity.roles import PortalRole
from grader.portal.identity.sign_in_settings import refuse_plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grader.portal.identity.public_url import PublicUrl
    from grader.portal.identity.sign_in_settings import PlatformSettings

_LTI = "https://purl.imsglobal.org/spec/lti/claim/"
_ENDPOINT = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
_MEMBERS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
_SETTINGS = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
_MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership"
LINK, DEEP = "LtiResourceLinkRequest", "LtiDeepLinkingRequest"
VERSION = "1.3.0"
LONGEST = 2000
WRONG = (
    "{name} sent something that this portal does not know: ask your instructor to look at how the "
    "link is set up."
)
ANONYMOUS = "{name} does not say who you are: ask your instructor to let it share names."


@dataclass(frozen=True, slots=True, kw_only=True)
class DeepLink:
    """Where and how to return the exercises that a person picks.

    Attributes
    ----------
    data : str, optional
        Goes back as it came.
    """

    return_url: str
    data: str | None
    multiple: bool
    with_line_item: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LtiMessage:
    """A launch.

    Attributes
    ----------
    user : str
        Who it is, as the platform numbers people.
    sourced_id : str
        Their id in the university's records, if the platform says so.
    exercise : str
        What the link was made for; empty for the whole course, or where it does not say.
    deep : DeepLink, optional
        Where somebody wants to pick exercises.
    """

    platform: str
    deployment: str
    user: str
    name: str
    email: str
    sourced_id: str
    role: PortalRole
    link: str
    context: str
    exercise: str
    lineitem: str
    lineitems: str
    memberships: str
    scopes: str
    deep: DeepLink | None = None


def message_of(claims: Mapping[str, Any], platform: PlatformSettings, url: PublicUrl) -> LtiMessage:
    """Return the message of a launch, if it has everything that a launch needs.

    Parameters
    ----------
    claims : mapping of str to object
        Of a token that holds.
    platform : PlatformSettings
        Whose it is.
    url : PublicUrl
        Of the portal: where the link has to lead.

    Raises
    ------
    NotLetInError
        Where something is missing, or is not for us.
    """
    reading = _Reading(claims, platform.name)
    kind = reading.text(_LTI + "message_type")
    if kind not in (LINK, DEEP):
        raise reading.wrong("message type")
    if reading.text(_LTI + "version") != VERSION:
        raise reading.wrong("version")
    deployment = reading.text(_LTI + "deployment_id")
    if deployment not in platform.deployments:
        raise reading.wrong("deployment")
    target = reading.text(_LTI + "target_link_uri", needed=kind == LINK)
    if target and not url.is_own(target):
        raise reading.wrong("target")
    link = reading.table(_LTI + "resource_link", needed=kind == LINK)
    roles = claims.get(_LTI + "roles")
    if not isinstance(roles, list) or not all(isinstance(one, str) for one in roles):
        raise reading.wrong("roles")
    endpoint = reading.table(_ENDPOINT)
    scopes = endpoint.get("scope", [])
    return LtiMessage(
        platform=platform.name,
        deployment=deployment,
        user=reading.text("sub", needed=True),
        name=_named(claims),
        email=reading.text("email", needed=False).strip(),
        sourced_id=_inside(reading.table(_LTI + "lis"), "person_sourcedid"),
        role=role_at(roles),
        link=reading.inside(link, "id", needed=kind == LINK),
        context=_inside(reading.table(_LTI + "context"), "id"),
        exercise=_inside(reading.table(_LTI + "custom"), "exercise"),
        lineitem=reading.address(endpoint, "lineitem"),
        lineitems=reading.address(endpoint, "lineitems"),
        memberships=reading.address(reading.table(_MEMBERS), "context_memberships_url"),
        scopes=" ".join(one for one in scopes if isinstance(one, str)) if scopes else "",
        deep=_deep(reading) if kind == DEEP else None,
    )


def role_at(roles: list[str]) -> PortalRole:
    """Return the portal's role for roles in the platform's course.

    Parameters
    ----------
    roles : list of str
        Only those of the course count: an administrator of the platform is nobody here. An
        assistant has the role of instructors too, of which theirs is a part.
    """
    mine = set(roles)
    if f"{_MEMBERSHIP}/Instructor#TeachingAssistant" in mine:
        return PortalRole.ASSISTANT
    if mine & {f"{_MEMBERSHIP}#Instructor", "Instructor"}:
        return PortalRole.INSTRUCTOR
    return PortalRole.STUDENT


def is_learner(roles: list[str]) -> bool:
    """Return whether a person takes the platform's course."""
    return bool(set(roles) & {f"{_MEMBERSHIP}#Learner", "Learner", "Student"})


def _named(claims: Mapping[str, Any]) -> str:
    parts = [claims.get("name"), None, claims.get("given_name"), claims.get("family_name")]
    texts = [one.strip()[:200] if isinstance(one, str) else "" for one in parts]
    return texts[0] or " ".join(one for one in texts[2:] if one)


def _inside(table: Mapping[str, Any], name: str) -> str:
    value = table.get(name)
    return value if isinstance(value, str) and len(value) <= LONGEST else ""


class _Reading:
    """Reads claims, each of which may have any type."""

    def __init__(self, claims: Mapping[str, Any], platform: str) -> None:
        self._claims = claims
        self._platform = platform

    def wrong(self, what: str) -> NotLetInError:
        return NotLetInError(WRONG.format(name=self._platform), f"lti: {what}")

    def text(self, name: str, *, needed: bool = True) -> str:
        value = self._claims.get(name)
        if isinstance(value, str) and 0 < len(value) <= LONGEST:
            return value
        if needed:
            raise self.wrong(f"no {name.rpartition('/')[2]}")
        return ""

    def table(self, name: str, *, needed: bool = False) -> Mapping[str, Any]:
        value = self._claims.get(name)
        if isinstance(value, dict):
            return value
        if needed or value is not None:
            raise self.wrong(f"no {name.rpartition('/')[2]}")
        return {}

    def inside(self, table: Mapping[str, Any], name: str, *, needed: bool) -> str:
        value = _inside(table, name)
        if needed and not value:
            raise self.wrong(f"no {name}")
        return value

    def address(self, table: Mapping[str, Any], name: str) -> str:
        value = _inside(table, name)
        if not value:
            return ""
        try:
            refuse_plain(name, value)
        except UsageError as error:
            raise self.wrong(f"{name} is not an address over TLS") from error
        return value


def _deep(reading: _Reading) -> DeepLink:
    settings = reading.table(_SETTINGS, needed=True)
    types = settings.get("accept_types")
    if not isinstance(types, list) or "ltiResourceLink" not in types:
        raise reading.wrong("accepts no links")
    return_url = reading.address(settings, "deep_link_return_url")
    if not urlsplit(return_url).hostname:
        raise reading.wrong("no deep_link_return_url")
    data = settings.get("data")
    return DeepLink(
        return_url=return_url,
        data=data if isinstance(data, str) else None,
        multiple=settings.get("accept_multiple") is True,
        with_line_item=settings.get("accept_lineitem") is not False,
    )
