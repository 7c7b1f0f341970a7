"""Starts the portal's processes: one receives hand-ins, workers grade them.

The queue is in the gradebook; here is only what those who watch are told. A worker that dies takes
nothing with it: what it graded waits again, and the fifth time its points are withheld, as an error
of ours.
"""

from __future__ import annotations

__all__ = ["Dispatcher"]

import asyncio
import bisect
import contextlib
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.course.reloading import AnotherCourseError
from grader.errors import GraderError, StorageError
from grader.executors.progress_board import Board
from grader.executors.workers import Workers
from grader.gradebook.hand_ins import (
    ClaimedHandIn,
    ClaimLostError,
    claim_next,
    give_back,
    is_any_waiting,
    take_up,
    waiting_ids,
)
from grader.portal.grading_hand_ins import (
    GradingPlan,
    HandInTask,
    grade_hand_in,
)
from grader.portal.grading_slots import AtOnceError, GradingSlots, nothing
from grader.portal.queue_state import ENDED, QueueState
from grader.portal.reception import Receipt, RefusedUpload, begin_reception, hand_back, receive
from grader.util.scratch import Scratch

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from grader.course import Course
    from grader.portal.context import PortalContext
    from grader.portal.reception import NotebooksWanted, ReceptionPlan, Upload

log = logging.getLogger("grader.portal")

LOOK_SECONDS = 5.0  # for hand-ins that another program has put into the queue
WATCH_SECONDS = 0.25  # between two reads of the workers' progress
PAUSE_SECONDS = 2.0  # after the book could not be written
HEARTBEAT_SECONDS = 20.0
MOST_TRIES = 4
NOT_NOW = (
    "The portal could not store this now, and not through your fault: nothing was handed in, so "
    "try again in a moment."
)
EDITED = (
    "The course is being edited, and nothing can be handed in at this moment: nothing was stored, "
    "so try again in some minutes."
)
WITHHELD = (
    "This could not be graded: the process that did it was ended each time it was tried, by the "
    "machine or by us."
)


