"""Our own keys: told before they sign, and for a while after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from joserfc import jwt
from joserfc.jwk import KeySet

from grader.portal.identity.own_keys import AFTER_SECONDS, BEFORE_SECONDS, SIGNS_SECONDS, OwnKeys

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey

    from grader.portal.identity import Entrance
    from tests.portal.identity.conftest import Clock


def test_a_key_takes_over_a_day_after_it_is_told(
    entrance: Entrance, rsa_keys: list[RSAKey], clock: Clock
) -> None:
    keys = OwnKeys(entrance)

    def told() -> list[object]:
        return [one["kid"] for one in keys.public()["keys"]]

    def signer() -> object:
        known = KeySet.import_key_set(keys.public())  # type: ignore[arg-type]
        return jwt.decode(keys.signed({"a": 1}), known, algorithms=["RS256"]).header["kid"]

    old, new = rsa_keys
    keys.keep(old)
    assert (told(), signer()) == (["key-1"], "key-1")
    clock.turn(5 * BEFORE_SECONDS)
    keys.keep(new)
    clock.turn(BEFORE_SECONDS - 1)
    assert (told(), signer()) == (["key-1", "key-2"], "key-1")
    clock.turn(1)
    assert (told(), signer()) == (["key-1", "key-2"], "key-2")
    clock.turn(AFTER_SECONDS)
    assert (told(), signer()) == (["key-2"], "key-2")


def test_keys_are_made_in_time_and_tell_nothing_private(entrance: Entrance, clock: Clock) -> None:
    keys = OwnKeys(entrance, bits=2048)
    [first] = keys.public()["keys"]
    assert set(first) == {"kty", "n", "e", "kid", "use", "alg"}
    clock.turn(SIGNS_SECONDS - BEFORE_SECONDS - 1)
    assert len(keys.public()["keys"]) == 1
    clock.turn(1)
    assert len(keys.public()["keys"]) == 2
