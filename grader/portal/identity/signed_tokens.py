"""Verify signed tokens of providers and platforms.

A provider of OpenID Connect and a platform of LTI 1.3 say who somebody is in the same form, a
signed JWT; both are held to the rules of OpenID Connect Core 1.0, 3.1.3.7, and of the 1EdTech
Security Framework 1.0, 5.1.3.
"""

from __future__ import annotations

__all__ = ["ALGORITHMS", "Expectation", "ForeignKeys", "refuse_another_access", "verified"]

import base64
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey

from grader.portal.identity.http_client import RemoteServerError
from grader.portal.identity.refusing import NotLetInError
from grader.portal.identity.secret import same

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.portal.identity.http_client import HttpClient

# Only with two keys, a private and a public one: never `none`, and never HS256, for which the
# public key would be the secret.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256"]
# Two clocks differ by so much, and a token is so old at most.
LEEWAY_SECONDS, OLDEST_SECONDS = 60, 600
# Keys are asked for anew after a day, or where a token names one that is not among them; but not
# for each token that somebody has invented.
KEPT_SECONDS, AGAIN_SECONDS = 86_400, 30
LONGEST_TOKEN = 32 * 1024
LONGEST_CLAIM = 2000
UNSIGNED = "Your sign-in could not be checked: go back to where you came from, and try again."
LATE = (
    "Your sign-in is too old, or a clock is wrong: go back to where you came from, and try again."
)
AWAY = "Who vouches for you did not answer: try again in a moment."


class ForeignKeys:
    """The public keys of another party, fetched when they are needed.

    Parameters
    ----------
    http : HttpClient
        By which they are asked for.
    clock : callable
        The time in seconds.
    """

    def __init__(self, http: HttpClient, clock: Callable[[], float]) -> None:
        self._http = http
        self._clock = clock
        self._known: dict[str, tuple[float, dict[str, RSAKey | ECKey]]] = {}

    async def find(self, url: str, kid: str | None) -> RSAKey | ECKey:
        """Return a key by its name.

        Parameters
        ----------
        url : str
            Where the keys are (JWKS).
        kid : str, optional
            Its name; None where a token names none, which will do where there is one key.

        Raises
        ------
        NotLetInError
            Where there is no such key, or the keys cannot be had.
        """
        at, keys = self._known.get(url, (float("-inf"), {}))
        age = self._clock() - at
        found = _named(keys, kid)
        if (found is None and age >= AGAIN_SECONDS) or age >= KEPT_SECONDS:
            keys = await self._asked(url)
            self._known[url] = (self._clock(), keys)
            found = _named(keys, kid)
        if found is None:
            raise NotLetInError(UNSIGNED, "token: signed with an unknown key")
        return found

    async def _asked(self, url: str) -> dict[str, RSAKey | ECKey]:
        try:
            answered = await self._http("GET", url)
            found = answered.value["keys"]
            usable = [one for one in found if _is_for_signatures(one)]
            keys = KeySet.import_key_set({"keys": usable}) if usable else KeySet([])
        except RemoteServerError as error:
            raise NotLetInError(AWAY, f"keys: {error.reason}", 502) from error
        except (JoseError, KeyError, TypeError, ValueError) as error:
            raise NotLetInError(AWAY, "keys: not a set of keys", 502) from error
        # A shared secret has no place among public keys, and signs nothing.
        return {str(one.kid): one for one in keys.keys if isinstance(one, (RSAKey, ECKey))}


def _is_for_signatures(key: Any) -> bool:
    is_public = isinstance(key, dict) and key.get("kty") in ("RSA", "EC")
    return is_public and key.get("use", "sig") == "sig"


def _named(keys: dict[str, RSAKey | ECKey], kid: str | None) -> RSAKey | ECKey | None:
    if kid is None:
        return next(iter(keys.values())) if len(keys) == 1 else None
    return keys.get(kid)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """The claims that a token must have.

    Attributes
    ----------
    keys : str
        Where its keys are.
    needs_kid : bool
        Whether it has to name its key (LTI), even where there is one.
    """

    issuer: str
    client_id: str
    nonce: str
    keys: str
    needs_kid: bool = False


