"""Processes that work for this one, and end with it, whatever ends it.

A worker has the reading end of a line whose other end is here alone. Nothing is ever written to it:
it ends when this process lets go of it, or is killed, and a thread of the worker waits for that.
"""

from __future__ import annotations

__all__ = ["Workers"]

import contextlib
import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from grader.errors import GraderError
from grader.util.scratch import remove_all

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future
    from multiprocessing.connection import Connection
    from types import TracebackType

SHARED = "/dev/shm"  # noqa: S108  (named in a sentence, and used by Python itself)

_Task = TypeVar("_Task")
_Result = TypeVar("_Result")


class Workers(Generic[_Task, _Result]):
    """A pool of processes, each of which begins by the same call.

    Parameters
    ----------
    count : int
        How many.
    begin : callable
        Called first in each, with `arguments`. What it returns is called where the worker has to go
        at once, from another thread: to end what the worker has started and would outlive it.
    arguments : tuple

    Raises
    ------
    GraderError
        Where the machine gives no processes: one sentence.
    """

    def __init__(
        self, count: int, begin: Callable[..., Callable[[], None]], arguments: tuple[Any, ...]
    ) -> None:
        context = multiprocessing.get_context("spawn")
        theirs, self._line = context.Pipe(duplex=False)
        try:
            self._pool = ProcessPoolExecutor(
                count, context, initializer=_begin, initargs=(theirs, begin, arguments)
            )
        except OSError as error:
            raise GraderError(
                f"Worker processes cannot be started: {error.strerror or error}. They need "
                f"{SHARED}, with room in it: make it writable, or use --workers 1."
            ) from error

    def __enter__(self) -> Workers[_Task, _Result]:
        """Return the workers."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Wait for what was asked for; where something went wrong, for nothing."""
        if error is not None:
            self._line.close()
        self._pool.shutdown(cancel_futures=error is not None)
        self._line.close()

    def submit(self, work: Callable[[_Task], _Result], task: _Task) -> Future[_Result]:
        """Have a task done.

        Raises
        ------
        BrokenProcessPool
            Where a worker has died.
        OSError
            Where none can be started.
        """
        return self._pool.submit(work, task)


def _begin(
    line: Connection, begin: Callable[..., Callable[[], None]], arguments: tuple[Any, ...]
) -> None:
    """Begin in a worker: first what ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it reaches the parent too, which says so by line
    go: list[Callable[[], None]] = []
    threading.Thread(target=_wait, args=(line, go), daemon=True).start()
    go.append(begin(*arguments))


def _wait(line: Connection, go: list[Callable[[], None]]) -> None:
    with contextlib.suppress(EOFError, OSError):
        line.recv_bytes()
    try:
        for one in go:
            one()
        remove_all()
    finally:
        os._exit(1)
