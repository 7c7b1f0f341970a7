"""Reads the kernel's log, memory, symbols and core files."""

import ctypes
import os

from tools import attempt, read, syscall

for path in ("/dev/kmsg", "/dev/mem", "/proc/kcore", "/proc/kallsyms", "/proc/version"):
    attempt(path, lambda: read(path))
for folder in ("/sys/kernel", "/proc/sys/kernel", "/var/lib/systemd/coredump"):
    attempt(folder, lambda: os.listdir(folder))
attempt("log", lambda: syscall("syslog", 3, ctypes.create_string_buffer(100), 100))


def double(x):
    return 2 * x
