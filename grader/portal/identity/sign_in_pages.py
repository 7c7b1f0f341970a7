"""The pages on which people sign in and out."""

from __future__ import annotations

__all__ = ["sign_in_routes"]

import functools
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from anyio import to_thread
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse

from grader.languages import say, speaking
from grader.portal.access import EVERYBODY, SIGNED_IN, AllowedRoute
from grader.portal.identity.access_middleware import browser_secret, sign_in, sign_out
from grader.portal.identity.entrance import entrance_of
from grader.portal.identity.invitations import WORN, Invitations
from grader.portal.identity.mailed_codes import DIGITS, LASTS_SECONDS, MailedCodes, Outgoing
from grader.portal.identity.mailing import MailError
from grader.portal.identity.own_forms import small_form
from grader.portal.identity.refusing import NotLetInError, logger
from grader.portal.identity.roles import Permission, may
from grader.portal.identity.sessions import MINUTE
from grader.portal.identity.throttle import network_of
from grader.portal.rendering import render, spoken_to

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from grader.portal.identity.roles import PortalRole
    from grader.portal.language_choice import LanguageChoice

LONGEST_PATH = 500
SLOWLY = "There were too many tries from your network: try again in {minutes} minutes."


def sign_in_routes() -> list[AllowedRoute]:
    """Return the routes."""
    return [
        AllowedRoute("/sign-in", sign_in_page, may=EVERYBODY),
        AllowedRoute("/sign-in/email", ask_for_code, may=EVERYBODY, methods=["POST"]),
        AllowedRoute("/sign-in/code", code_page, may=EVERYBODY),
        AllowedRoute("/sign-in/code", use_code, may=EVERYBODY, methods=["POST"]),
        AllowedRoute("/invitation/{secret}", invitation_page, may=EVERYBODY),
        AllowedRoute("/invitation/{secret}", use_invitation, may=EVERYBODY, methods=["POST"]),
        AllowedRoute("/account", account_page, may=SIGNED_IN),
        AllowedRoute("/sign-out", leave, may=SIGNED_IN, methods=["POST"]),
        AllowedRoute("/sign-out/everywhere", leave_all, may=SIGNED_IN, methods=["POST"]),
    ]


def own_path(said: str) -> str:
    """Return the path to go to after signing in; it is always one of the portal's.

    Parameters
    ----------
    said : str
        What came with a link; anybody can have written it.
    """
    plain = said.isprintable() and " " not in said and "\\" not in said
    if not plain or not said.startswith("/") or said.startswith("//") or len(said) > LONGEST_PATH:
        return "/"
    return said


