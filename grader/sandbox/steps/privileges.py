"""Take away all rights beyond those of an ordinary process."""

from __future__ import annotations

__all__ = [
    "UNUSED_ID",
    "another_user",
    "count_capabilities",
    "die_first",
    "die_with_parent",
    "no_capabilities",
    "no_new_privileges",
]

import contextlib
import ctypes
import functools
import os
import signal

from grader.sandbox.steps.box import Box  # noqa: TC001  (steps share one signature)
from grader.sandbox.steps.kernel import call, prctl, write_own_proc
from grader.util.scratch import UNUSED_ID

PR_SET_PDEATHSIG = 1
PR_CAPBSET_READ = 23
PR_CAPBSET_DROP = 24
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_CLEAR_ALL = 4
CAPABILITY_VERSION_3 = 0x20080522
LAST_CAPABILITY = 63

# Made once: making a type of ctypes costs a forked process 25 pages.
_OWN = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
_NONE = (ctypes.c_uint32 * 6)()


def another_user(box: Box) -> None:
    """If root has started the grader, continue as a user who owns nothing.

    Stops what root may do even without capabilities: read and write root's own files.
    """
    del box
    if os.geteuid() != 0:
        return
    os.setgroups([])
    os.setresgid(UNUSED_ID, UNUSED_ID, UNUSED_ID)
    os.setresuid(UNUSED_ID, UNUSED_ID, UNUSED_ID)


@functools.cache
def count_capabilities() -> int:
    """Return how many capabilities the kernel has."""
    for number in range(LAST_CAPABILITY + 1):
        try:
            prctl(PR_CAPBSET_READ, number)
        except OSError:
            return number
    return LAST_CAPABILITY + 1


def no_capabilities(box: Box) -> None:
    """Give up every capability, for good.

    Stops mounting over the view, remounting it writable, raising limits, and a network device.
    """
    del box
    with contextlib.suppress(OSError):  # if the process was never allowed to change the bound
        for number in range(count_capabilities()):
            prctl(PR_CAPBSET_DROP, number)
    with contextlib.suppress(OSError):
        prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL)
    call("capset", ctypes.byref(_OWN), ctypes.byref(_NONE))


def no_new_privileges(box: Box) -> None:
    """Stop getting rights from a program that has them (set-user-id, file capabilities)."""
    del box
    prctl(PR_SET_NO_NEW_PRIVS, 1)


def die_with_parent(box: Box) -> None:
    """Die when the zygote ends, however it ends (taken after the last change of user)."""
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if box.parent is not None and os.getppid() != box.parent:  # it died before we asked for it
        os._exit(1)


def die_first(box: Box) -> None:
    """Be killed before a sibling or the judge if the machine runs out of memory."""
    with contextlib.suppress(OSError):
        write_own_proc(box.proc, "oom_score_adj", "1000")
