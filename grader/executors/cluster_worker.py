"""``grader worker``: processes of Dask, each with a desk; a nanny starts one that dies again.

What has to be refused is refused before any of them is known to the scheduler.
"""

from __future__ import annotations

__all__ = ["Staff", "serve"]

import asyncio
import atexit
import contextlib
import logging
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import dask
from distributed import Nanny, Worker
from distributed.comm.core import connect
from distributed.diagnostics.plugin import WorkerPlugin

from grader.errors import GraderError
from grader.executors.desk import open_desk
from grader.util.scratch import Scratch

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.executors.desk import Supplies
    from grader.executors.identity import WorkerIdentity
    from grader.executors.scheduler import SchedulerPlace

LOOPBACK = "127.0.0.1"
PATIENCE_SECONDS = 60.0
_WITHOUT_A_PROCESS = 60  # looks, one a second, before a nanny is given up
_STOPPING = ("SIGTERM", "SIGINT", "SIGHUP")
# Nothing of a class is written to the disk of a worker, and nobody looks at how Python spends time.
_CONFIG = {
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.limit": "1h",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """The worker processes that a command starts.

    Attributes
    ----------
    supplies : Supplies
        What each is told to have.
    count : int
        How many; each grades one exercise at a time.
    host : str
        The address of this machine at which the scheduler reaches them; found where it is empty.
    """

    supplies: Supplies
    count: int = 1
    host: str = ""


class Furnishing(WorkerPlugin):
    """Makes the desk of a worker process, before the scheduler knows of it."""

    name = "grader-desk"

    def __init__(self, supplies: Supplies, announced: WorkerIdentity) -> None:
        self._supplies = supplies
        self._announced = announced

    def setup(self, worker: Worker) -> None:
        """Make it; what it starts ends with the process, and before it no grading may notice."""
        del worker
        desk = open_desk(self._supplies, self._announced)
        atexit.register(desk.judge.launcher.close)


def serve(
    place: SchedulerPlace,
    staff: Staff,
    tell: Callable[[str], None] = lambda _: None,
    patience_seconds: float = PATIENCE_SECONDS,
) -> None:
    """Work for a scheduler until this process is told to stop.

    Parameters
    ----------
    place : SchedulerPlace
        The scheduler.
    staff : Staff
        Who works.
    tell : callable
        Called with a sentence when they are at work.
    patience_seconds : float
        How long a scheduler is waited for that is not there yet, or not any more.

    Raises
    ------
    GraderError
        Where the course, the salt or the scheduler is not there, or is not there any more.
    """
    security = place.security()
    desk = staff.supplies.desk()  # refused here, and not in a process that is started for it
    desk.judge.launcher.close()
    logging.getLogger("distributed").setLevel(logging.ERROR)
    with Scratch() as folder, dask.config.set(_CONFIG):
        options = {
            "nthreads": 1,  # a judge does one thing at a time
            "resources": dict.fromkeys(desk.identity.resources.values(), 1),
            "plugins": (Furnishing(staff.supplies, desk.identity),),
            "security": security,
            "host": staff.host or (LOOPBACK if place.is_here else None),
            "dashboard": False,
            "local_directory": str(folder),
            "death_timeout": patience_seconds,
            "silence_logs": logging.ERROR,
        }
        asyncio.run(_serve(place, staff.count, options, tell, patience_seconds))


async def _serve(
    place: SchedulerPlace,
    count: int,
    options: dict[str, Any],
    tell: Callable[[str], None],
    patience_seconds: float,
) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in _STOPPING:
        with contextlib.suppress(AttributeError, NotImplementedError, ValueError, RuntimeError):
            loop.add_signal_handler(getattr(signal, name), stopped.set)
    arguments = options["security"].get_connection_args("worker")
    try:
        line = await connect(place.address, timeout=patience_seconds, **arguments)
    except (OSError, TypeError, ValueError) as error:
        raise place.unreachable(error) from error
    await line.close()
    nannies: list[Any] = []
    try:
        nannies.extend(Nanny(place.address, **options) for _ in range(count))
        await asyncio.gather(*nannies)
        tell(f"{count} at work for {place.address}; stop by Ctrl-C.")
        await _watch(place, nannies, stopped)
    finally:
        await asyncio.gather(*(nanny.close() for nanny in nannies), return_exceptions=True)


async def _watch(place: SchedulerPlace, nannies: list[Any], stopped: asyncio.Event) -> None:
    """Wait until all is to be stopped, or nothing more can be done here."""
    without = dict.fromkeys(range(len(nannies)), 0)
    while not stopped.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stopped.wait(), 1)
        for number, nanny in enumerate(nannies):
            without[number] = 0 if nanny.is_alive() else without[number] + 1
        if all(nanny.status.name in {"closed", "failed", "closing"} for nanny in nannies):
            if stopped.is_set():
                return
            raise GraderError(f"The scheduler at {place.address} has ended, or ended the workers.")
        if max(without.values()) > _WITHOUT_A_PROCESS:
            raise GraderError("A worker process that ended could not be started again: see above.")
