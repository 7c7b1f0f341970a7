"""What a proxy says of who asks is believed where it is named, and nowhere else."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.applications import Starlette

from grader.errors import GraderError, UsageError
from grader.portal.guarding import NamedProxies
from grader.portal.listening_on import serve_portal
from grader.portal.settings import PortalSettings

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


def test_a_proxy_that_is_no_address_is_told_and_the_portal_does_not_start(tmp_path: Path) -> None:
    """It ended with 0 and without a word, as with whatever failed before the portal began."""
    command = [sys.executable, "-m", "grader", "serve", "--port", "0", "--proxy", "our-proxy"]
    book = ["--gradebook", str(tmp_path / "book.sqlite"), "--exercise", "0"]
    done = subprocess.run(
        [*command, *book, "--isolation", "none"],
        capture_output=True, text=True, check=False, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert done.returncode == 2
    assert "grader: A proxy is named by its address, such as 10.0.0.5" in done.stderr
    assert "our-proxy" in done.stderr


def test_a_portal_that_does_not_start_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    async def failing(_scope: Any, _receive: Any, _send: Any) -> None:
        raise RuntimeError

    app = Starlette()
    monkeypatch.setattr(app, "build_middleware_stack", lambda: failing)
    app.state.context = SimpleNamespace(
        settings=PortalSettings(course_root=Path(), gradebook="", port=0),
        address="", tell=None, stop=lambda: None, failure=None,
    )  # fmt: skip
    with pytest.raises(GraderError, match="The portal did not start"):
        serve_portal(app, lambda _: None)
