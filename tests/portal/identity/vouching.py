"""Keys and tokens of a provider and a platform, right ones and all kinds of wrong ones."""

from __future__ import annotations

import base64
import hmac
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from joserfc import jwt

if TYPE_CHECKING:
    from collections.abc import Callable

    from joserfc.jwk import RSAKey


@dataclass
class Signer:
    """A signer of tokens.

    Attributes
    ----------
    keys : list of RSAKey
        The last one signs.
    published : list of RSAKey
        Those whose public halves are told.
    spoil : callable, optional
        Makes of header and claims another token than the right one.
    """

    keys: list[RSAKey]
    published: list[RSAKey] = field(default_factory=list)
    spoil: Callable[[Signer, dict[str, Any], dict[str, Any]], str] | None = None
    asked_for_keys: int = 0

    def __post_init__(self) -> None:
        """Publish all keys."""
        self.published = self.published or list(self.keys)

    def jwks(self) -> dict[str, Any]:
        """Return the public keys."""
        self.asked_for_keys += 1
        return {"keys": [{**key.as_dict(private=False), "use": "sig"} for key in self.published]}

    def token(self, claims: dict[str, Any]) -> str:
        """Return a token."""
        header = {"alg": "RS256", "kid": self.keys[-1].kid, "typ": "JWT"}
        if self.spoil:
            return self.spoil(self, header, claims)
        return self.signed(header, claims)

    def signed(self, header: dict[str, Any], claims: dict[str, Any], key: Any = None) -> str:
        """Return a token with this header."""
        alg = str(header["alg"])
        return jwt.encode(header, claims, key or self.keys[-1], algorithms=[alg])


def encoded(part: object) -> str:
    """Return a part of a token."""
    data = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def said(**claims: Any) -> Callable[[Signer, dict[str, Any], dict[str, Any]], str]:
    """Return a function that makes a signed token with changed claims; None removes one."""

    def made(signer: Signer, header: dict[str, Any], right: dict[str, Any]) -> str:
        changed = {name: claims.get(name, value) for name, value in {**right, **claims}.items()}
        return signer.signed(header, {k: v for k, v in changed.items() if v is not None})

    return made


def moved(**seconds: int) -> Callable[[Signer, dict[str, Any], dict[str, Any]], str]:
    """Return what makes a well-signed token with other times."""

    def made(signer: Signer, header: dict[str, Any], right: dict[str, Any]) -> str:
        times = {name: right["iat"] + by for name, by in seconds.items()}
        return signer.signed(header, {**right, **times})

    return made


def unsigned(signer: Signer, header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Return a token without a signature."""
    del signer
    return f"{encoded({**header, 'alg': 'none'})}.{encoded(claims)}."


def signed_with_the_public_key(
    signer: Signer, header: dict[str, Any], claims: dict[str, Any]
) -> str:
    """Return a token that is signed with the public key as the secret."""
    secret = signer.keys[-1].as_pem(private=False)
    text = f"{encoded({**header, 'alg': 'HS256'})}.{encoded(claims)}"
    return f"{text}.{encoded(hmac.digest(secret, text.encode(), 'sha256'))}"


def signature_changed(signer: Signer, header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Return a token with another signature."""
    head, body, signature = signer.signed(header, claims).split(".")
    return f"{head}.{body}.{'AAAA' + signature[4:]}"


def body_changed(signer: Signer, header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Return a token that says something else than what was signed."""
    head, _, signature = signer.signed(header, claims).split(".")
    return f"{head}.{encoded({**claims, 'sub': 'mallory'})}.{signature}"


def of_an_unknown_key(signer: Signer, header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Return a token that names an unpublished key."""
    return signer.signed({**header, "kid": "nobody's"}, claims)


def of_another_key(signer: Signer, header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Return a token that was signed with another key than it says."""
    return signer.signed(header, claims, signer.keys[0])


def with_a_key_of_its_own(signer: Signer, header: dict[str, Any], claims: dict[str, Any]) -> str:
    """Return a token that brings the key by which it is to be checked."""
    own = signer.keys[0]
    return signer.signed({**header, "kid": "own", "jwk": own.as_dict(private=False)}, claims, own)


# What a provider's and a platform's token are refused for alike: why, as the log has it.
REFUSED: dict[str, tuple[Callable[[Signer, dict[str, Any], dict[str, Any]], str], str]] = {
    "wrong issuer": (said(iss="https://evil.example"), "another issuer"),
    "no issuer": (said(iss=None), "another issuer"),
    "wrong audience": (said(aud="somebody else"), "another audience"),
    "no audience": (said(aud=None), "another audience"),
    "audience of another type": (said(aud={"grader": 1}), "another audience"),
    "two audiences and no party": (said(aud=["grader", "other"]), "authorized party"),
    "another party": (said(aud=["grader", "other"], azp="other"), "authorized party"),
    "another party, one audience": (said(azp="other"), "authorized party"),
    "expired": (moved(exp=-61), "expired"),
    "no end": (said(exp=None), "no exp"),
    "end of another type": (said(exp="never"), "no exp"),
    "an end that never comes": (said(exp=float("nan")), "no exp"),
    "an end beyond all calendars": (said(exp=10**400), "no exp"),
    "end that is a truth": (said(exp=True), "no exp"),
    "issued in the future": (moved(iat=62, exp=600), "in the future"),
    "issued long ago": (moved(iat=-700), "long ago"),
    "no time of issue": (said(iat=None), "no iat"),
    "not valid yet": (moved(nbf=62), "not valid yet"),
    "wrong nonce": (said(nonce="another"), "nonce"),
    "no nonce": (said(nonce=None), "nonce"),
    "nobody": (said(sub=None), "of nobody"),
    "an empty name": (said(sub=""), "of nobody"),
    "a number": (said(sub=7), "of nobody"),
    "unsigned": (unsigned, "no way that counts|not a signed one"),
    "HS256 with the public key": (signed_with_the_public_key, "no way that counts"),
    "another signature": (signature_changed, "does not hold"),
    "another body": (body_changed, "does not hold"),
    "unknown key": (of_an_unknown_key, "unknown key"),
    "another key": (of_another_key, "does not hold"),
    "its own key": (with_a_key_of_its_own, "unknown key|not a signed one"),
    "no token": (lambda *_: "", "missing or too long"),
    "no token at all": (lambda *_: "a.b.c", "not a signed one"),
    "two dots": (lambda *_: "..", "not a signed one"),
    "huge": (lambda *_: "a" * 100_000, "missing or too long"),
    "deep": (lambda *_: f"{encoded(b'[' * 9000)}.e30.AAAA", "not a signed one"),
}
