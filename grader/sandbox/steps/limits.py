"""Limits that the kernel enforces on each process, and the files that a child must not inherit."""

from __future__ import annotations

__all__ = ["no_core_dump", "nothing_inherited", "own_session", "resource_limits"]

import os
import resource

from grader.sandbox.steps.box import Box  # noqa: TC001  (steps share one signature)
from grader.sandbox.steps.kernel import prctl

SIGNALS = 64
# Besides data: libraries, mapped files, and address space that allocators reserve and never use.
ADDRESS_SPACE_MIB = 8192
STACK_MIB = 64
CORE_BYTES = 1
PR_SET_DUMPABLE = 4


def own_session(box: Box) -> None:
    """Start a new session and process group.

    Stops ``os.kill(0, 9)``, which otherwise reaches the judge through any number of namespaces.
    """
    del box
    os.setsid()


def nothing_inherited(box: Box) -> None:
    """Close every file that the zygote had open.

    Stops writing to the control socket or to a sibling's channel, and reaching the machine's files
    through a folder that was left open.
    """
    start = 3
    for kept in sorted(box.keep):
        os.closerange(start, kept)
        start = kept + 1
    os.closerange(start, 1 << 20)


def no_core_dump(box: Box) -> None:
    """Write no core dump when the process crashes.

    Stops filling the disk, or the folder in which the machine collects crashes, by crashing again
    and again. The limit is one byte, not zero: only this tells the kernel not to start the
    machine's crash handler, to which no limit applies otherwise.
    """
    del box
    prctl(PR_SET_DUMPABLE, 0)
    resource.setrlimit(resource.RLIMIT_CORE, (CORE_BYTES, CORE_BYTES))


def resource_limits(box: Box) -> None:
    """Bound memory, processor time, threads, open files and file sizes.

    Stops using up the machine: a thread bomb, memory (at once or slowly), an endless file. Each is
    a hard limit, which a process without capabilities can only lower.
    """
    caps = box.caps
    memory = caps.memory_mib << 20
    wanted = {
        resource.RLIMIT_AS: memory + (ADDRESS_SPACE_MIB << 20),
        resource.RLIMIT_CPU: caps.cpu_seconds,
        resource.RLIMIT_DATA: memory,
        resource.RLIMIT_FSIZE: box.room.file_mib << 20,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_NICE: 0,
        resource.RLIMIT_NOFILE: caps.open_files,
        resource.RLIMIT_RTPRIO: 0,
        resource.RLIMIT_SIGPENDING: SIGNALS,
        resource.RLIMIT_STACK: STACK_MIB << 20,
    }
    if box.layout.level == "full" and not box.layout.leaves_out("own_users", "inside"):
        # Counted per user: without a user namespace, all processes of this user count.
        wanted[resource.RLIMIT_NPROC] = caps.processes
    for limit, value in wanted.items():
        soft, hard = resource.getrlimit(limit)
        most = value if hard == resource.RLIM_INFINITY else min(value, hard)
        least = most if soft == resource.RLIM_INFINITY else min(soft, most)
        resource.setrlimit(limit, (least, most))
