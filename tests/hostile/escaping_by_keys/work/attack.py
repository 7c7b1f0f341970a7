"""Leaves a key in the kernel's keyring of the user."""

from tools import attempt, syscall

PROCESS_KEYRING, KEYCTL_GET_ID = -2, 0

attempt("keyring", lambda: syscall("keyctl", KEYCTL_GET_ID, -3, 0))
attempt("key", lambda: syscall("add_key", b"user", b"answers", b"42", 2, PROCESS_KEYRING))


def double(x):
    return 2 * x
