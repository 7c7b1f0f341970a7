"""Routes that receive hand-ins from a form or a terminal, and report their progress."""

from __future__ import annotations

__all__ = ["handing_in_routes"]

import contextlib
from typing import TYPE_CHECKING

import msgspec
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, StreamingResponse

from grader.gradebook.personal_tokens import (
    find_token,
    make_token,
    revoke_token,
    tokens_of,
    use_token,
)
from grader.languages import say, speaking
from grader.portal.access import EVERYBODY, AllowedRoute, Visitor, visitor_of
from grader.portal.context import context_of
from grader.portal.grading_hand_ins import person_named
from grader.portal.identity import entrance_of
from grader.portal.identity.roles import Permission, may, roles_that_may
from grader.portal.identity.sessions import role_of
from grader.portal.reception import RefusedUpload, Upload
from grader.portal.rendering import render, spoken_to
from grader.portal.student_routes import exercise_shown, find_hand_in
from grader.portal.uploads import UploadError, read_upload
from grader.results import now

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import Receive, Scope, Send

    from grader.gradebook.hand_ins import StoredHandIn
    from grader.languages import Language
    from grader.portal.context import PortalContext
    from grader.portal.queue_state import QueueState
    from grader.portal.reception import Receipt

EXERCISE, ONCE, FILES = "exercise", "once", "files"
NOTHING = "Choose what you hand in first: files, a folder, a zip or a notebook."
TOO_OFTEN = "You send too often: try again in {seconds} seconds."
AT_ONCE = "You are still sending earlier files: wait until they have arrived, and try again."
OPEN_OFTEN = "You have this page open too often: close some of them."
UNKNOWN = "This token is not known, or holds no more: make a new one in the portal, under Terminal."


def handing_in_routes() -> list[AllowedRoute]:
    """Return the routes."""
    hand_in = roles_that_may(Permission.OWN_HAND_IN)
    see = roles_that_may(Permission.OWN_SEE) | roles_that_may(Permission.WORK_SEE)
    terminal = roles_that_may(Permission.OWN_TERMINAL)
    return [
        AllowedRoute("/hand-ins", hand_in_all, may=hand_in, methods=["POST"]),
        AllowedRoute("/exercises/{exercise}/hand-ins", hand_in_one, may=hand_in, methods=["POST"]),
        AllowedRoute("/hand-ins/{number:row}/events", events, may=see),
        AllowedRoute("/tokens", tokens, may=terminal),
        AllowedRoute("/tokens", new_token, may=terminal, methods=["POST"]),
        AllowedRoute("/tokens/{number:row}/end", end_token, may=terminal, methods=["POST"]),
        # A program has no session: who it is, its token says, and the page itself asks for that.
        AllowedRoute("/api/hand-ins", api_hand_in, may=EVERYBODY, methods=["POST"]),
        AllowedRoute("/api/hand-ins/{number:row}", api_state, may=EVERYBODY),
    ]


# ---------------------------------------------------------------------------- from a page


async def hand_in_all(request: Request) -> Response:
    """Receive a hand-in for all exercises at once."""
    return await _handed_in(request, "")


async def hand_in_one(request: Request) -> Response:
    """Receive a hand-in for one exercise."""
    exercise = request.path_params["exercise"]
    if exercise not in {one.id for one in context_of(request).course.exercises}:
        raise HTTPException(404)
    return await _handed_in(request, exercise)


async def _handed_in(request: Request, exercise: str) -> Response:
    taken = await _take(request, visitor_of(request).person, exercise)
    if isinstance(taken, RefusedUpload):
        return await exercise_shown(request, exercise, refusal=taken.said, status=taken.status)
    # Where that is still to come, it leads to the page on which to wait for it.
    return RedirectResponse(f"/hand-ins/{taken.number}/report", status_code=303)


async def _take(request: Request, person: int, exercise: str | None) -> Receipt | RefusedUpload:
    """Read an upload and have it stored; a receipt means that it is stored."""
    context, began = context_of(request), now()
    wait = context.uploading.wait(str(person))
    if wait:
        return RefusedUpload(TOO_OFTEN.format(seconds=wait), 429)
    with context.uploads.one(person) as has_place:
        if not has_place:
            return RefusedUpload(AT_ONCE, 429)
        return await _receive(request, context, person, exercise, began)


async def _receive(
    request: Request, context: PortalContext, person: int, exercise: str | None, began: str
) -> Receipt | RefusedUpload:
    try:
        async with read_upload(request, context) as form:
            asked = form.fields.get(EXERCISE, "") if exercise is None else exercise
            named = {asked} if asked else set()
            found = [one.id for one in context.course.exercises if {one.id, one.number} & named]
            if asked and not found:
                known = ", ".join(one.number for one in context.course.exercises)
                return RefusedUpload(f"There is no exercise {asked!r}: choose from {known}.")
            if not form.files:
                return RefusedUpload(NOTHING)
            sent = Upload(
                once=form.fields.get(ONCE, ""),
                person=person,
                exercise=found[0] if found else "",
                at=began,
                files=tuple(form.files),
            )
            return await context.works.receive(sent)
    except UploadError as error:
        return RefusedUpload(error.said, error.status)


# ---------------------------------------------------------------------------- waiting


