"""Makes shared memory that stays when the process has gone."""

from hints import KEY
from tools import attempt, syscall

IPC_CREAT = 0o1000

attempt("memory", lambda: syscall("shmget", KEY, 4096, IPC_CREAT | 0o666))


def double(x):
    return 2 * x
