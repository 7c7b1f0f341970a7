"""Maps shared memory, huge pages and the device of zeros, which no limit on data counts."""

import mmap

from tools import attempt

MAP_HUGETLB = 0x4_0000


def use(*arguments):
    with mmap.mmap(*arguments) as memory:
        memory[::4096] = b"x" * (len(memory) // 4096)


attempt("shared", lambda: use(-1, 1 << 30))
attempt("huge", lambda: use(-1, 1 << 22, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | MAP_HUGETLB))
attempt("zeros", lambda: use(open("/dev/zero", "r+b").fileno(), 1 << 30))


def double(x):
    return 2 * x
