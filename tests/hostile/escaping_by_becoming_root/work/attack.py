"""Becomes root, joins groups, and makes a program that would make root of others."""

import os

from tools import attempt

BEFORE = os.getresuid()

attempt("user", lambda: os.setuid(0))
attempt("group", lambda: os.setgid(0))
attempt("groups", lambda: os.setgroups([0]))
attempt("all three", lambda: os.setresuid(0, 0, 0))
attempt("owner", lambda: os.chown(__file__, 0, 0))
attempt("device", lambda: os.mknod("disk", 0o60666, os.makedev(8, 0)))
if os.getresuid() != BEFORE:
    print("OBTAINED", os.getresuid())


def double(x):
    return 2 * x
