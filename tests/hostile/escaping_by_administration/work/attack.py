"""Loads a module, starts another kernel, swaps, reboots: with arguments that do nothing."""

import ctypes

from tools import attempt, syscall

NOTHING = ctypes.create_string_buffer(16)

attempt("module", lambda: syscall("init_module", NOTHING, 0, NOTHING))
attempt("kernel", lambda: syscall("kexec_load", 0, 0, 0, 1 << 40))
attempt("swap", lambda: syscall("swapon", b"", 0))
attempt("reboot", lambda: syscall("reboot", 0, 0, 0, 0))
attempt("name", lambda: ctypes.CDLL(None).sethostname(b"", -1) + 1 or 1 / 0)


def double(x):
    return 2 * x
