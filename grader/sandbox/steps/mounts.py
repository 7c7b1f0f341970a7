"""The system calls for mounts (Linux 5.12); other modules decide what is mounted, and where."""

from __future__ import annotations

__all__ = [
    "clone_tree",
    "make_private",
    "make_read_only",
    "mount_tmpfs",
    "place_tree",
    "switch_root",
]

import ctypes
import errno
import os

from grader.sandbox.steps.kernel import call, syscall

AT_FDCWD = -100
AT_EMPTY_PATH = 0x1000
AT_RECURSIVE = 0x8000
OPEN_TREE = 428
OPEN_TREE_CLONE = 1
OPEN_TREE_CLOEXEC = os.O_CLOEXEC
MOVE_MOUNT = 429
MOVE_MOUNT_F_EMPTY_PATH = 4
MOUNT_SETATTR = 442
MOUNT_ATTR_RDONLY = 1
MOUNT_ATTR_NOSUID = 2
MOUNT_ATTR_NODEV = 4
MS_NOSUID = 2
MS_NODEV = 4
MS_NOEXEC = 8
MS_REC = 1 << 14
MS_PRIVATE = 1 << 18
MNT_DETACH = 2
PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}


class _Attributes(ctypes.Structure):
    _fields_ = (
        ("attr_set", ctypes.c_uint64),
        ("attr_clr", ctypes.c_uint64),
        ("propagation", ctypes.c_uint64),
        ("userns_fd", ctypes.c_uint64),
    )


def _set_attributes(folder: int, path: bytes, attributes: int, flags: int) -> None:
    wanted = _Attributes(attr_set=attributes)
    size = ctypes.sizeof(wanted)
    syscall(
        "mount_setattr",
        MOUNT_SETATTR,
        folder,
        path,
        flags,
        ctypes.byref(wanted),
        size,
    )


def make_private() -> None:
    """Hide our mounts from the outside, and new outside mounts from us."""
    call("mount", b"none", b"/", None, MS_REC | MS_PRIVATE, None)


def clone_tree(path: str, *, device: bool = False) -> int:
    """Return a read-only copy of what is mounted at a path and below it.

    Parameters
    ----------
    path : str
        A folder or a file.
    device : bool
        Whether it is a device; on the other copies devices do not work.
    """
    flags = OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE
    tree = syscall("open_tree", OPEN_TREE, AT_FDCWD, os.fsencode(path), flags)
    attributes = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | (0 if device else MOUNT_ATTR_NODEV)
    _set_attributes(tree, b"", attributes, AT_EMPTY_PATH | AT_RECURSIVE)
    return tree


def place_tree(tree: int, path: str) -> None:
    """Mount a copied tree at a path and close its descriptor."""
    target = os.fsencode(path)
    syscall("move_mount", MOVE_MOUNT, tree, b"", AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH)
    os.close(tree)


def mount_tmpfs(path: str, *, size_mib: int, files: int, mode: int) -> None:
    """Mount an empty file system in memory, with a maximal size and number of files."""
    options = f"size={size_mib}m,nr_inodes={files},mode={mode:o}".encode()
    flags = MS_NOSUID | MS_NODEV | MS_NOEXEC
    call("mount", b"tmpfs", os.fsencode(path), b"tmpfs", flags, options)


def make_read_only(path: str) -> None:
    """Make the file system at a path read-only."""
    _set_attributes(AT_FDCWD, os.fsencode(path), MOUNT_ATTR_RDONLY, 0)


def switch_root(path: str) -> None:
    """Make a path the root, and detach everything outside it."""
    number = PIVOT_ROOT.get(os.uname().machine)
    if number is None:
        raise OSError(errno.ENOSYS, f"no list of system calls for {os.uname().machine}")
    os.chdir(path)
    syscall("pivot_root", number, b".", b".")
    call("umount2", b".", MNT_DETACH)
    os.chdir("/")
