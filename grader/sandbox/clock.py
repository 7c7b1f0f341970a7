"""The processor time of another process as the kernel counts it, over all of its threads."""

from __future__ import annotations

__all__ = [
    "ProcessorClock",
    "data_mib_of",
    "peak_mib_of",
    "pid_of_handle",
    "processor_limit_of",
    "starved_here",
]

import contextlib
import ctypes
import functools
import math
import os
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

READING = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0)  # Windows has no O_CLOEXEC


class ProcessorClock:
    """Reads the processor time of a process; a reading takes a microsecond.

    Parameters
    ----------
    find : callable
        Returns the number of the process, or None if it has none here; called once, at the first
        reading.
    """

    def __init__(self, find: Callable[[], int | None]) -> None:
        self._find: Callable[[], int | None] | None = find
        self._clock: int | None = None
        self._queue: int | None = None  # descriptor of the file in which Linux counts its waiting
        self._starved = 0.0

    def seconds(self) -> float | None:
        """Return the seconds used so far; None if the machine does not tell, or it has ended."""
        self._look_up()
        if self._clock is None:
            return None
        try:
            return time.clock_gettime(self._clock)
        except OSError:
            return None

    def starved_seconds(self) -> float:
        """Return how long its main thread was ready without a processor, since the last call.

        0 if the machine does not tell. Linux counts it (``/proc/<pid>/schedstat``, second field).
        """
        self._look_up()
        if self._queue is None:
            return 0.0
        try:
            waited = _waited(self._queue)
        except (OSError, ValueError, IndexError):
            return 0.0
        since, self._starved = waited - self._starved, waited
        return since

    def close(self) -> None:
        """Close the files that are open for the process."""
        if self._queue is not None:
            os.close(self._queue)
        self._clock = self._queue = None
        self._find = None

    def _look_up(self) -> None:
        if self._find is None:
            return
        pid, self._find = self._find(), None
        if pid is None:
            return
        self._clock = _clock_of(pid)
        with contextlib.suppress(OSError):
            self._queue = os.open(f"/proc/{pid}/schedstat", READING)


def starved_here() -> float:
    """Return how long this thread was ready without a processor since it began.

    0 if the machine does not tell. A reading takes two microseconds.
    """
    kept: _OwnQueue | None = getattr(_own, "queue", None)
    if kept is None or kept.process != os.getpid():  # the file of a parent is about the parent
        kept = _own.queue = _OwnQueue()
    return kept.waited()


class _OwnQueue:
    """The file in which Linux counts the waiting of the thread that opens it."""

    def __init__(self) -> None:
        self.process = os.getpid()
        self._file: int | None = None
        with contextlib.suppress(OSError):
            self._file = os.open("/proc/thread-self/schedstat", READING)

    def waited(self) -> float:
        """Return the seconds of waiting; 0 if the machine does not tell."""
        try:
            return 0.0 if self._file is None else _waited(self._file)
        except (OSError, ValueError, IndexError):
            return 0.0

    def __del__(self) -> None:
        """Close the file, when the thread has ended."""
        if self._file is not None:
            os.close(self._file)


_own = threading.local()


def pid_of_handle(handle: int) -> int | None:
    """Return the process number as seen here, whatever it is in the process's own namespace.

    Parameters
    ----------
    handle : int
        A file descriptor that stands for the process (``pidfd``).
    """
    pid = _field(f"/proc/self/fdinfo/{handle}", b"\nPid:")
    return pid if pid is not None and pid > 0 else None


def peak_mib_of(pid: int | None) -> float | None:
    """Return the peak memory of a live process in MiB, None if the machine does not tell.

    Parameters
    ----------
    pid : int or None
        The process number as seen here.
    """
    # The first line is the name: the process may write anything into it, except a newline.
    peak_kib = _field(f"/proc/{pid}/status", b"\nVmHWM:")
    return None if peak_kib is None else peak_kib / 1024


def data_mib_of(pid: int | None) -> float | None:
    """Return the memory of a live process in MiB that counts for its limit; None if unknown.

    It is what the kernel compares with ``RLIMIT_DATA``, stacks of threads included.

    Parameters
    ----------
    pid : int or None
        The process number as seen here.
    """
    data_kib = _field(f"/proc/{pid}/status", b"\nVmData:")
    return None if data_kib is None else data_kib / 1024


def processor_limit_of(pid: int | None) -> float | None:
    """Return the processor seconds at which the kernel kills a process; None if unknown.

    A process may lower its own limit. The limit of a process that has ended can still be read,
    until the process is reaped.

    Parameters
    ----------
    pid : int or None
        The process number as seen here.
    """
    words = _words(f"/proc/{pid}/limits", b"\nMax cpu time")[:2]
    if len(words) < 2:
        return None
    return math.inf if words[1] == b"unlimited" else float(words[1])


def _waited(queue: int) -> float:
    """Return the seconds of waiting that one of Linux's files ``schedstat`` tells."""
    return int(os.pread(queue, 100, 0).split()[1]) / 1e9


def _field(path: str, label: bytes) -> int | None:
    """Return the number after a label in one of the kernel's files, None if there is none."""
    words = _words(path, label)
    return int(words[0]) if words else None


def _words(path: str, label: bytes) -> list[bytes]:
    """Return the words after a label, in a line of one of the kernel's files."""
    try:
        file = os.open(path, READING)
        try:
            text = os.read(file, 1 << 13)
        finally:
            os.close(file)
    except OSError:
        return []
    return text.partition(label)[2].partition(b"\n")[0].split()


def _clock_of(pid: int) -> int | None:
    ask = _asking()
    clock = ctypes.c_int()
    return clock.value if ask is not None and ask(pid, ctypes.byref(clock)) == 0 else None


@functools.cache
def _asking() -> Callable[..., int] | None:
    """Return the C library's function; macOS and Windows do not have it."""
    try:
        return ctypes.CDLL(None).clock_getcpuclockid
    except (AttributeError, OSError, TypeError):
        return None
