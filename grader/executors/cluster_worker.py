"""``grader worker``: Dask worker processes, each with a grader; a nanny restarts one that dies.

Wrong settings are refused before the scheduler knows of any worker.
"""

from __future__ import annotations

__all__ = ["WorkerProcesses", "serve"]

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
from grader.executors.worker_grader import start_worker_grader
from grader.util.scratch import Scratch

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.executors.identity import WorkerIdentity
    from grader.executors.scheduler import SchedulerPlace
    from grader.executors.worker_grader import WorkerSettings

LOOPBACK = "127.0.0.1"
PATIENCE_SECONDS = 60.0
_WITHOUT_A_PROCESS = 60  # checks, one a second, before a nanny without a process is an error
_STOPPING = ("SIGTERM", "SIGINT", "SIGHUP")
# Workers write nothing about a class to disk, and Dask's profiler is off.
_CONFIG = {
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.limit": "1h",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerProcesses:
    """The worker processes that one command starts.

    Attributes
    ----------
    settings : WorkerSettings
        The settings that every worker gets.
    count : int
        The number of processes; each grades one exercise at a time.
    host : str
        This machine's address, as seen from the scheduler; detected if empty.
    """

    settings: WorkerSettings
    count: int = 1
    host: str = ""


class WorkerSetup(WorkerPlugin):
    """Dask plugin that makes a worker's grader before the scheduler knows of the worker."""

    name = "worker-grader"

    def __init__(self, settings: WorkerSettings, announced: WorkerIdentity) -> None:
        self._settings = settings
        self._announced = announced

    def setup(self, worker: Worker) -> None:
        """Make the grader; at exit the process closes the launcher, which ends the runners."""
        del worker
        made = start_worker_grader(self._settings, self._announced)
        atexit.register(made.judge.launcher.close)


def serve(
    place: SchedulerPlace,
    workers: WorkerProcesses,
    tell: Callable[[str], None] = lambda _: None,
    patience_seconds: float = PATIENCE_SECONDS,
) -> None:
    """Run workers for a scheduler until this process is told to stop.

    Parameters
    ----------
    place : SchedulerPlace
        The scheduler.
    workers : WorkerProcesses
        The workers to run.
    tell : callable
        Called with a sentence once the workers are running.
    patience_seconds : float
        How long to wait for a scheduler that is not there yet, or no longer there.

    Raises
    ------
    GraderError
        The course, the salt or the scheduler is missing, or the scheduler has ended.
    """
    security = place.security()
    # Wrong settings are refused here, before a process is started.
    made = workers.settings.worker_grader()
    made.judge.launcher.close()
    logging.getLogger("distributed").setLevel(logging.ERROR)
    with Scratch() as folder, dask.config.set(_CONFIG):
        options = {
            "nthreads": 1,  # a judge does one thing at a time
            "resources": dict.fromkeys(made.identity.resources.values(), 1),
            "plugins": (WorkerSetup(workers.settings, made.identity),),
            "security": security,
            "host": workers.host or (LOOPBACK if place.is_here else None),
            "dashboard": False,
            "local_directory": str(folder),
            "death_timeout": patience_seconds,
            "silence_logs": logging.ERROR,
        }
        asyncio.run(_serve(place, workers.count, options, tell, patience_seconds))


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
    """Wait until the workers are told to stop; raise an error if they cannot go on."""
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
