"""Opens shared memory of others, and makes semaphores and queues that would stay."""

from hints import KEY, MARK, SHARED_KEY
from tools import attempt, syscall

attempt("others'", lambda: syscall("shmget", SHARED_KEY, 0, 0))
attempt("queue", lambda: syscall("msgget", KEY, 0))
attempt("semaphores", lambda: syscall("semget", KEY, 0, 0))
attempt("named queue", lambda: syscall("mq_open", f"{MARK}".encode(), 0, 0, None))


def double(x):
    return 2 * x
