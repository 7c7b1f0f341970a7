"""Sends a signal to the runner beside it in four ways."""

import ctypes
import os

from hints import SIBLING
from tools import attempt, syscall

INFORMATION = ctypes.create_string_buffer(128)

attempt("kill", lambda: os.kill(SIBLING, 0))
attempt("tgkill", lambda: syscall("tgkill", SIBLING, SIBLING, 0))
attempt("queue", lambda: syscall("rt_sigqueueinfo", SIBLING, 0, INFORMATION))
attempt("pidfd", lambda: syscall("pidfd_send_signal", syscall("pidfd_open", SIBLING, 0), 0, None, 0))


def double(x):
    return 2 * x
