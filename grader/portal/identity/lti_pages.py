"""The routes of LTI: sign-in, launch, deep linking, public keys."""

from __future__ import annotations

__all__ = ["lti_routes"]

import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from anyio import to_thread
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse

from grader.portal.access import EVERYBODY, AllowedRoute
from grader.portal.identity.launching import KEYS, LAUNCH, LOGIN, PICK
from grader.portal.identity.own_forms import comes_from_us, small_form
from grader.portal.identity.public_url import origin_of
from grader.portal.identity.refusing import NotLetInError
from grader.portal.identity.roles import Permission, roles_that_may
from grader.portal.identity.sign_in_pages import entered, refused, slow_down
from grader.portal.identity.starts import FRAMED, Starts
from grader.portal.rendering import CONTENT_POLICY, render
from grader.util.wording import counted

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from grader.portal.identity.launching import Lti
    from grader.portal.identity.lti_messages import LtiMessage

REFUSED = "sign_in_refused.html.j2"
_DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
_LTI = "https://purl.imsglobal.org/spec/lti/claim/"
LINK_TYPE = "ltiResourceLink"
NOT_STAFF = "Only who teaches the course may choose its exercises."
LASTS_SECONDS = 300


def lti_routes() -> list[AllowedRoute]:
    """Return the routes."""
    return [
        AllowedRoute(LOGIN, begin, may=EVERYBODY, methods=["GET", "POST"], name="lti_login"),
        AllowedRoute(LAUNCH, launch, may=EVERYBODY, methods=["POST"]),
        AllowedRoute(PICK, pick, may=EVERYBODY, methods=["POST"]),
        AllowedRoute(KEYS, public_keys, may=EVERYBODY),
    ]


def lti_of(request: Request) -> Lti:
    """Return the portal's platforms; answer 404 if it has none."""
    lti: Lti | None = request.app.state.lti
    if lti is None:
        raise HTTPException(404)
    return lti


async def _said(request: Request) -> dict[str, str]:
    """Return the parameters that a platform sent, in the URL or as a form."""
    fields = request.query_params if request.method == "GET" else await small_form(request)
    return {name: value for name, value in fields.items() if isinstance(value, str)}


def _framed(response: Response, lti: Lti, form_action: str = "'self'") -> Response:
    """Allow the platforms to show this page in a frame; other pages may not be framed."""
    policy = CONTENT_POLICY.replace("form-action 'self'", f"form-action {form_action}")
    origins = " ".join(lti.origins())
    response.headers["Content-Security-Policy"] = policy.replace(
        "frame-ancestors 'none'", f"frame-ancestors {origins}"
    )
    return response


async def begin(request: Request) -> Response:
    """Redirect a browser to its platform, which says who the person is.

    In a frame, most browsers keep our cookies out. So who comes in one is asked to open the link in
    a window of its own; but for picking exercises, which has to end in the platform's own frame.
    """
    lti = lti_of(request)
    said = await _said(request)
    try:
        slow_down(request)
        is_framed = request.headers.get("sec-fetch-dest") in ("iframe", "frame")
        is_picking = said.get("target_link_uri", "").split("?")[0].endswith(PICK)
        if is_framed and not is_picking:
            platform = lti.platform_of(said)
            address = f"{LOGIN}?{urlencode(said)}"
            page = render(request, "lti_window.html.j2", name=platform.name, address=address)
            return _framed(page, lti)
        start, address = await to_thread.run_sync(lti.begin, said)
    except NotLetInError as error:
        return _framed(refused(request, error, REFUSED), lti)
    response = RedirectResponse(address, 303)
    Starts(lti.entrance, "lti").give_cookie(response, start, embedded=True)
    return response


async def launch(request: Request) -> Response:
    """Receive a launch: sign the person in, or let them pick exercises."""
    lti = lti_of(request)
    starts = Starts(lti.entrance, "lti")
    said = await _said(request)
    state = said.get("state", "")
    try:
        slow_down(request)
        cookie = starts.cookie_of(request, state)
        if not cookie and request.headers.get("sec-fetch-dest") in ("iframe", "frame"):
            raise NotLetInError(FRAMED, "lti: no cookie within a frame")
        start = await to_thread.run_sync(starts.end, state, cookie)
        message = await lti.message(start, said)
        if message.deep is not None:
            response = await _picker(request, lti, message)
        else:
            response = await _entered(request, lti, message)
    except NotLetInError as error:
        response = _framed(refused(request, error, REFUSED), lti)
    starts.take_cookie(response, state, embedded=True)
    return response