async def verified(
    token: str, wanted: Expectation, keys: ForeignKeys, clock: Callable[[], float]
) -> dict[str, Any]:
    """Return a token's claims, if its signature, issuer, audience and times are valid.

    Parameters
    ----------
    token : str
        As it came; anybody can have written it.
    wanted : Expectation
        What it has to say.
    keys : ForeignKeys
        By which signatures are checked.
    clock : callable
        The time in seconds since 1970.

    Raises
    ------
    NotLetInError
        Where it does not.
    """
    if not 0 < len(token) <= LONGEST_TOKEN:
        raise NotLetInError(UNSIGNED, "token: missing or too long")
    kid = _kid(token, needed=wanted.needs_kid)
    key = await keys.find(wanted.keys, kid)
    try:
        claims = jwt.decode(token, key, algorithms=ALGORITHMS).claims
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        name = type(error).__name__
        raise NotLetInError(UNSIGNED, f"token: its signature does not hold ({name})") from error
    _hold(claims, wanted, clock())
    return dict(claims)


def _kid(token: str, *, needed: bool) -> str | None:
    """Return the key's name in a token's header, which is not verified yet."""
    try:
        header = jws.extract_compact(token.encode("ascii")).headers()
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise NotLetInError(UNSIGNED, "token: not a signed one") from error
    if header.get("alg") not in ALGORITHMS:
        raise NotLetInError(UNSIGNED, "token: signed by no way that counts")
    kid = header.get("kid")
    if isinstance(kid, str) and kid:
        return kid
    if needed or kid is not None:
        raise NotLetInError(UNSIGNED, "token: names no key")
    return None


def _hold(claims: dict[str, Any], wanted: Expectation, now: float) -> None:
    """Refuse a token with another issuer, audience, time or nonce."""
    if claims.get("iss") != wanted.issuer:
        raise NotLetInError(UNSIGNED, "token: of another issuer")
    audience = claims.get("aud")
    audiences = [audience] if isinstance(audience, str) else audience
    if not isinstance(audiences, list) or wanted.client_id not in audiences:
        raise NotLetInError(UNSIGNED, "token: for another audience")
    party = claims.get("azp")
    if (len(audiences) > 1 and party is None) or party not in (None, wanted.client_id):
        raise NotLetInError(UNSIGNED, "token: for another authorized party")
    expires, issued = _moment(claims, "exp"), _moment(claims, "iat")
    if now >= expires + LEEWAY_SECONDS:
        raise NotLetInError(LATE, "token: expired")
    if issued > now + LEEWAY_SECONDS:
        raise NotLetInError(LATE, "token: issued in the future")
    if issued < now - OLDEST_SECONDS:
        raise NotLetInError(LATE, "token: issued long ago")
    if "nbf" in claims and _moment(claims, "nbf") > now + LEEWAY_SECONDS:
        raise NotLetInError(LATE, "token: not valid yet")
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not same(nonce, wanted.nonce):
        raise NotLetInError(UNSIGNED, "token: another nonce")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_CLAIM:
        raise NotLetInError(UNSIGNED, "token: of nobody")


def _moment(claims: dict[str, Any], name: str) -> float:
    value = claims.get(name)
    # Neither the last moment that a calendar has nor one that never comes, such as NaN.
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 1e12:
        raise NotLetInError(UNSIGNED, f"token: no {name}")
    return float(value)


def refuse_another_access(token: str, claims: dict[str, Any], access: object) -> None:
    """Refuse an access token that is not the one of which a signed token tells (``at_hash``).

    Parameters
    ----------
    token : str
        The signed token, which holds.
    claims : dict of str to object
        What it says.
    access : object
        The access token that came with it, if one did.

    Raises
    ------
    NotLetInError
        Where it is another one. A token that tells of none will do.
    """
    if "at_hash" not in claims or not isinstance(access, str):
        return
    algorithm = str(jws.extract_compact(token.encode("ascii")).headers()["alg"])
    whole = hashlib.new(f"sha{algorithm[-3:]}", access.encode()).digest()
    half = base64.urlsafe_b64encode(whole[: len(whole) // 2]).rstrip(b"=").decode()
    if not same(str(claims["at_hash"]), half):
        raise NotLetInError(UNSIGNED, "token: of another access token")
