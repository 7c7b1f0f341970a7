"""LTI 1.3 launches: the platform starts the sign-in, and its token says who comes."""

from __future__ import annotations

__all__ = ["LAUNCH", "LOGIN", "Lti"]

from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from grader.portal.identity.lti_messages import LtiMessage, message_of
from grader.portal.identity.lti_people import (
    PlatformUser,
    person_at,
    remember_link,
    take_role,
)
from grader.portal.identity.own_keys import OwnKeys
from grader.portal.identity.public_url import origin_of
from grader.portal.identity.refusing import NotLetInError
from grader.portal.identity.sessions import SignInWay
from grader.portal.identity.signed_tokens import Expectation, ForeignKeys, verified
from grader.portal.identity.starts import Starts

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from grader.portal.identity.entrance import Entrance
    from grader.portal.identity.roles import PortalRole
    from grader.portal.identity.sign_in_settings import PlatformSettings
    from grader.portal.identity.starts import Start

LOGIN, LAUNCH, PICK, KEYS = "/lti/login", "/lti/launch", "/lti/pick", "/lti/keys"
LONGEST = 4000
STRANGE = (
    "This link comes from a platform that this portal does not know: ask your instructor to look "
    "at how it is set up."
)
PLAIN = "Platforms can be used where this portal is reached over https alone."
DECLINED = "{name} did not sign you in: go back to it, and open the link again."


class Lti:
    """The platforms of a portal.

    Parameters
    ----------
    entrance : Entrance
        Of the portal, with their settings.
    """

    def __init__(self, entrance: Entrance) -> None:
        self.entrance = entrance
        self.platforms = {one.name: one for one in entrance.settings.platform}
        self.own_keys = OwnKeys(entrance)
        self._keys = ForeignKeys(entrance.http, entrance.clock)

    def origins(self) -> list[str]:
        """Return the origins of the platforms: their pages may show ours in a frame."""
        places = [(one.issuer, one.login) for one in self.platforms.values()]
        return sorted({origin_of(url) for pair in places for url in pair} - {""})

    def platform_of(self, said: Mapping[str, str]) -> PlatformSettings:
        """Return the platform that starts a sign-in.

        Parameters
        ----------
        said : mapping of str to str
            What it sent; anybody can have sent it.

        Raises
        ------
        NotLetInError
            Where it is none of ours, or one that is not told from another.
        """
        if not self.entrance.url.is_https:
            raise NotLetInError(PLAIN, "lti: the portal is not reached over TLS")
        client = said.get("client_id", "")
        deployment = said.get("lti_deployment_id", "")
        found = [
            one
            for one in self.platforms.values()
            if one.issuer == said.get("iss")
            and client in ("", one.client_id)
            and (not deployment or deployment in one.deployments)
        ]
        if len(found) != 1:
            raise NotLetInError(STRANGE, "lti: no such platform, client or deployment")
        return found[0]

    def begin(self, said: Mapping[str, str]) -> tuple[Start, str]:
        """Start a sign-in, and return the URL for the browser; blocks.

        Parameters
        ----------
        said : mapping of str to str
            As `platform_of`.

        Raises
        ------
        NotLetInError
            Where that cannot be.
        """
        platform = self.platform_of(said)
        hint, message = said.get("login_hint", ""), said.get("lti_message_hint")
        target = said.get("target_link_uri", "")
        if not hint or not self.entrance.url.is_own(target):
            raise NotLetInError(STRANGE, "lti: no login_hint, or a target that is not ours")
        if any(len(one) > LONGEST for one in said.values()):
            raise NotLetInError(STRANGE, "lti: something too long")
        start = Starts(self.entrance, "lti").begin(platform=platform.name)
        asked = {
            "scope": "openid",
            "response_type": "id_token",
            "response_mode": "form_post",
            "prompt": "none",
            "client_id": platform.client_id,
            "redirect_uri": self.entrance.url.page(LAUNCH),
            "login_hint": hint,
            "state": start.state,
            "nonce": start.nonce,
            **({"lti_message_hint": message} if message is not None else {}),
        }
        joined = "&" if urlsplit(platform.login).query else "?"
        return start, f"{platform.login}{joined}{urlencode(asked)}"

    async def message(self, start: Start, said: Mapping[str, str]) -> LtiMessage:
        """Return the message of a platform if its token is valid.

        Parameters
        ----------
        start : Start
            Of this sign-in, which is used up.
        said : mapping of str to str
            What it sent.

        Raises
        ------
        NotLetInError
            Where it does not hold, or does not say what a launch needs.
        """
        platform = self.platforms.get(start.platform)
        if platform is None:
            raise NotLetInError(STRANGE, "lti: a platform that is no more")
        if "error" in said:
            sentence = DECLINED.format(name=platform.name)
            raise NotLetInError(sentence, "lti: the platform answered with an error")
        wanted = Expectation(
            issuer=platform.issuer,
            client_id=platform.client_id,
            nonce=start.nonce,
            keys=platform.keys,
            needs_kid=True,
        )
        token = said.get("id_token", "")
        claims = await verified(token, wanted, self._keys, self.entrance.clock)
        return message_of(claims, platform, self.entrance.url)

    def enter(
        self, message: LtiMessage, exercises: Collection[str], instead_of: str = ""
    ) -> tuple[str, PortalRole, str]:
        """Sign in a person who comes from a platform; blocks.

        Parameters
        ----------
        message : LtiMessage
            What the platform says.
        exercises : collection of str
            Of the course.
        instead_of : str
            The session that the browser had.

        Returns
        -------
        tuple of str, PortalRole and str
            The id of a new session, whose role it has, and the exercise to which the link leads.
        """
        platform = self.platforms[message.platform]
        exercise = message.exercise if message.exercise in exercises else ""
        sessions = self.entrance.sessions
        now = sessions.now()
        said = PlatformUser(
            user=message.user,
            name=message.name,
            email=message.email,
            sourced_id=message.sourced_id,
        )
        with self.entrance.database.writing() as connection:
            person = person_at(connection, platform, said)
            role = take_role(connection, person, platform.name, message.role, now)
            remember_link(connection, message, exercise, now)
            session = sessions.begin_within(
                connection, person, SignInWay.LTI, instead_of=instead_of
            )
        return session, role, exercise
