"""What changes something has to come from a page of ours; cookies are nobody else's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from grader.errors import UsageError
from grader.portal.identity import (
    AccessMiddleware,
    Cookies,
    PublicUrl,
    SignInWay,
    sign_in,
    sign_out,
)
from tests.portal.identity.conftest import Browser
from tests.portal.identity.lms import HOME

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator, Callable

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from grader.portal.identity import Entrance

SEPARATOR = "----separator"


@pytest.fixture
def app(entrance: Entrance, person: Callable[..., int]) -> ASGIApp:
    """Return a small portal: a page with a token, a change, and signing in and out."""
    sessions, cookies = entrance.sessions, entrance.cookies

    async def page(request: Request) -> Response:
        visitor = request.state.visitor
        said = json.dumps([visitor and visitor.name, request.state.form_token])
        return HTMLResponse(said)

    async def change(request: Request) -> Response:
        if "multipart" in request.headers.get("content-type", ""):
            return PlainTextResponse(await request.body())
        return JSONResponse(dict(await request.form()))

    async def enter(request: Request) -> Response:
        secret = sessions.begin(person(request.query_params["name"]), SignInWay.EMAIL)
        response = PlainTextResponse("in")
        visitor = sessions.visitor(secret)
        assert visitor is not None
        sign_in(response, cookies, secret, visitor.role)
        return response

    async def leave(request: Request) -> Response:
        visitor = request.state.visitor
        assert visitor is not None
        sessions.end(visitor.session)
        response = PlainTextResponse("out")
        sign_out(response, cookies)
        return response

    routes = [
        Route("/", page),
        Route("/change", change, methods=["POST", "PUT"]),
        Route("/launch", change, methods=["POST"]),
        Route("/enter", enter),
        Route("/leave", leave, methods=["POST"]),
    ]
    return AccessMiddleware(
        Starlette(routes=routes),
        entrance=entrance,
        from_elsewhere=["/launch"],
    )


@pytest.fixture
def browser(app: ASGIApp, runner: asyncio.Runner) -> Browser:
    return Browser(app, runner)


def token(browser: Browser) -> str:
    return str(browser.get("/").json()[1])


@pytest.mark.parametrize("signed_in", [False, True])
def test_a_form_of_ours_is_taken_and_one_without_its_token_is_not(
    browser: Browser, signed_in: bool
) -> None:
    if signed_in:
        browser.get("/enter?name=Ann")
    right = token(browser)
    taken = browser.post("/change", {"form_token": right, "points": "3"})
    assert taken.json() == {"form_token": right, "points": "3"}
    assert browser.post("/change", None, **{"x-form-token": right}).status_code == 200
    for fields in ({}, {"form_token": ""}, {"form_token": right[:-1]}, {"points": right}):
        assert browser.post("/change", fields).status_code == 403
    assert browser.send("POST", "/change", b"{}", origin=HOME).status_code == 403
    assert browser.send("PUT", "/change", b"", origin=HOME).status_code == 403


def test_a_token_is_of_one_session(browser: Browser, app: ASGIApp, runner: asyncio.Runner) -> None:
    before = token(browser)
    browser.get("/enter?name=Ann")
    ours = token(browser)
    assert browser.post("/change", {"form_token": before}).status_code == 403
    other = Browser(app, runner)
    other.get("/enter?name=Mallory")
    assert other.post("/change", {"form_token": ours}).status_code == 403
    assert browser.post("/change", {"form_token": ours}).status_code == 200


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "null", "", "http://grader.example.edu", f"{HOME}:8443",
     f"{HOME}.evil.example", "https://evil.example/https://grader.example.edu", "https://[",
     "https://sub.grader.example.edu"],
)  # fmt: skip
def test_a_form_of_another_site_is_refused_though_it_has_the_token(
    browser: Browser, origin: str
) -> None:
    right = token(browser)
    assert browser.post("/change", {"form_token": right}, origin=origin).status_code == 403


def test_a_browser_that_tells_no_origin_has_to_tell_it_otherwise(browser: Browser) -> None:
    form = f"form_token={token(browser)}".encode()
    kind = {"content-type": "application/x-www-form-urlencoded"}
    assert browser.send("POST", "/change", form, **kind).status_code == 403
    told = {"sec-fetch-site": "same-origin"}
    assert browser.send("POST", "/change", form, **kind, **told).status_code == 200
    assert browser.send("POST", "/change", form, **kind, referer=f"{HOME}/x").status_code == 200
    other = {"sec-fetch-site": "cross-site"}
    assert browser.send("POST", "/change", form, **kind, **other).status_code == 403


def multipart(*fields: tuple[str, bytes]) -> tuple[bytes, dict[str, str]]:
    body = b"".join(
        b"--%s\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n"
        % (SEPARATOR.encode(), name.encode(), value)
        for name, value in fields
    )
    kind = {"content-type": f"multipart/form-data; boundary={SEPARATOR}", "origin": HOME}
    return body + f"--{SEPARATOR}--\r\n".encode(), kind


def test_of_files_the_application_gets_each_byte_after_the_token_was_seen(
    browser: Browser,
) -> None:
    file = ('name="file"; filename="a.py"', bytes(range(256)) * 4096)
    field = ('name="form_token"', token(browser).encode())
    body, kind = multipart(field, file)
    assert browser.send("POST", "/change", body, **kind).content == body
    for wrong in ([file, field], [file], [('name="other"', field[1]), file], [(field[0], b"x")]):
        body, kind = multipart(*wrong)
        assert browser.send("POST", "/change", body, **kind).status_code == 403
    assert browser.send("POST", "/change", b"", **kind).status_code == 403


def test_a_form_that_is_sent_byte_by_byte_is_read_as_ever(
    browser: Browser, runner: asyncio.Runner
) -> None:
    async def dripping(data: bytes) -> AsyncIterator[bytes]:
        for number in range(len(data)):
            yield data[number : number + 1]

    body, kind = multipart(('name="form_token"', token(browser).encode()), ('name="a"', b"1"))
    asked = browser.client.post("/change", content=dripping(body), headers=kind)
    assert runner.run(asked).content == body


def test_what_a_platform_posts_goes_to_its_page_alone(browser: Browser) -> None:
    assert browser.post("/launch", {"id_token": "x"}, origin="https://lms").status_code == 200
    assert browser.post("/launch/", {"id_token": "x"}, origin="https://lms").status_code == 403


def test_a_program_with_a_token_needs_no_form_and_its_cookies_are_not_read(
    browser: Browser,
) -> None:
    browser.get("/enter?name=Bob")
    assert browser.get("/").json()[0] == "Bob"
    assert browser.get("/", authorization="Bearer xyz").json()[0] is None
    said = {"authorization": "Bearer xyz"}
    assert browser.send("POST", "/change", b"", **said).status_code == 200
    assert browser.send("POST", "/change", b"", authorization="Basic xyz").status_code == 403


def test_cookies_are_for_us_alone(browser: Browser) -> None:
    said = browser.get("/enter?name=Ann").headers.get_list("set-cookie")
    session = next(one for one in said if "session=" in one)
    name, _, rest = session.partition("=")
    assert name == "__Host-grader_session"
    assert rest.split("; ")[1:] == [
        "Path=/", "HttpOnly", "Max-Age=1209600", "Secure", "SameSite=Lax"
    ]  # fmt: skip
    out = browser.post("/leave", {"form_token": token(browser)})
    assert "Max-Age=0" in out.headers["set-cookie"]
    assert browser.get("/").json()[0] is None


def test_without_tls_and_below_a_path_cookies_have_other_names() -> None:
    assert Cookies(PublicUrl("http://127.0.0.1:8000")).header("session", "x") == (
        "grader_session=x; Path=/; HttpOnly; SameSite=Lax"
    )
    below = Cookies(PublicUrl("https://example.edu/grader/"))
    assert below.header("start", "x", seconds=60, embedded=True) == (
        "__Secure-grader_start=x; Path=/grader/; HttpOnly; Max-Age=60; Secure; "
        "SameSite=None; Partitioned"
    )


def test_an_old_cookie_is_nobody_and_the_page_is_shown(browser: Browser) -> None:
    browser.client.cookies.set("__Host-grader_session", "x" * 43)
    assert browser.get("/").json()[0] is None


def test_on_the_loopback_address_each_name_of_it_is_ours() -> None:
    url = PublicUrl("http://127.0.0.1:8000/")
    assert url.is_own("http://localhost:8000")
    assert url.is_own("http://[::1]:8000")
    assert not url.is_own("http://localhost:8001")
    assert not url.is_own("http://evil.example:8000")
    assert PublicUrl("https://A.example:443/g").origin == "https://a.example"
    assert PublicUrl("https://a.example/g").page("/lti/launch") == "https://a.example/g/lti/launch"


@pytest.mark.parametrize(
    "wrong",
    ["grader.example.edu", "ftp://a", "https://", "https://a?b", "https://u:p@a", "https://[",
     "https://a:x"],
)  # fmt: skip
def test_what_no_browser_can_go_to_is_refused_in_a_sentence(wrong: str) -> None:
    with pytest.raises(UsageError, match="--url"):
        PublicUrl(wrong)
