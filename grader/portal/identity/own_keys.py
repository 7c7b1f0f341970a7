"""The portal's signing keys, and their rotation."""

from __future__ import annotations

__all__ = ["OwnKeys"]

import functools
from typing import TYPE_CHECKING, Any

from joserfc import jwt
from joserfc.jwk import RSAKey
from sqlalchemy import delete, insert, select, update

from grader.gradebook.access_models import SigningKey
from grader.portal.identity.secret import draw
from grader.portal.identity.sessions import DAY

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from grader.portal.identity.entrance import Entrance

BITS = 2048
# A key signs for so long. Its successor is told to platforms a day before it signs, and it is told
# for a week after, so that what was signed last can still be checked.
SIGNS_SECONDS, BEFORE_SECONDS, AFTER_SECONDS = 90 * DAY, DAY, 7 * DAY


class OwnKeys:
    """The signing keys of a portal; its methods wait for the database.

    Parameters
    ----------
    entrance : Entrance
        Of the portal.
    bits : int
        Of a new key.
    """

    def __init__(self, entrance: Entrance, bits: int = BITS) -> None:
        self._entrance = entrance
        self._bits = bits

    def public(self) -> dict[str, Any]:
        """Return the public halves, as platforms ask for them (JWKS)."""
        keys = [key for key, _ in self._turned()]
        return {"keys": [{**key.as_dict(private=False), **_USE} for key in keys]}

    def signed(self, claims: Mapping[str, Any]) -> str:
        """Return a token with claims, signed with the key in use."""
        [key] = [key for key, signs in self._turned() if signs]
        header = {"alg": "RS256", "typ": "JWT", "kid": key.kid}
        return jwt.encode(header, dict(claims), key, algorithms=["RS256"])

    def keep(self, key: RSAKey) -> None:
        """Store a key: the first one is used at once, later ones from the next day on."""
        with self._entrance.database.writing() as connection:
            self._keep(connection, key)

    def _keep(self, connection: Connection, key: RSAKey) -> None:
        row = {
            "kid": key.kid,
            "private": key.as_pem(private=True).decode("ascii"),
            "made_at": self._entrance.sessions.now(),
            "retired_at": 0,
        }
        connection.execute(insert(SigningKey).values(row))

    def rotate(self) -> None:
        """Make a new key, however old the present one is."""
        key = RSAKey.generate_key(self._bits, {"kid": draw()[:16]})
        self.keep(key)

    def _turned(self) -> list[tuple[RSAKey, bool]]:
        """Return the published keys and the one that signs; make a new key if it is time."""
        now = self._entrance.sessions.now()
        rows = self._rows()
        youngest = max((row.made_at for row in rows), default=now - SIGNS_SECONDS)
        if now - youngest >= SIGNS_SECONDS - (BEFORE_SECONDS if rows else 0):
            self.rotate()
            rows = self._rows()
        known = [row for row in rows if now - row.made_at >= BEFORE_SECONDS]
        signs = known[-1] if known else rows[0]
        older = [row for row in rows if row.made_at < signs.made_at]
        self._retire(older, now)
        told = [one for one in rows if not _is_over(one, now)]
        return [(_read(one.kid, one.private), one.kid == signs.kid) for one in told]

    def _rows(self) -> Sequence[Any]:
        with self._entrance.database.reading() as connection:
            asked = select(SigningKey.kid, SigningKey.private, SigningKey.made_at,
                           SigningKey.retired_at)  # fmt: skip
            return connection.execute(asked.order_by(SigningKey.made_at, SigningKey.kid)).all()

    def _retire(self, older: Sequence[Any], now: int) -> None:
        retiring = [one.kid for one in older if not one.retired_at]
        over = [one.kid for one in older if _is_over(one, now)]
        if retiring or over:
            with self._entrance.database.writing() as connection:
                gone = update(SigningKey).where(SigningKey.kid.in_(retiring))
                connection.execute(gone.values(retired_at=now))
                connection.execute(delete(SigningKey).where(SigningKey.kid.in_(over)))


_USE = {"use": "sig", "alg": "RS256"}


@functools.lru_cache(maxsize=8)
def _read(kid: str, private: str) -> RSAKey:
    """Return a key out of its text: to read one, and check it, takes longer than to sign."""
    return RSAKey.import_key(private, {"kid": kid})


def _is_over(row: Any, now: int) -> bool:
    return bool(row.retired_at) and now - row.retired_at >= AFTER_SECONDS