def slow_down(request: Request) -> None:
    """Count an attempt from a network.

    Raises
    ------
    NotLetInError
        Where there were too many.
    """
    if wait := entrance_of(request).tries.wait(_network(request)):
        minutes = -(-wait // MINUTE)
        raise NotLetInError(SLOWLY.format(minutes=minutes), "too many tries of a network", 429)


def _network(request: Request) -> str:
    return network_of(request.client.host if request.client else "")


def refused(request: Request, error: NotLetInError, template: str, **shown: Any) -> Response:
    """Return a page that says why a sign-in was refused, and log the reason.

    Parameters
    ----------
    request : Request
        What was asked.
    error : NotLetInError
        Why.
    template : str
        The page that says it, as ``problem``.
    **shown
        What else it shows.
    """
    logger.info("not let in: %s", error.reason)
    return render(request, template, status=error.status, problem=error.sentence, **shown)


def entered(request: Request, session: str, role: PortalRole, where: str) -> Response:
    """Return the response after signing in: a redirect to the page that was asked for.

    Parameters
    ----------
    request : Request
        What was asked.
    session : str
        The id of their session.
    role : PortalRole
        Theirs.
    where : str
        A path, which anybody can have written.
    """
    response = RedirectResponse(own_path(where), 303)
    sign_in(response, entrance_of(request).cookies, session, role)
    return response


async def sign_in_page(request: Request) -> Response:
    """Show all ways to sign in."""
    return _sign_in(request)


def _sign_in(request: Request, error: NotLetInError | None = None, wanted: str = "") -> Response:
    wanted = own_path(wanted or request.query_params.get("next", "/"))
    entrance = entrance_of(request)
    shown: dict[str, Any] = {
        "wanted": wanted,
        "campus": entrance.settings.campus.name if entrance.settings.campus else "",
        "campus_address": f"/sign-in/campus?next={quote(wanted, safe='/')}",
        "has_mail": entrance.mailer is not None,
        "platforms": [one.name for one in entrance.settings.platform],
    }
    if error is not None:
        return refused(request, error, "sign_in.html.j2", **shown)
    return render(request, "sign_in.html.j2", problem="", **shown)


async def ask_for_code(request: Request) -> Response:
    """Send a code to an address, if somebody has it; the answer is the same for all addresses."""
    entrance = entrance_of(request)
    if entrance.mailer is None or request.state.visitor is not None:
        raise HTTPException(404)
    form = await small_form(request)
    address, wanted = str(form.get("email", "")), own_path(str(form.get("next", "/")))
    try:
        slow_down(request)
        outgoing = await to_thread.run_sync(
            MailedCodes(entrance).ask, address, browser_secret(request), _network(request)
        )
    except NotLetInError as error:
        return _sign_in(request, error, wanted)
    if outgoing is not None:
        # The response does not wait for the mail: its time must not reveal who is in the course.
        entrance.later(functools.partial(_send, request, outgoing))
    return RedirectResponse(f"/sign-in/code?next={quote(wanted, safe='/')}", 303)


def _send(request: Request, outgoing: Outgoing) -> None:
    """Send a code in its recipient's language, or else in the page's."""
    languages: LanguageChoice | None = getattr(request.app.state, "languages", None)
    spoken = spoken_to(request)
    if languages is not None and languages.knows_address(outgoing.address):
        spoken = languages.of_address(outgoing.address)
    entrance = entrance_of(request)
    course = request.app.state.context.course.title
    half = DIGITS // 2
    shown = f"{outgoing.code[:half]} {outgoing.code[half:]}"
    parts = (
        f"Hello {outgoing.name},",
        f"your code for {course} is",
        f"    {shown}",
        (
            f"Type it into the page on which you asked for it, within {LASTS_SECONDS // MINUTE} "
            "minutes. It works once, and in that browser alone."
        ),
        (
            "You did not ask for it? Then there is nothing to do: nobody gets in without it. Do "
            "not pass it on."
        ),
    )
    try:
        if entrance.mailer is not None:
            with speaking(spoken):
                subject, said = say(f"Your code for {course}"), "\n\n".join(map(say, parts))
            entrance.mailer.send(outgoing.address, subject, f"{said}\n\n{entrance.url.text}\n")
    except MailError as error:
        logger.error("%s", error)


async def code_page(request: Request) -> Response:
    """Show the form for the code."""
    return _code(request, own_path(request.query_params.get("next", "/")))


def _code(request: Request, wanted: str, error: NotLetInError | None = None) -> Response:
    shown: dict[str, Any] = {"wanted": wanted, "minutes": LASTS_SECONDS // MINUTE, "digits": DIGITS}
    if error is not None:
        return refused(request, error, "sign_in_code.html.j2", **shown)
    return render(request, "sign_in_code.html.j2", problem="", **shown)


async def use_code(request: Request) -> Response:
    """Sign in by a code."""
    form = await small_form(request)
    wanted = own_path(str(form.get("next", "/")))
    if request.state.visitor is not None:
        return RedirectResponse(wanted, 303)
    code = str(form.get("code", ""))
    entrance = entrance_of(request)
    try:
        slow_down(request)
        session, role = await to_thread.run_sync(
            MailedCodes(entrance).use, code, browser_secret(request)
        )
    except NotLetInError as error:
        return _code(request, wanted, error)
    return entered(request, session, role, wanted)


async def invitation_page(request: Request) -> Response:
    """Show an invitation; opening the page, as mail programs do, does not use it up."""
    return await _invitation(request)


async def _invitation(request: Request, error: NotLetInError | None = None) -> Response:
    entrance = entrance_of(request)
    secret = request.path_params["secret"]
    invited = await to_thread.run_sync(Invitations(entrance).look, secret)
    if invited is None:
        worn = NotLetInError(WORN, "invitation: used, expired or unknown", 404)
        return refused(request, worn, "sign_in_refused.html.j2")
    shown: dict[str, Any] = {
        "invited": invited,
        "visitor_name": getattr(request.state.visitor, "name", ""),
    }
    if error is not None:
        return refused(request, error, "invitation.html.j2", **shown)
    return render(request, "invitation.html.j2", problem="", **shown)


async def use_invitation(request: Request) -> Response:
    """Sign in by a link; it cannot be used again."""
    form = await small_form(request)
    name, secret = str(form.get("name", "")), request.path_params["secret"]
    entrance, before = entrance_of(request), str(request.state.session)

    def use() -> tuple[str, PortalRole]:
        return Invitations(entrance).use(secret, name=name, instead_of=before)

    try:
        slow_down(request)
        session, role = await to_thread.run_sync(use)
    except NotLetInError as error:
        return await _invitation(request, error)
    return entered(request, session, role, "/")


async def account_page(request: Request) -> Response:
    """Show the visitor's account, and how to sign out."""
    return render(
        request,
        "account.html.j2",
        may_invite=may(request.state.visitor, Permission.PEOPLE_INVITE),
        has_platforms=bool(entrance_of(request).settings.platform),
    )


async def leave(request: Request) -> Response:
    """Sign out in this browser."""
    entrance = entrance_of(request)
    await to_thread.run_sync(entrance.sessions.end, request.state.visitor.session)
    return _left(request)


async def leave_all(request: Request) -> Response:
    """Sign out everywhere."""
    entrance = entrance_of(request)
    await to_thread.run_sync(entrance.sessions.end_all, request.state.visitor.person)
    return _left(request)


def _left(request: Request) -> Response:
    response = RedirectResponse("/sign-in", 303)
    sign_out(response, entrance_of(request).cookies)
    return response
