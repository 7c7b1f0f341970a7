"""The list of system calls that a submission may make; the kernel refuses all others."""

from __future__ import annotations

__all__ = ["build_filter", "known_calls_only", "known_filter", "supported"]

import ctypes
import errno
import functools
import os
import struct

from grader.sandbox.launcher import OTHERS_SIGNALS
from grader.sandbox.steps.box import Box  # noqa: TC001  (steps share one signature)
from grader.sandbox.steps.bpf import (
    AUDIT_ARCHITECTURES,
    Rule,
    assemble,
    equal_but,
    masked,
    one_of,
)
from grader.sandbox.steps.calls import NUMBERS
from grader.sandbox.steps.kernel import prctl

# A placeholder in the filter for the process number; no other value in the filter equals it.
SOME_PID = 0x7A5B_3C1D
INSTRUCTION_BYTES = struct.calcsize("<HBBI")
PID = struct.Struct("<I")
PR_SET_SECCOMP = 22
SECCOMP_MODE_FILTER = 2

_ALWAYS = """
read write readv writev pread64 pwrite64 preadv pwritev lseek close close_range dup dup2 dup3
pipe pipe2 poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait
eventfd2 recvfrom sendto getsockopt getsockname getpeername shutdown
open openat creat stat fstat lstat newfstatat statx access faccessat faccessat2 readlink readlinkat
getdents64 getcwd chdir fchdir statfs fstatfs umask getxattr lgetxattr fgetxattr listxattr
llistxattr flistxattr mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2 truncate
ftruncate fsync fdatasync sendfile copy_file_range
fadvise64 readahead
munmap mprotect mremap madvise brk msync mincore membarrier
rt_sigaction rt_sigprocmask rt_sigreturn rt_sigsuspend rt_sigtimedwait rt_sigpending sigaltstack
pause alarm setitimer getitimer
futex set_robust_list get_robust_list rseq set_tid_address exit exit_group restart_syscall
sched_yield sched_getaffinity sched_getparam sched_getscheduler sched_get_priority_max
sched_get_priority_min getcpu
nanosleep clock_nanosleep clock_gettime clock_getres gettimeofday time times
getpid gettid getppid getuid geteuid getgid getegid getgroups getresuid getresgid getpgrp getpgid
getsid getrusage getrlimit setrlimit uname sysinfo getrandom wait4 waitid arch_prctl
"""

# Landlock does not check these calls. So they are allowed only if every reachable file belongs to
# the child or is on a read-only mount. `fallocate` also takes disk space beyond the end of a file,
# which no limit on file sizes counts.
_WITH_A_VIEW = "chmod fchmod fchmodat utimensat fallocate"

# clone3: a filter cannot read its flags; without it the C library uses `clone`, which is checked.
# flock: two runners could communicate by locking a file that both may read, such as a library's.
# A library that locks the files it writes, as HDF5 does, goes on if locks are not supported.
MISSING = ["clone3", "openat2", "flock"]

CLONE_THREAD = 0x0001_0000
NEW_NAMESPACES = 0x7E02_0080
MAP_SHARED, MAP_ANONYMOUS, MAP_HUGETLB = 0x01, 0x20, 0x4_0000
TERMINAL_AND_BLOCKING = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)
# Duplicate and set flags; not F_SETLK and the like (see `MISSING`), nor F_SETOWN, which makes the
# kernel send signals to others.
FCNTL_COMMANDS = (0, 1, 2, 3, 4, 1030, 1032)
PR_SET_NAME, PR_GET_NAME, PR_SET_VMA = 15, 16, 0x5356_4D41


def _checked(own_pid: int) -> dict[str, Rule]:
    itself = (0, own_pid)
    # It cannot send itself the signals by which others end a process: so we know the sender.
    others = sorted(OTHERS_SIGNALS)
    return {
        # Threads only, no processes: nothing can be left behind.
        "clone": masked(0, CLONE_THREAD | NEW_NAMESPACES, (CLONE_THREAD,)),
        # Memory must be private (it is counted) or backed by a file; not shared without a file.
        "mmap": masked(
            3,
            MAP_HUGETLB | MAP_ANONYMOUS | MAP_SHARED,
            (MAP_ANONYMOUS, MAP_SHARED, 0),
        ),
        "ioctl": one_of(1, TERMINAL_AND_BLOCKING),
        "fcntl": one_of(1, FCNTL_COMMANDS),
        "prctl": one_of(0, (PR_SET_NAME, PR_GET_NAME, PR_SET_VMA)),
        "kill": equal_but(0, own_pid, 1, others),
        "tgkill": equal_but(0, own_pid, 2, others),
        "prlimit64": one_of(0, itself),
    }


def supported() -> bool:
    """Return whether we know the numbers of this machine's system calls."""
    return os.uname().machine in AUDIT_ARCHITECTURES


def build_filter(machine: str, own_pid: int, *, view: bool) -> bytes:
    """Return the filter of a process.

    Parameters
    ----------
    machine : str
        As printed by ``uname -m``.
    own_pid : int
        The number of the only process that it may send signals to: itself.
    view : bool
        Whether it has a private view of the file system.
    """
    numbers = NUMBERS[machine]
    checked = _checked(own_pid)
    always = (_ALWAYS + _WITH_A_VIEW if view else _ALWAYS).split()
    return assemble(
        machine,
        [numbers[name] for name in always if name in numbers],
        [(numbers[name], rule) for name, rule in checked.items() if name in numbers],
        [numbers[name] for name in MISSING],
        (errno.EPERM, errno.ENOSYS),
    )


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


class _Filter:
    """A filter in memory, and what the kernel is told of it.

    A child only has to write its own number, where it is another than that of the last one.

    Parameters
    ----------
    view : bool
        As for `build_filter`.
    """

    def __init__(self, *, view: bool) -> None:
        code = build_filter(os.uname().machine, SOME_PID, view=view)
        self._code = ctypes.create_string_buffer(code, len(code))
        values = range(INSTRUCTION_BYTES - PID.size, len(code), INSTRUCTION_BYTES)
        self._places = [at for at in values if PID.unpack_from(code, at) == (SOME_PID,)]
        self._pid = SOME_PID
        self._program = _Program(len(code) // INSTRUCTION_BYTES, ctypes.addressof(self._code))

    def address(self, own_pid: int) -> int:
        """Return the address of the filter of a process, for the kernel."""
        if own_pid != self._pid:
            for place in self._places:
                PID.pack_into(self._code, place, own_pid)
            self._pid = own_pid
        return ctypes.addressof(self._program)


@functools.cache
def known_filter(*, view: bool) -> _Filter:
    """Return the filter of this machine, which is assembled only once."""
    return _Filter(view=view)


def known_calls_only(box: Box) -> None:
    """Allow only the system calls on the list: files, memory, threads, clocks.

    Stops sockets, new processes and programs, new namespaces, ptrace, reading another process,
    signals to others, changes of their limits, locks, io_uring, memfd, keys, BPF and all calls of
    later kernels. Also stops a process from ending itself by a signal that would point to others.
    """
    if not supported():
        raise OSError(errno.ENOSYS, f"no list of system calls for {os.uname().machine}")
    known = known_filter(view=box.layout.level == "full")
    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, known.address(os.getpid()))