async def _entered(request: Request, lti: Lti, message: LtiMessage) -> Response:
    exercises = [one.id for one in request.app.state.context.course.exercises]
    before = str(request.state.session)
    session, role, exercise = await to_thread.run_sync(lti.enter, message, exercises, before)
    return entered(request, session, role, f"/exercises/{exercise}" if exercise else "/")


async def _picker(request: Request, lti: Lti, message: LtiMessage) -> Response:
    """Show the exercises to a teacher of the platform's course."""
    deep = message.deep
    if deep is None or message.role not in roles_that_may(Permission.PLATFORM_LINK):
        raise NotLetInError(NOT_STAFF, "lti: a student picks")
    picking = Starts(lti.entrance, "lti-pick")
    detail = {
        "return_url": deep.return_url,
        "deployment": message.deployment,
        "multiple": "yes" if deep.multiple else "",
        "line_item": "yes" if deep.with_line_item else "",
        **({"data": deep.data} if deep.data is not None else {}),
    }
    start = await to_thread.run_sync(lambda: picking.begin(platform=message.platform, **detail))
    response = _framed(
        render(
            request,
            "lti_pick.html.j2",
            platform=message.platform,
            exercises=request.app.state.context.course.exercises,
            multiple=deep.multiple,
            state=start.state,
        ),
        lti,
    )
    picking.give_cookie(response, start, embedded=True)
    return response


async def pick(request: Request) -> Response:
    """Return the picked exercises to the platform, in a signed token.

    Within a frame there is no session: the form is known by its state and the cookie of that.
    """
    lti = lti_of(request)
    starts = Starts(lti.entrance, "lti-pick")
    form = await small_form(request)
    state = str(form.get("state", ""))
    try:
        if not comes_from_us(request, lti.entrance.url):
            raise NotLetInError(FRAMED, "lti: a form of another site")
        cookie = starts.cookie_of(request, state)
        start = await to_thread.run_sync(starts.end, state, cookie)
        platform = lti.platforms.get(start.platform)
        if platform is None:
            raise NotLetInError(FRAMED, "lti: a platform that is no more")
        chosen = {str(one) for one in form.getlist("exercise")}
        exercises = [one for one in request.app.state.context.course.exercises if one.id in chosen]
        exercises = exercises if start.detail["multiple"] else exercises[:1]
        items = [
            _item(lti, one, with_line_item=bool(start.detail["line_item"])) for one in exercises
        ]
        now = lti.entrance.sessions.now()
        claims: dict[str, Any] = {
            "iss": platform.client_id,
            "aud": platform.issuer,
            "iat": now,
            "exp": now + LASTS_SECONDS,
            "nonce": secrets.token_urlsafe(16),
            _LTI + "message_type": "LtiDeepLinkingResponse",
            _LTI + "version": "1.3.0",
            _LTI + "deployment_id": start.detail["deployment"],
            _DL + "content_items": items,
        }
        if "data" in start.detail:
            claims[_DL + "data"] = start.detail["data"]
        token = await to_thread.run_sync(lti.own_keys.signed, claims)
    except NotLetInError as error:
        return _framed(refused(request, error, REFUSED), lti)
    page = render(
        request,
        "lti_picked.html.j2",
        platform=platform.name,
        address=start.detail["return_url"],
        token=token,
        chosen=counted(len(items), "exercise"),
    )
    response = _framed(page, lti, origin_of(start.detail["return_url"]))
    starts.take_cookie(response, state, embedded=True)
    return response


def _item(lti: Lti, exercise: Any, *, with_line_item: bool) -> dict[str, Any]:
    """Return an exercise as a content item for the platform's course."""
    item: dict[str, Any] = {
        "type": LINK_TYPE,
        "title": exercise.title,
        "url": lti.entrance.url.page(LAUNCH),
        "custom": {"exercise": exercise.id},
        "window": {"targetName": "_blank"},
    }
    if with_line_item:
        item["lineItem"] = {
            "label": exercise.title,
            "scoreMaximum": float(exercise.points),
            "resourceId": exercise.id,
        }
    return item


async def public_keys(request: Request) -> Response:
    """Return the public keys with which platforms check our signatures."""
    lti = lti_of(request)
    found = await to_thread.run_sync(lti.own_keys.public)
    return JSONResponse(found, headers={"Cache-Control": "public, max-age=3600"})
