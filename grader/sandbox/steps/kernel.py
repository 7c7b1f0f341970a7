"""The few system calls that Python 3.11 does not have, through the C library."""

from __future__ import annotations

__all__ = ["call", "fork_alone", "prctl", "syscall", "write_own_proc"]

import ctypes
import os
from typing import Any

PR_SET_DUMPABLE = 4

_LIBC = ctypes.CDLL(None, use_errno=True)
_FORK = ctypes.PyDLL(None, use_errno=True).fork  # which holds the interpreter's lock meanwhile
_PRCTL = ctypes.CDLL(None, use_errno=True).prctl
_PRCTL.argtypes = (ctypes.c_int, *[ctypes.c_ulong] * 4)

Argument = int | bytes | None | Any


def _passed(argument: Argument) -> Any:
    # A bare int would travel as 32 bits: the variadic functions read a whole register.
    return ctypes.c_ulong(argument & (1 << 64) - 1) if type(argument) is int else argument


def call(name: str, *arguments: Argument) -> int:
    """Call a function of the C library that returns -1 and sets errno where it fails.

    Raises
    ------
    OSError
        With the function's name in front of what the system says.
    """
    result = int(getattr(_LIBC, name)(*map(_passed, arguments)))
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return result


def syscall(name: str, number: int, *arguments: Argument) -> int:
    """Make a system call by its number (the newer ones have one for all architectures)."""
    result = int(_LIBC.syscall(ctypes.c_long(number), *map(_passed, arguments)))
    if result == -1:
        error = ctypes.get_errno()
        raise OSError(error, f"{name}: {os.strerror(error)}")
    return result


def prctl(option: int, *arguments: int) -> int:
    """Call ``prctl`` with the rest of its five arguments zero, as newer options demand."""
    result = int(_PRCTL(option, *[*arguments, 0, 0, 0, 0][:4]))
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"prctl: {os.strerror(number)}")
    return result


def fork_alone() -> int:
    """Fork a process that has one thread: the C library's part of it, without Python's.

    What Python does for the child (new locks, in place of those that another thread may have held;
    new seeds) is for other processes than ours, and makes the child copy 180 pages.
    """
    pid = int(_FORK())
    if pid == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"fork: {os.strerror(number)}")
    return pid


def write_own_proc(proc: int, name: str, text: str) -> None:
    """Write a file of this process's folder in ``/proc``; the process is not dumpable after it.

    Parameters
    ----------
    proc : int
        Descriptor of a ``/proc``, which may lie outside of what this process sees.
    name, text : str
        File and content.
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
