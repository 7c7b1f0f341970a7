"""Campus sign-on: OpenID Connect, authorization code flow with PKCE."""

from __future__ import annotations

__all__ = ["Campus"]

from typing import TYPE_CHECKING, Any
from urllib.parse import quote_plus

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.discovery import OpenIDProviderMetadata, get_well_known_url
from sqlalchemy import func, select

from grader.errors import UsageError
from grader.gradebook.holders import ID, resolve, spelled
from grader.gradebook.models import Identity, Participant
from grader.gradebook.rows import add_rows, write_history
from grader.portal.identity.http_client import RemoteServerError
from grader.portal.identity.refusing import NotLetInError, logger
from grader.portal.identity.sessions import SignInWay, role_of
from grader.portal.identity.sign_in_settings import SECRET, refuse_plain, secret_in
from grader.portal.identity.signed_tokens import (
    AWAY,
    UNSIGNED,
    Expectation,
    ForeignKeys,
    refuse_another_access,
    verified,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from grader.portal.identity.entrance import Entrance
    from grader.portal.identity.roles import PortalRole
    from grader.portal.identity.sign_in_settings import CampusSettings
    from grader.portal.identity.starts import Start

BACK = "/sign-in/campus/back"
KEPT_SECONDS = 3600
LONGEST_CODE = 4096
UNKNOWN = (
    "You are not on the roster of this course, or it has another address of you: ask your "
    "instructor."
)
NOT_YET = "Your university has not confirmed your e-mail address, which tells us who you are."
DECLINED = "You were not signed in there: try again, or come in by another way."


class Campus:
    """One provider of OpenID Connect.

    Parameters
    ----------
    entrance : Entrance
        Of the portal.
    settings : CampusSettings
        Of the provider.

    Raises
    ------
    UsageError
        Where the client's secret cannot be read.
    """

    def __init__(self, entrance: Entrance, settings: CampusSettings) -> None:
        self.settings = settings
        self._entrance = entrance
        self._secret = secret_in(settings.secret_file, SECRET)
        self._keys = ForeignKeys(entrance.http, entrance.clock)
        self._known: tuple[float, OpenIDProviderMetadata] | None = None

    @property
    def _redirect(self) -> str:
        return self._entrance.url.page(BACK)

    async def address(self, start: Start) -> str:
        """Return the provider's URL for signing in.

        Parameters
        ----------
        start : Start
            Of this sign-in.

        Raises
        ------
        NotLetInError
            Where the provider does not say where.
        """
        about = await self._about()
        return str(
            prepare_grant_uri(
                about["authorization_endpoint"],
                self.settings.client_id,
                "code",
                redirect_uri=self._redirect,
                scope=" ".join(self.settings.scopes),
                state=start.state,
                nonce=start.nonce,
                code_challenge=create_s256_code_challenge(start.verifier),
                code_challenge_method="S256",
            )
        )

    async def claims(self, start: Start, said: Mapping[str, str]) -> dict[str, Any]:
        """Return the provider's claims about the person who came back.

        Parameters
        ----------
        start : Start
            Of this sign-in, which is used up.
        said : mapping of str to str
            What came with the answer.

        Raises
        ------
        NotLetInError
            Where they were not signed in there, or what came does not hold.
        """
        about = await self._about()
        # Whose answer it is (RFC 9207): another provider's would be taken for this one's.
        must_say = about.get("authorization_response_iss_parameter_supported") is True
        if ("iss" in said or must_say) and said.get("iss") != self.settings.issuer:
            raise NotLetInError(UNSIGNED, "campus: an answer of another issuer")
        if "error" in said:
            raise NotLetInError(DECLINED, "campus: the provider answered with an error")
        code = said.get("code", "")
        if not 0 < len(code) <= LONGEST_CODE:
            raise NotLetInError(DECLINED, "campus: no code")
        tokens = await self._tokens(about, code, start)
        wanted = Expectation(
            issuer=self.settings.issuer,
            client_id=self.settings.client_id,
            nonce=start.nonce,
            keys=str(about["jwks_uri"]),
        )
        token = tokens.get("id_token")
        claims = await verified(
            token if isinstance(token, str) else "", wanted, self._keys, self._entrance.clock
        )
        refuse_another_access(str(token), claims, tokens.get("access_token"))
        return await self._with_user_info(about, tokens, claims)

    async def _about(self) -> OpenIDProviderMetadata:
        now = self._entrance.clock()
        if self._known is not None and now - self._known[0] < KEPT_SECONDS:
            return self._known[1]
        url = get_well_known_url(self.settings.issuer, external=True)
        try:
            answered = await self._entrance.http("GET", url)
            about = OpenIDProviderMetadata(answered.value)
            if about.get("issuer") != self.settings.issuer:
                raise NotLetInError(AWAY, "campus: discovery names another issuer", 502)
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                refuse_plain(name, str(about.get(name, "")))
        except RemoteServerError as error:
            raise NotLetInError(AWAY, f"campus: {error.reason}", 502) from error
        except (TypeError, ValueError, UsageError) as error:
            reason = "campus: discovery says nothing that can be used"
            raise NotLetInError(AWAY, reason, 502) from error
        self._known = (now, about)
        return about

    async def _tokens(
        self, about: OpenIDProviderMetadata, code: str, start: Start
    ) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect,
            "code_verifier": start.verifier,
        }
        ways = about.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        auth = None
        if self._secret and "client_secret_basic" in ways:
            auth = (_encoded(self.settings.client_id), _encoded(self._secret))
        else:
            form["client_id"] = self.settings.client_id
            if self._secret:
                form["client_secret"] = self._secret
        try:
            answered = await self._entrance.http(
                "POST", str(about["token_endpoint"]), form=form, auth=auth
            )
        except RemoteServerError as error:
            refuses = 400 <= error.status < 500
            sentence = UNSIGNED if refuses else AWAY
            reason = f"campus: token endpoint: {error.reason}"
            raise NotLetInError(sentence, reason, 403 if refuses else 502) from error
        if not isinstance(answered.value, dict):
            raise NotLetInError(AWAY, "campus: the token endpoint gives no tokens", 502)
        return answered.value

    async def _with_user_info(
        self, about: OpenIDProviderMetadata, tokens: dict[str, Any], claims: dict[str, Any]
    ) -> dict[str, Any]:
        """Request the claims that the token lacks, and use them if they are about this person."""
        url, access = about.get("userinfo_endpoint"), tokens.get("access_token")
        if self.settings.claim in claims or not url or not isinstance(access, str):
            return claims
        said = {"authorization": f"Bearer {access}"}
        try:
            refuse_plain("userinfo_endpoint", str(url))
            answered = await self._entrance.http("GET", str(url), headers=said)
        except RemoteServerError as error:
            raise NotLetInError(AWAY, f"campus: userinfo: {error.reason}", 502) from error
        except UsageError as error:
            raise NotLetInError(AWAY, "campus: userinfo is not over TLS", 502) from error
        more = answered.value
        if not isinstance(more, dict) or more.get("sub") != claims["sub"]:
            raise NotLetInError(UNSIGNED, "campus: userinfo is of somebody else")
        return {**more, **claims}

    def enter(self, claims: dict[str, Any], instead_of: str = "") -> tuple[str, PortalRole]:
        """Sign in the person that the claims are about, if they are in the gradebook; blocks.

        Parameters
        ----------
        claims : dict of str to object
            What the provider says.
        instead_of : str
            The session that the browser had.

        Returns
        -------
        tuple of str and PortalRole
            The id of a new session, and whose role it has.

        Raises
        ------
        NotLetInError
            Where they are not.
        """
        subject = f"{self.settings.issuer} {claims['sub']}"
        with self._entrance.database.writing() as connection:
            # A person who came before stays the same person if their address changes.
            known = select(Identity.person_id).where(
                Identity.kind == "oidc", Identity.value == subject
            )
            found = connection.execute(known).scalar()
            person = None if found is None else resolve(connection, int(found))
            if person is None:
                person = self._matched(connection, claims)
                row = {"person_id": person, "kind": "oidc", "value": subject}
                add_rows(connection, Identity, [row])
                write_history(connection, "campus account linked", person=person)
            session = self._entrance.sessions.begin_within(
                connection, person, SignInWay.OIDC, instead_of=instead_of
            )
            return session, role_of(connection, person)

    def _matched(self, connection: Connection, claims: dict[str, Any]) -> int:
        said = claims.get(self.settings.claim)
        if not isinstance(said, str) or not said.strip():
            raise NotLetInError(UNKNOWN, f"campus: no claim {self.settings.claim}")
        if self.settings.claim != "email":
            return matched_by_id(connection, said)
        if claims.get("email_verified") is not True:
            raise NotLetInError(NOT_YET, "campus: e-mail not verified")
        return matched_by_email(connection, said)


def _encoded(text: str) -> str:
    """Encode a name or a secret for HTTP Basic in OAuth (RFC 6749, 2.3.1)."""
    return quote_plus(text)


def matched_by_id(connection: Connection, said: str) -> int:
    """Return the person who has an id on the roster.

    Raises
    ------
    NotLetInError
        Where nobody has.
    """
    known = select(Identity.person_id).where(Identity.kind == ID, Identity.value == spelled(said))
    found = connection.execute(known).scalar()
    if found is None:
        raise NotLetInError(UNKNOWN, "not on the roster by this id")
    return resolve(connection, int(found))


def matched_by_email(connection: Connection, said: str) -> int:
    """Return the one person who has an e-mail address.

    Raises
    ------
    NotLetInError
        Where nobody has, or more than one.
    """
    asked = select(Participant.id).where(
        func.lower(Participant.email) == said.strip().lower(),
        Participant.email != "",
        Participant.merged_into.is_(None),
        Participant.purged_at == "",
    )
    found = list(connection.execute(asked.limit(2)).scalars())
    if len(found) > 1:
        logger.warning("An e-mail address of the gradebook is that of two people.")
    if len(found) != 1:
        raise NotLetInError(UNKNOWN, "not on the roster by this address")
    return int(found[0])
