"""Namespaces: each child gets its own users, processes, mounts, network and names."""

from __future__ import annotations

__all__ = [
    "make_network",
    "own_messages",
    "own_mounts",
    "own_name",
    "own_network",
    "own_processes",
    "own_users",
    "parent_processes",
]

import os

from grader.sandbox.steps.box import INNER_ID, Box
from grader.sandbox.steps.kernel import call, write_own_proc
from grader.sandbox.steps.mounts import make_private

CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000


def own_users(box: Box) -> None:
    """Take away all rights on the machine: a hole in a later step finds a user without rights.

    Stops what a user may do to his other processes: a child has capabilities only over its own
    namespace, and files of other users have no owner there.
    """
    user, group = os.geteuid(), os.getegid()
    call("unshare", CLONE_NEWUSER)
    write_own_proc(box.proc, "setgroups", "deny")
    write_own_proc(box.proc, "uid_map", f"{INNER_ID} {user} 1")
    write_own_proc(box.proc, "gid_map", f"{INNER_ID} {group} 1")


def own_processes(box: Box) -> None:
    """Give the next child a process namespace, in which it is number 1.

    Stops signals, ptrace and ``prlimit`` to siblings, to the zygote and to the judge: the child
    cannot even name them. Every process that a child has started dies with it.
    """
    del box
    call("unshare", CLONE_NEWPID)


def parent_processes(namespace: int) -> None:
    """Put further children into this process's own namespace again."""
    call("setns", namespace, CLONE_NEWPID)


def own_mounts(box: Box) -> None:
    """Keep later mounts private to this process, and the machine's mounts unchanged."""
    del box
    call("unshare", CLONE_NEWNS)
    make_private()


def own_network(box: Box) -> None:
    """Take away the network: even the loopback interface is down.

    Stops sending answers or a submission to the world, and talking to a database, a display or a
    scheduler of this machine over TCP, UDP or an abstract socket.
    """
    if box.network is None:
        call("unshare", CLONE_NEWNET)
    else:
        call("setns", box.network, CLONE_NEWNET)


def make_network(proc: int) -> int:
    """Return the descriptor of a new network namespace; this process stays in its own.

    Making one takes a third of a child's lock-down, and removing it costs the kernel as much, so a
    zygote lends it to one child after the other. A child has no rights over it and cannot change
    it; all that a child opens in it ends with the child.
    """
    name = "self/ns/net"
    own = os.open(name, os.O_RDONLY | os.O_CLOEXEC, dir_fd=proc)
    try:
        call("unshare", CLONE_NEWNET)
        made = os.open(name, os.O_RDONLY | os.O_CLOEXEC, dir_fd=proc)
        call("setns", own, CLONE_NEWNET)
    finally:
        os.close(own)
    return made


def own_messages(box: Box) -> None:
    """Stop shared memory, semaphores and message queues that a sibling or the judge could see."""
    del box
    call("unshare", CLONE_NEWIPC)


def own_name(box: Box) -> None:
    """Stop a submission from renaming the machine."""
    del box
    call("unshare", CLONE_NEWUTS)
