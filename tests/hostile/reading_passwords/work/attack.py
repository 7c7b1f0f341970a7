"""Reads the users of the machine and their passwords."""

from tools import attempt, read

for path in ("/etc/passwd", "/etc/shadow", "/etc/hostname", "/etc/ssh/sshd_config"):
    attempt(path, lambda: read(path))


def double(x):
    return 2 * x
