"""Loads a BPF program, counts events of others, handles their page faults, watches their files."""

import ctypes

from hints import COURSE
from tools import attempt, syscall

NOTHING = ctypes.create_string_buffer(128)

attempt("bpf", lambda: syscall("bpf", 0, NOTHING, 64))
attempt("events", lambda: syscall("perf_event_open", NOTHING, 0, -1, -1, 0))
attempt("page faults", lambda: syscall("userfaultfd", 1))
attempt("watch", lambda: syscall("inotify_init1", 0))
attempt("watch all", lambda: syscall("fanotify_init", 0, 0))
attempt("filter", lambda: syscall("seccomp", 1, 0, NOTHING))


def double(x):
    return 2 * x
