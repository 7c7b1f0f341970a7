"""Long jobs that staff start: each runs in a process of its own, one of a kind at a time.

It loads the course anew, so that it knows an edit of it, and ends with the portal.
"""

from __future__ import annotations

__all__ = ["JobState", "LongJobs"]

import asyncio
import contextlib
import logging
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from grader.errors import GraderError, UsageError
from grader.executors.workers import Workers
from grader.results import now

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.portal.context import PortalContext

log = logging.getLogger("grader.portal")
OURS = "It could not be done, by an error of the grader: the log says where."


@dataclass(slots=True)
class JobState:
    """The state of a long job.

    Attributes
    ----------
    by : str
        Who asked for it.
    began_at, ended_at : str
        In UTC; empty where it goes on.
    came : object
        What it came to; None where it goes on, or failed.
    said : str
        Why it failed.
    """

    by: str
    began_at: str
    ended_at: str = ""
    came: Any = None
    said: str = ""

    @property
    def is_running(self) -> bool:
        """Whether the job is running."""
        return not self.ended_at


@dataclass(slots=True)
class LongJobs:
    """The jobs of a portal, the last of each kind.

    Attributes
    ----------
    context : PortalContext
        With whose end they end.
    """

    context: PortalContext
    _last: dict[str, JobState] = field(default_factory=dict)
    _tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _workers: dict[str, Workers[Any, Any]] = field(default_factory=dict)

    def state(self, kind: str) -> JobState | None:
        """Return the last job of a kind; None where there was none."""
        return self._last.get(kind)

    def forget(self, kind: str) -> None:
        """Forget the outcome of the last job."""
        state = self._last.get(kind)
        if state is not None and not state.is_running:
            del self._last[kind]

    def begin(self, kind: str, work: Callable[[Any], Any], task: Any, *, by: str) -> None:
        """Start a job; called in the event loop.

        Parameters
        ----------
        kind : str
            Of which one goes on at a time.
        work : callable
            A function of a module.
        task : object
            Its argument: both go to another process.
        by : str
            Who asks for it.

        Raises
        ------
        UsageError
            Where one goes on already.
        """
        before = self._last.get(kind)
        if before is not None and before.is_running:
            raise UsageError(f"{before.by} has begun this already: wait for it to end.")
        state = JobState(by=by, began_at=now())
        self._last[kind] = state
        if self.stop not in self.context.at_stop:
            self.context.at_stop.append(self.stop)
        self._tasks[kind] = asyncio.ensure_future(self._run(kind, state, work, task))

    async def wait(self, kind: str) -> None:
        """Wait for the job of a kind to end."""
        task = self._tasks.get(kind)
        if task is not None:
            await asyncio.wait([task])

    async def _run(self, kind: str, state: JobState, work: Callable[[Any], Any], task: Any) -> None:
        try:
            workers: Workers[Any, Any] = await self.context.ask(Workers, 1, _begin, ())
            self._workers[kind] = workers
            state.came = await asyncio.wrap_future(workers.submit(work, task))
        except GraderError as error:
            state.said = str(error)
        except UsageError as error:
            state.said = str(error)
        except (BrokenProcessPool, OSError):
            state.said = "The process that did it has ended, by the machine or by us: try again."
        except Exception:
            log.exception("a job of staff failed: %s", kind)
            state.said = OURS
        finally:
            state.ended_at = now()
            done = self._workers.pop(kind, None)
            if done is not None:
                await self.context.ask(done.__exit__, None, None, None)

    def stop(self) -> None:
        """End all running jobs at once; they have stored nothing."""
        for workers in list(self._workers.values()):
            with contextlib.suppress(OSError):
                workers.give_up()


def _begin() -> Callable[[], None]:
    """Set up the process of a job; its child processes end with it."""
    return _nothing


def _nothing() -> None:
    """Do nothing."""
