"""What the attacks share: a word on what came of each, system calls by name, and the channel.

Beside it lies a `hints.py` that tells an attack what it would otherwise have to search for.
"""

import ctypes
import errno
import json
import os
import socket
import struct
import sys

LIBC = ctypes.CDLL(None, use_errno=True)
REFUSED = (errno.EPERM, errno.EACCES, errno.ENOSYS, errno.ESRCH, errno.ENOENT)

# Name: the number on x86_64, the number on aarch64.
NUMBERS = {
    "add_key": (248, 217),
    "bpf": (321, 280),
    "chroot": (161, 51),
    "clone": (56, 220),
    "clone3": (435, 435),
    "fanotify_init": (300, 262),
    "fsopen": (430, 430),
    "init_module": (175, 105),
    "inotify_init1": (294, 26),
    "io_uring_setup": (425, 425),
    "kcmp": (312, 272),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "linkat": (265, 37),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "mknodat": (259, 33),
    "mount": (165, 40),
    "mq_open": (240, 180),
    "msgget": (68, 186),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "perf_event_open": (298, 241),
    "personality": (135, 92),
    "pidfd_getfd": (438, 438),
    "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424),
    "pivot_root": (155, 41),
    "process_vm_readv": (310, 270),
    "ptrace": (101, 117),
    "reboot": (169, 142),
    "rt_sigqueueinfo": (129, 138),
    "sched_setscheduler": (144, 119),
    "seccomp": (317, 277),
    "semget": (64, 190),
    "sendmsg": (46, 211),
    "setns": (308, 268),
    "shmget": (29, 194),
    "swapon": (167, 224),
    "symlinkat": (266, 36),
    "syslog": (103, 116),
    "tgkill": (234, 131),
    "unshare": (272, 97),
    "userfaultfd": (323, 282),
}


def attempt(what, action):
    """Print what an attempt has obtained, or why it has obtained nothing."""
    try:
        got = action()
    except Exception as error:
        print(f"refused: {what}: {type(error).__name__}: {error}"[:300])
        return None
    print(f"OBTAINED {what}: {got!r}"[:1500])
    return got


def syscall(name, *arguments):
    """Make a system call; where only its arguments displease, it was let through all the same."""
    number = NUMBERS[name][os.uname().machine == "aarch64"]
    passed = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    result = LIBC.syscall(ctypes.c_long(number), *passed)
    error = ctypes.get_errno()
    if result < 0 and error in REFUSED:
        raise OSError(error, f"{name}: {os.strerror(error)}")
    return result if result >= 0 else f"let through, {os.strerror(error)}"


def read(path, size=4000):
    """Return the beginning of a file, which must be another one than the attack's own.

    A path of somebody's own machine leads to the file that was handed in beside the program, by the
    last parts of its name: to find oneself is to find nothing.
    """
    with open(path, "rb") as file:
        text = file.read(size)
    with open(sys._getframe(1).f_globals["__file__"], "rb") as own:
        if own.read(size) == text:
            raise LookupError("its own file")
    return text


def channel():
    """Return the line to the judge, found by trying."""
    for number in range(3, 200):
        try:
            line = socket.socket(fileno=os.dup(number))
            line.getpeername()
        except OSError:
            continue
        return line
    raise OSError("no channel")


def frame(header, body=b""):
    """Return a frame of a header, which may be bytes that are none, and a body."""
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack(">II", len(raw), len(body)) + raw + body


def question():
    """Return the number of the question that is being asked, from the frames above."""
    here = sys._getframe()
    while here is not None:
        server = here.f_locals.get("self")
        if hasattr(server, "_request"):
            return server._request
        here = here.f_back
    raise LookupError("nobody asks")


def say(value, body=b"", **more):
    """Answer the question in the runner's name, with a tree in the form of the wire."""
    header = {"id": question(), "op": "value", "value": value, "buffers": [], **more}
    channel().sendall(frame(header, body))