async def events(request: Request) -> Response:
    """Stream the state of a hand-in until it ends."""
    context, visitor = context_of(request), visitor_of(request)
    found = await context.ask(_seen, context, visitor, request.path_params["number"])
    with contextlib.ExitStack() as places:
        if not places.enter_context(context.streams.one(visitor.person)):
            raise HTTPException(429, OPEN_OFTEN)
        return _EventStream(_told(context, found.id, spoken_to(request)), places.pop_all())


class _EventStream(StreamingResponse):
    """A stream that has a place; it leaves it even if the browser was gone before the beginning."""

    def __init__(self, told: AsyncIterator[bytes], place: contextlib.ExitStack) -> None:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        super().__init__(told, media_type="text/event-stream", headers=headers)
        self._place = place

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the stream."""
        with self._place:
            await super().__call__(scope, receive, send)


async def _told(
    context: PortalContext, number: int, spoken: Language | None
) -> AsyncIterator[bytes]:
    async for state in context.works.states(number):
        if state is None:
            yield b": still here\n\n"
        else:
            yield b"data: " + msgspec.json.encode(_public(state, spoken)) + b"\n\n"


def _public(state: QueueState, spoken: Language | None) -> dict[str, object]:
    with speaking(spoken):
        exercise = say(state.exercise)
    return {
        "state": state.state, "place": state.place, "exercise": exercise,
        "done": state.done, "of": state.of,
    }  # fmt: skip


def _seen(context: PortalContext, visitor: Visitor, number: int) -> StoredHandIn:
    with context.book.database.reading() as connection:
        return find_hand_in(connection, visitor, number)


# ---------------------------------------------------------------------------- from a terminal


async def tokens(request: Request) -> Response:
    """Show the visitor's tokens for handing in from a terminal."""
    return await _tokens(request)


async def _tokens(request: Request, new: str = "") -> Response:
    context, visitor = context_of(request), visitor_of(request)

    def work() -> list[object]:
        with context.book.database.reading() as connection:
            return list(tokens_of(connection, visitor.person))

    mine = await context.ask(work)
    address = entrance_of(request).url.origin
    return render(request, "tokens.html.j2", tokens=mine, new=new, address=address)


async def new_token(request: Request) -> Response:
    """Make a token and show it; it is not shown again."""
    context, visitor = context_of(request), visitor_of(request)
    form = await request.form(max_fields=4, max_files=0)
    label = str(form.get("label", ""))

    def work() -> str:
        with context.book.database.writing() as connection:
            return make_token(connection, visitor.person, label)

    return await _tokens(request, await context.ask(work))


async def end_token(request: Request) -> Response:
    """Take a token back."""
    context, visitor = context_of(request), visitor_of(request)

    def work() -> bool:
        with context.book.database.writing() as connection:
            return revoke_token(connection, visitor.person, request.path_params["number"])

    if not await context.ask(work):
        raise HTTPException(404)
    return RedirectResponse("/tokens", status_code=303)


async def _holder(request: Request) -> Visitor | None:
    """Return the owner of a program's token, with their present role.

    What the program is answered is for them, in their language.
    """
    found = await _found_holder(request)
    accept = request.headers.get("accept-language", "")
    request.state.spoken = await context_of(request).ask(request.app.state.languages, found, accept)
    return found


def _refused(request: Request, said: str, status: int) -> JSONResponse:
    """Tell a program, for whoever runs it, why something was not done."""
    with speaking(spoken_to(request)):
        return JSONResponse({"said": say(said)}, status)


async def _found_holder(request: Request) -> Visitor | None:
    context = context_of(request)
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        return None

    def work() -> Visitor | None:
        # Whoever has no token only reads: nobody else has to wait until they are refused.
        with context.book.database.reading() as connection:
            if find_token(connection, token.strip()) is None:
                return None
        with context.book.database.writing() as connection:
            person = use_token(connection, token.strip())
            if person is None:
                return None
            named = person_named(connection, person)
            role = role_of(connection, person)
            return Visitor(person=person, name=named.name, role=role, email=named.email)

    return await context.ask(work)


async def api_hand_in(request: Request) -> Response:
    """Receive a hand-in from a terminal."""
    visitor = await _holder(request)
    if visitor is None:
        return _refused(request, UNKNOWN, 401)
    if not may(visitor, Permission.OWN_TERMINAL, of=[visitor.person]):
        return _refused(request, "Your role does not hand in.", 403)
    taken = await _take(request, visitor.person, None)
    if isinstance(taken, RefusedUpload):
        return _refused(request, taken.said, taken.status)
    path = f"/hand-ins/{taken.number}"
    url = f"{entrance_of(request).url.origin}{path}"
    return JSONResponse({"number": taken.number, "url": url}, 201, {"Location": path})


async def api_state(request: Request) -> Response:
    """Return the state of a hand-in to a terminal."""
    context, visitor = context_of(request), await _holder(request)
    if visitor is None:
        return _refused(request, UNKNOWN, 401)
    try:
        found = await context.ask(_seen, context, visitor, request.path_params["number"])
    except HTTPException:
        return _refused(request, "There is no such hand-in of yours.", 404)
    state = context.works.state(found.id)
    taken = [{"name": one.name, "taken_as": one.taken_as} for one in found.said.taken]
    with speaking(spoken_to(request)):
        notes = [say(one) for one in found.said.notes]
    said = {
        "number": found.id, "state": found.state, "place": state.place, "taken": taken,
        "notes": notes,
    }  # fmt: skip
    return JSONResponse(said)