class Dispatcher:
    """The processes of one portal, and those who wait for a result.

    Parameters
    ----------
    context : PortalContext
        The portal's context.
    plan : ReceptionPlan
        The course, the book, and how far submissions are shut in.
    begun : callable
        Called with a course whenever one is begun to be served; returns the number of its run in
        the book.
    """

    def __init__(
        self, context: PortalContext, plan: ReceptionPlan, begun: Callable[[Course], int]
    ) -> None:
        self._context = context
        self._plan = plan
        self._begun = begun
        self._run = begun(context.course)
        self._news = asyncio.Event()
        self._changed = asyncio.Event()  # set and replaced whenever somebody may be told anew
        self._waiting: list[int] = []
        self._running: dict[int, ClaimedHandIn] = {}
        self._began: dict[int, float] = {}
        self._doing: dict[int, QueueState] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._reception: Workers[Any, Any] | None = None
        self._slots = GradingSlots(self._grading_plan)
        self._scratch = Scratch()

    # ------------------------------------------------------------------ beginning and end

    async def start(self) -> None:
        """Start the processes, and grade what waits."""
        await self._context.ask(self._take_up)
        self._scratch.__enter__()
        self._reception = Workers(1, begin_reception, (self._plan,))
        self._reception.submit(nothing, None)
        for slot in range(self._context.settings.workers):
            self._tasks.append(asyncio.create_task(self._work(slot)))
        self._tasks.append(asyncio.create_task(self._watch()))

    async def take_up(self, course: Course) -> None:
        """Receive and grade by an edited course: what is being graded ends as it began."""
        self._run = await self._context.ask(self._begun, course)
        before, self._reception = self._reception, Workers(1, begin_reception, (self._plan,))
        self._reception.submit(nothing, None)
        if before is not None:
            await self._context.ask(before.__exit__, None, None, None)
        self._news.set()  # workers that wait for something begin anew now

    def _take_up(self) -> None:
        with self._context.book.database.writing() as connection:
            take_up(connection)
            self._waiting = waiting_ids(connection)

    def stop(self) -> None:
        """Start no further grading."""
        self._news.set()
        self._tell()

    async def finish(self, seconds: float) -> None:
        """Wait for running gradings for a limited time, and return the rest to the queue."""
        # Whoever is told of news at once with its end does not hear of the end: it sees this.
        self._context.stopping = True
        self.stop()
        limit = time.monotonic() + seconds
        while self._running and (left := limit - time.monotonic()) > 0:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._changed.wait(), left)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._context.ask(self._close)

    def _close(self) -> None:
        left = list(self._running.values())
        # Where something is being graded still, its worker ends at once.
        how = (AtOnceError, AtOnceError(), None) if left else (None, None, None)
        ending = [(pool, how) for pool in self._slots.all()]
        if self._reception is not None:
            ending.append((self._reception, (None, None, None)))
        with ThreadPoolExecutor() as together:
            list(together.map(lambda one: one[0].__exit__(*one[1]), ending))
        if left:
            with self._context.book.database.writing() as connection:
                for claimed in left:
                    give_back(connection, claimed, tried=False)
        self._scratch.__exit__(None, None, None)

    # ------------------------------------------------------------------ receiving

    async def receive(self, sent: Upload) -> Receipt | RefusedUpload:
        """Have a hand-in opened and stored; when this returns a receipt, it is in the book."""
        try:
            # If it dies, the form's own name tells whether the hand-in was stored before.
            found = await self._in_reception(receive, sent)
        except StorageError as error:
            log.warning("a hand-in cannot be stored: %s", error)
            return RefusedUpload(NOT_NOW, 503)
        except AnotherCourseError as error:
            log.warning("nothing can be handed in: %s", error)
            return RefusedUpload(EDITED, 503)
        if isinstance(found, Receipt):
            self._came(found.number)
        assert isinstance(found, Receipt | RefusedUpload)  # noqa: S101  (as the worker promises)
        return found

    async def hand_back(self, wanted: NotebooksWanted) -> dict[str, bytes]:
        """Have notebooks made with feedback in them; return them by their names.

        Raises
        ------
        GraderError
            They cannot be made now.
        """
        made: dict[str, bytes] = await self._in_reception(hand_back, wanted)
        return made

    async def _in_reception(self, work: Callable[[Any], Any], given: object) -> Any:
        """Call a function in the receiving process, which is restarted if it dies."""
        for _ in range(MOST_TRIES + 1):
            pool = self._reception
            if pool is None:
                raise GraderError("The portal has not begun.")
            try:
                return await asyncio.wrap_future(pool.submit(work, given))
            except (BrokenProcessPool, OSError) as error:
                log.warning("the reception has died: %s", error)
                self._receive_anew(pool)
            except AnotherCourseError:
                self._receive_anew(pool)
                raise
        raise StorageError("The process that opens hand-ins dies each time.")

    def _receive_anew(self, before: Workers[Any, Any]) -> None:
        """Begin another process that receives, unless somebody has done so."""
        if before is self._reception:
            self._reception = Workers(1, begin_reception, (self._plan,))
            before.__exit__(AtOnceError, AtOnceError(), None)

    def _came(self, number: int) -> None:
        if number not in self._running and number not in self._waiting:
            bisect.insort(self._waiting, number)
        self._news.set()
        self._tell()

    # ------------------------------------------------------------------ grading

    async def _work(self, slot: int) -> None:
        """Grade one hand-in after the other."""
        while not self._context.stopping:
            await self._slots.ready(slot)
            self._news.clear()  # what comes from here on is seen by the next claim, or is news
            try:
                claimed = await self._context.ask(self._claim)
            except StorageError as error:
                log.warning("the queue cannot be read: %s", error)
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            if claimed is None:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), LOOK_SECONDS)
                continue
            self._news.set()  # another worker may find one, too
            self._begins(claimed)
            await self._grade(slot, claimed)

    def _grading_plan(self) -> GradingPlan:
        return GradingPlan(
            course_root=self._plan.course_root,
            book=self._plan.book,
            run=self._run,
            isolation=self._plan.isolation,
            board=Path(self._scratch.path),
            scheduler=self._context.settings.scheduler,
        )

    def _claim(self) -> ClaimedHandIn | None:
        database = self._context.book.database
        with database.reading() as connection:
            if not is_any_waiting(connection):
                return None
        with database.writing() as connection:
            return claim_next(connection)

    async def _grade(self, slot: int, claimed: ClaimedHandIn) -> None:
        withheld = WITHHELD if claimed.tries >= MOST_TRIES else ""
        task = HandInTask(claimed, self._context.course.digest, withheld)
        again, tried = True, False
        try:
            said = await asyncio.wrap_future(self._slots.worker(slot).submit(grade_hand_in, task))
            again = tried = bool(said)
            if said:
                log.error("hand-in %d could not be graded: %s", claimed.id, said)
        except (BrokenProcessPool, OSError):
            log.exception("the worker that graded hand-in %d has died", claimed.id)
            self._slots.end(slot)
            tried = True
        except ClaimLostError:
            again = False
        except StorageError as error:
            log.warning("hand-in %d cannot be stored: %s", claimed.id, error)
            await asyncio.sleep(PAUSE_SECONDS)
        except AnotherCourseError as error:
            # Its files were edited a moment ago, or do not load: that is no fault of a hand-in.
            log.warning("hand-in %d waits: %s", claimed.id, error)
            self._slots.end(slot)
            await asyncio.sleep(LOOK_SECONDS)
        except GraderError as error:
            log.warning("hand-in %d could not be graded: %s", claimed.id, error)
            # A cluster without workers is no failure of a hand-in: it waits until there are some.
            tried = self._context.settings.scheduler is None
            await asyncio.sleep(PAUSE_SECONDS)
        if again:
            await self._gives_back(claimed, tried=tried)
        self._ends(claimed, again=again)

    async def _gives_back(self, claimed: ClaimedHandIn, *, tried: bool) -> None:
        def work() -> None:
            with self._context.book.database.writing() as connection:
                give_back(connection, claimed, tried=tried)

        try:
            await self._context.ask(work)
        except StorageError as error:  # it is taken up at the next start
            log.warning("hand-in %d cannot be handed back: %s", claimed.id, error)

    def _begins(self, claimed: ClaimedHandIn) -> None:
        if claimed.id in self._waiting:
            self._waiting.remove(claimed.id)
        self._running[claimed.id] = claimed
        self._began[claimed.id] = time.monotonic()
        self._tell()

    def _ends(self, claimed: ClaimedHandIn, *, again: bool) -> None:
        self._running.pop(claimed.id, None)
        self._doing.pop(claimed.id, None)
        self._began.pop(claimed.id, None)
        if again:
            bisect.insort(self._waiting, claimed.id)
        self._news.set()
        self._tell()

    # ------------------------------------------------------------------ who watches

    @property
    def waiting(self) -> int:
        """The number of hand-ins that wait."""
        return len(self._waiting)

    @property
    def running(self) -> int:
        """The number of hand-ins that are being graded."""
        return len(self._running)

    def state(self, number: int) -> QueueState:
        """Return the present state of a hand-in."""
        if number in self._running:
            return self._doing.get(number, QueueState("running"))
        at = bisect.bisect_left(self._waiting, number)
        if at < len(self._waiting) and self._waiting[at] == number:
            return QueueState("queued", at + len(self._running))
        return ENDED

    def _tell(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def states(self, number: int) -> AsyncIterator[QueueState | None]:
        """Yield each new state of a hand-in until it ends, and None after a long silence."""
        last: QueueState | None = None
        while True:
            changed = self._changed
            state = self.state(number)
            if state != last:
                last = state
                yield state
                if state == ENDED:
                    return
                await asyncio.sleep(WATCH_SECONDS)  # a storm of changes is told once
                continue
            if self._context.stopping:
                return
            try:
                await asyncio.wait_for(changed.wait(), HEARTBEAT_SECONDS)
            except TimeoutError:
                yield None

    async def _watch(self) -> None:
        """Read the workers' progress while any of them is grading."""
        board = Board(Path(self._scratch.path))
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            if not self._running:
                continue
            notes = await self._context.ask(board.read)
            for note in notes:
                number = int(note.student) if note.student.isdecimal() else 0
                if number in self._running:
                    doing = note.doing
                    state = QueueState("running", 0, doing.exercise, doing.done, doing.of)
                    if self._doing.get(number) != state:
                        self._doing[number] = state
                        self._tell()
