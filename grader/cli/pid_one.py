"""The first process of a container reaps orphaned child processes."""

from __future__ import annotations

__all__ = ["step_aside"]

import os
import signal

FIRST = 1


def step_aside() -> None:
    """If this process is number 1, continue in a child; the first process reaps orphans.

    What a submission leaves behind (a double fork at level none, a sandbox whose guard was killed)
    comes to the first process when its parent ends, and stays in the table of processes until it is
    waited for. Waiting for any process would take the exit status from its parent, so a process
    that does nothing else does it.
    """
    if os.name != "posix" or os.getpid() != FIRST:
        return
    # Number 1 gets no signal that it has no handler for: one that comes before that has to wait.
    passed_on = (signal.SIGTERM, signal.SIGHUP)
    before = signal.pthread_sigmask(signal.SIG_BLOCK, passed_on)
    child = os.fork()
    if child == 0:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a signal of the terminal reaches both anyway
    for number in passed_on:
        signal.signal(number, lambda received, _frame: os.kill(child, received))
    signal.pthread_sigmask(signal.SIG_SETMASK, before)
    while True:
        pid, status = os.wait()
        if pid == child:
            code = os.waitstatus_to_exitcode(status)
            os._exit(code if code >= 0 else 128 - code)
