"""What the parts of a running portal share: its book, its course, its queue of hand-ins."""

from __future__ import annotations

__all__ = ["HandInQueue", "PortalContext", "context_of"]

import functools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ParamSpec, Protocol, TypeVar

import anyio.to_thread

from grader.portal.concurrency_limit import ConcurrencyLimit
from grader.portal.identity.throttle import Throttle
from grader.portal.spool import Spool

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from starlette.requests import Request

    from grader.course import Course
    from grader.gradebook import Gradebook
    from grader.portal.access import AllowedRoute
    from grader.portal.queue_state import QueueState
    from grader.portal.reception import NotebooksWanted, Receipt, RefusedUpload, Upload
    from grader.portal.settings import PortalSettings


class HandInQueue(Protocol):
    """Receives hand-ins and grades them; `grader.portal.dispatching.Dispatcher` implements it."""

    @property
    def waiting(self) -> int:
        """The number of hand-ins that wait."""

    @property
    def running(self) -> int:
        """The number of hand-ins that are being graded."""

    async def receive(self, sent: Upload) -> Receipt | RefusedUpload:
        """Have a hand-in opened and stored; when this returns a receipt, it is in the book."""

    async def hand_back(self, wanted: NotebooksWanted) -> dict[str, bytes]:
        """Have notebooks made with feedback in them; return them by their names."""

    def state(self, number: int) -> QueueState:
        """Return the present state of a hand-in."""

    def states(self, number: int) -> AsyncIterator[QueueState | None]:
        """Yield each new state of a hand-in until it ends, and None after a long silence."""


UPLOADS, UPLOAD_SECONDS = 30, 60.0  # so many of one person within so long
# Of one person at the same time. An upload may take 15 minutes, and lies on the disk meanwhile.
MOST_UPLOADS, MOST_STREAMS = 4, 20
P = ParamSpec("P")
T = TypeVar("T")


@dataclass(slots=True)
class PortalContext:
    """What the pages of a portal share.

    Attributes
    ----------
    settings : PortalSettings
    book : Gradebook
        Open; used in threads (`PortalContext.ask`), never in the event loop.
    course : Course
        As it is served now: another one after an edit, so it is asked for once a request.
    routes : list of AllowedRoute
        All routes, for what walks them.
    address : str
        By which people reach it, once it listens.
    tell : callable
        Called with a sentence for whoever started the portal.
    stopping : bool
        Whether nothing new is begun.
    failure : Exception, optional
        What kept the portal from beginning.
    spool : Spool
        Where uploads lie until they are stored.
    uploading : Throttle
        How often somebody sends.
    uploads, streams : ConcurrencyLimit
        What each person sends, and watches, at the same time.
    dispatcher : HandInQueue, optional
        Who does the work; None before the portal has begun.
    at_stop : list of callable
        Called in the event loop when it is told to stop.
    """

    settings: PortalSettings
    book: Gradebook
    course: Course
    routes: list[AllowedRoute] = field(default_factory=list)
    address: str = ""
    tell: Callable[[str], None] = lambda _said: None
    stopping: bool = False
    failure: Exception | None = None
    spool: Spool = field(default_factory=Spool)
    dispatcher: HandInQueue | None = None
    at_stop: list[Callable[[], None]] = field(default_factory=list)
    uploading: Throttle = field(default_factory=lambda: Throttle(UPLOADS, UPLOAD_SECONDS))
    uploads: ConcurrencyLimit = field(default_factory=lambda: ConcurrencyLimit(MOST_UPLOADS))
    streams: ConcurrencyLimit = field(default_factory=lambda: ConcurrencyLimit(MOST_STREAMS))

    def stop(self) -> None:
        """Begin to stop; called in the event loop, perhaps several times."""
        self.stopping = True
        for one in self.at_stop:
            one()

    @property
    def works(self) -> HandInQueue:
        """The queue of hand-ins; the portal must have started."""
        if self.dispatcher is None:
            raise RuntimeError("the portal has not begun")
        return self.dispatcher

    async def ask(self, work: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
        """Call a function that waits for the book or a file in a thread, not in the event loop."""
        return await anyio.to_thread.run_sync(functools.partial(work, *given, **named))


def context_of(request: Request) -> PortalContext:
    """Return the portal's context."""
    context: PortalContext = request.app.state.context
    return context
