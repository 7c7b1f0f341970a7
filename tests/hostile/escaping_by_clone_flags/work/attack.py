"""Clones itself: as a process, as a sibling, with namespaces; a copy ends at once."""

import os

from tools import attempt, syscall

SIGCHLD, CLONE_PARENT, CLONE_NEWUSER = 17, 0x8000, 0x1000_0000


def clone(flags):
    pid = syscall("clone", flags | SIGCHLD, 0, 0, 0, 0)
    if pid == 0:
        os._exit(0)
    return pid


for flags in (0, CLONE_PARENT, CLONE_NEWUSER, CLONE_NEWUSER | 0x1_0000):
    attempt(hex(flags), lambda: clone(flags))
attempt("clone3", lambda: syscall("clone3", 0, 0))


def double(x):
    return 2 * x
