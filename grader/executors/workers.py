"""A pool of worker processes that always end with this process, even if it is killed.

Each worker holds the reading end of a pipe; only this process holds the writing end and never
writes to it. The pipe closes when this process closes it or dies; a thread of the worker waits
for that and ends the worker.
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
    """A pool of processes that all begin with the same call.

    Parameters
    ----------
    count : int
        The number of processes.
    begin : callable
        Called first in each worker, with `arguments`. It returns a function that ends what the
        worker has started; a thread calls it if the worker has to end at once.
    arguments : tuple

    Raises
    ------
    GraderError
        The machine cannot start processes; the message is one sentence.
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
        """Wait for all submitted tasks; after an error, cancel them and end the workers."""
        if error is not None:
            self._line.close()
        self._pool.shutdown(cancel_futures=error is not None)
        self._line.close()

    def give_up(self) -> None:
        """End all workers at once, without waiting for them; what they do is lost."""
        self._line.close()

    def submit(self, work: Callable[[_Task], _Result], task: _Task) -> Future[_Result]:
        """Submit a task and return its future.

        Raises
        ------
        BrokenProcessPool
            A worker has died.
        OSError
            No worker can be started.
        """
        return self._pool.submit(work, task)


def _begin(
    line: Connection, begin: Callable[..., Callable[[], None]], arguments: tuple[Any, ...]
) -> None:
    """Begin in a worker: first start the thread that ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent gets it too, and closes the pipe
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
