"""The few system calls that Python 3.11 lacks, made through the C library."""

from __future__ import annotations

__all__ = ["call", "find_functions", "fork_alone", "prctl", "syscall", "write_own_proc"]

import ctypes
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

PR_SET_DUMPABLE = 4

_LIBC = ctypes.CDLL(None, use_errno=True)
_FORK = ctypes.PyDLL(None, use_errno=True).fork  # a PyDLL keeps the interpreter's lock
_PRCTL = ctypes.CDLL(None, use_errno=True).prctl
_PRCTL.argtypes = (ctypes.c_int, *[ctypes.c_ulong] * 4)
_SYSCALL = ctypes.CDLL(None, use_errno=True).syscall
_SYSCALL.argtypes = (ctypes.c_long, *[ctypes.c_void_p] * 6)  # numbers, texts and references
_SYSCALL.restype = ctypes.c_long

Argument = int | bytes | None | Any


def _passed(argument: Argument) -> Any:
    # A bare int would be passed as 32 bits, but variadic functions read a whole register.
    return ctypes.c_ulong(argument & (1 << 64) - 1) if type(argument) is int else argument


def call(name: str, *arguments: Argument) -> int:
    """Call a function of the C library that returns -1 and sets errno if it fails.

    Raises
    ------
    OSError
        With the function's name before the system's message.
    """
    result = int(getattr(_LIBC, name)(*map(_passed, arguments)))
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def find_functions(names: Iterable[str]) -> None:
    """Find functions of the C library once, so that a forked process has them already."""
    for name in names:
        getattr(_LIBC, name, None)


def syscall(name: str, number: int, *arguments: Argument) -> int:
    """Make a system call by its number (the newer ones have one for all architectures)."""
    result: int = _SYSCALL(number, *arguments, *(0,) * (6 - len(arguments)))
    if result == -1:
        error = ctypes.get_errno()
        raise OSError(error, f"{name}: {os.strerror(error)}")
    return result


def prctl(option: int, first: int = 0, second: int = 0, third: int = 0, fourth: int = 0) -> int:
    """Call ``prctl`` with its remaining arguments set to zero, as newer options demand."""
    result: int = _PRCTL(option, first, second, third, fourth)
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"prctl: {os.strerror(number)}")
    return result


def fork_alone() -> int:
    """Fork a process that has one thread, with the C library's fork and without Python's.

    Python's own work for the child (new locks in place of those that another thread may hold, new
    seeds) is not needed here, and makes the child copy 180 pages.
    """
    pid = int(_FORK())
    if pid == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"fork: {os.strerror(number)}")
    return pid


def write_own_proc(proc: int, name: str, text: str) -> None:
    """Write a file of this process in ``/proc``; after that the process is not dumpable.

    Parameters
    ----------
    proc : int
        Descriptor of a ``/proc``, which may be outside this process's view.
    name, text : str
        The file and its content.
    """
    # While a process is not dumpable, its files there belong to root.
    prctl(PR_SET_DUMPABLE, 1)
    try:
        file = os.open(f"self/{name}", os.O_WRONLY | os.O_CLOEXEC, dir_fd=proc)
        try:
            os.write(file, text.encode())
        finally:
            os.close(file)
    finally:
        prctl(PR_SET_DUMPABLE, 0)
