"""Mounts over its view, and looks for a way out of its root."""

import os

from tools import attempt, syscall

HERE = os.getcwd().encode()

attempt("mount", lambda: syscall("mount", b"none", HERE, b"tmpfs", 0, None))
attempt("proc", lambda: syscall("mount", b"proc", HERE, b"proc", 0, None))
attempt("writable", lambda: syscall("mount", None, b"/", None, 32, None))
attempt("root", lambda: syscall("chroot", HERE))
attempt("pivot", lambda: syscall("pivot_root", HERE, HERE))
attempt("tree", lambda: syscall("open_tree", -100, b"/", 1))
attempt("file system", lambda: syscall("fsopen", b"tmpfs", 0))


def double(x):
    return 2 * x
