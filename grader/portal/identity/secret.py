"""Random secrets, and the digests that are stored of them."""

from __future__ import annotations

__all__ = ["derived", "draw", "hashed", "same"]

import base64
import hashlib
import hmac
import secrets

BYTES = 32
# No secret of the portal's is longer; hashing longer texts would be wasted work.
LONGEST = 512


def draw() -> str:
    """Return a new secret of 256 bits, as 43 letters, digits, ``-`` and ``_``."""
    return secrets.token_urlsafe(BYTES)


def hashed(*parts: str) -> str:
    """Return SHA-256 of secrets, in hexadecimal: of 256 random bits nothing slower is needed.

    Parameters
    ----------
    *parts : str
        Each with its length, so that ``("ab", "c")`` is not ``("a", "bc")``.
    """
    made = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        made.update(len(data).to_bytes(8, "big"))
        made.update(data)
    return made.hexdigest()


def derived(secret: str, purpose: str) -> str:
    """Derive another secret from one, which cannot be computed back.

    Parameters
    ----------
    secret : str
        A secret that was drawn.
    purpose : str
        What the other one is for: another purpose has another secret.
    """
    made = hmac.digest(secret.encode("utf-8", "surrogatepass"), purpose.encode(), "sha256")
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode("ascii")


def same(one: str, other: str) -> bool:
    """Compare secrets in constant time."""
    return hmac.compare_digest(
        one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass")
    )
