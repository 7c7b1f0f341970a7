"""What a proxy says of who asks is believed where it is named, and nowhere else."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from grader.errors import UsageError
from grader.portal.guarding import NamedProxies
from grader.portal.settings import PortalSettings

if TYPE_CHECKING:
    from pathlib import Path

SAID = {"x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https"}


def seen(named: list[str], peer: str, headers: dict[str, str]) -> tuple[str, str, list[bytes]]:
    """Return from where and by what somebody asks, and which headers an application sees."""
    found: dict[str, Any] = {}

    async def app(scope: Any, _receive: Any, _send: Any) -> None:
        found.update(scope)

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "scheme": "http", "client": (peer, 1), "headers": raw}
    asyncio.run(NamedProxies(app, named=named)(scope, None, None))  # type: ignore[arg-type]
    return found["client"][0], found["scheme"], [name for name, _ in found["headers"]]


@pytest.mark.parametrize(
    ("named", "peer", "said", "client", "scheme"),
    [
        ([], "127.0.0.1", SAID, "127.0.0.1", "http"),
        (["10.0.0.5"], "127.0.0.1", SAID, "127.0.0.1", "http"),
        (["127.0.0.1"], "127.0.0.1", SAID, "203.0.113.9", "https"),
        (["10.0.0.0/8"], "10.1.2.3", SAID, "203.0.113.9", "https"),
        (["::1"], "::1", {"x-forwarded-for": "2001:db8::7"}, "2001:db8::7", "http"),
        # What stands before the last address that is not a proxy's, anybody can have written.
        (["10.0.0.0/8"], "10.0.0.1", {"x-forwarded-for": "1.2.3.4, 203.0.113.9, 10.0.0.2"},
         "203.0.113.9", "http"),
        (["10.0.0.0/8"], "10.0.0.1", {"x-forwarded-for": "words"}, "10.0.0.1", "http"),
        (["10.0.0.0/8"], "10.0.0.1", {"x-forwarded-proto": "ftp"}, "10.0.0.1", "http"),
    ],
)  # fmt: skip
def test_a_proxy_is_believed_where_it_is_named(
    named: list[str], peer: str, said: dict[str, str], client: str, scheme: str
) -> None:
    headers = {**said, "forwarded": "for=6.6.6.6", "accept": "text/html"}
    assert seen(named, peer, headers) == (client, scheme, [b"accept"])


def test_a_proxy_without_an_address_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        NamedProxies(None, named=["proxy.example"])  # type: ignore[arg-type]
    assert "named by its address" in str(caught.value)


@pytest.mark.parametrize("url", ["grader.example", "ftp://x", "https://x/path", "https://"])
def test_an_address_by_which_nobody_could_reach_it_is_refused(url: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        PortalSettings(course_root=tmp_path, gradebook="", url=url)
