"""What the pages of staff share: the class, the viewers, and messages for the next page."""

from __future__ import annotations

__all__ = [
    "TeachingRoom",
    "allowed",
    "done",
    "fields_of",
    "number_in",
    "problem",
    "room_of",
    "show",
]

import asyncio
import contextlib
import secrets
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse

from grader.errors import StorageError
from grader.portal.access import visitor_of
from grader.portal.identity import PERMISSIONS
from grader.portal.rendering import render
from grader.portal.teaching.answer_viewers import AnswerViewers
from grader.portal.teaching.class_memory import ClassMemory
from grader.portal.teaching.long_jobs import LongJobs

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.responses import Response

    from grader.course import Course
    from grader.portal.context import PortalContext
    from grader.portal.identity import Permission
    from grader.portal.teaching.class_memory import BookStamp

LOOK_SECONDS = 2.0  # between two looks whether the book has changed, while somebody watches
HEARTBEAT_SECONDS = 20.0
MOST_WATCHING = 200
STREAM_SECONDS = 600.0  # then a browser asks anew, and is asked anew who it is
MOST_KEPT, KEPT_SECONDS = 200, 3600.0
MOST_FIELDS = 200


class TeachingRoom:
    """What the pages of staff share, in one portal.

    Parameters
    ----------
    context : PortalContext
        What the portal has at hand.
    """

    def __init__(self, context: PortalContext) -> None:
        self.context = context
        self.memory = ClassMemory(context.book, context.course)
        self.kept = PendingConfirmations()
        self.viewers = AnswerViewers()
        self.jobs = LongJobs(context)
        self._flashes: dict[str, str] = {}
        self._watching = 0
        self._stamp: BookStamp | None = None
        self._changed = asyncio.Event()
        self._looking: asyncio.Task[None] | None = None

    async def take_up(self, course: Course) -> None:
        """Show the class by an edited course from now on."""
        await self.context.ask(self.memory.take_up, course)

    def flash(self, session: str, said: str) -> None:
        """Keep a message for the next page of a session."""
        while len(self._flashes) >= MOST_KEPT:
            self._flashes.pop(next(iter(self._flashes)))
        self._flashes[session] = said

    def take_flash(self, session: str) -> str:
        """Return the message for a session, and forget it."""
        return self._flashes.pop(session, "")

    async def stamps(self) -> AsyncIterator[BookStamp | None]:
        """Yield the book's stamp, at once and after each change, and None after a long silence.

        A page knows from which stamp it was made. It learns so of what changed before it asked, and
        while it was busy.
        """
        if self._watching >= MOST_WATCHING:
            return
        self._watching += 1
        try:
            if self._looking is None or self._looking.done():
                self._looking = asyncio.create_task(self._look())
            until = time.monotonic() + STREAM_SECONDS
            told: BookStamp | None = None
            while not self.context.stopping and time.monotonic() < until:
                changed, stamp = self._changed, self._stamp
                if stamp is not None and stamp != told:
                    told = stamp
                    yield stamp
                    continue
                try:
                    await asyncio.wait_for(changed.wait(), HEARTBEAT_SECONDS)
                except TimeoutError:
                    yield None
        finally:
            self._watching -= 1

    async def _look(self) -> None:
        """Watch the book for changes, as long as somebody has a page open."""
        while self._watching and not self.context.stopping:
            with contextlib.suppress(StorageError):
                stamp = await self.context.ask(self.memory.stamp)
                if stamp != self._stamp:
                    self._stamp = stamp
                    self._changed.set()
                    self._changed = asyncio.Event()
            await asyncio.sleep(LOOK_SECONDS)
        self._stamp = None  # it grows old now
        self._changed.set()  # who watches sees that the portal stops
        self._changed = asyncio.Event()


@dataclass(slots=True)
class PendingConfirmations:
    """Actions that were shown to a person and wait for confirmation, such as a roster."""

    _things: dict[str, tuple[float, int, Any]] = field(default_factory=dict)

    def put(self, person: int, thing: Any) -> str:
        """Keep an action for a person; return the token with which only they get it back."""
        now = time.monotonic()
        old = [name for name, one in self._things.items() if one[0] < now - KEPT_SECONDS]
        for name in old:
            del self._things[name]
        while len(self._things) >= MOST_KEPT:
            self._things.pop(next(iter(self._things)))
        name = secrets.token_urlsafe(16)
        self._things[name] = (now, person, thing)
        return name

    def get(self, person: int, name: str) -> Any:
        """Return the action; None if it is unknown, too old, or another person's."""
        made, whose, thing = self._things.get(name, (0.0, 0, None))
        return thing if whose == person and made >= time.monotonic() - KEPT_SECONDS else None

    def drop(self, name: str) -> None:
        """Forget the action."""
        self._things.pop(name, None)


def room_of(request: Request) -> TeachingRoom:
    """Return the room of the portal."""
    room: TeachingRoom = request.app.state.teaching
    return room


def allowed(request: Request, permission: Permission) -> bool:
    """Return whether the visitor has a permission for everybody's work."""
    return permission in PERMISSIONS[visitor_of(request).role]


def show(request: Request, template: str, *, status: int = 200, **shown: Any) -> Response:
    """Return a page of staff, with the message of the action before."""
    visitor = visitor_of(request)
    shown.setdefault("problem", "")
    given = frozenset(str(one) for one in PERMISSIONS[visitor.role])
    told = room_of(request).take_flash(visitor.session)
    here = request.url.path
    return render(
        request,
        template,
        status=status,
        scripts=("teaching.js",),
        allowed=given,
        told=told,
        here=here,
        **shown,
    )


def done(request: Request, where: str, said: str) -> Response:
    """Redirect to a page after an action, which shows the message."""
    room_of(request).flash(visitor_of(request).session, said)
    return RedirectResponse(where, status_code=303)


def problem(request: Request, title: str, said: str, back: str, status: int = 422) -> Response:
    """Show why an action was refused, with a link back."""
    return show(request, "teaching_not_done.html.j2", status=status, title=title, said=said,
                back=back)  # fmt: skip


async def fields_of(request: Request) -> dict[str, str]:
    """Return the fields of a form without files."""
    form = await request.form(max_files=0, max_fields=MOST_FIELDS)
    return {name: value for name, value in form.items() if isinstance(value, str)}


def number_in(request: Request, name: str) -> int:
    """Return a number in the URL.

    Raises
    ------
    HTTPException
        Where it is none that a row can have.
    """
    text = str(request.path_params[name])
    if not (text.isascii() and text.isdecimal() and len(text) < 18):
        raise HTTPException(404)
    return int(text)
