"""Landlock: the process itself lists the paths it may open, and the kernel enforces the list."""

from __future__ import annotations

__all__ = ["MINIMUM_ABI", "abi_version", "known_paths", "known_paths_only"]

import ctypes
import errno
import functools
import os
import stat
from dataclasses import dataclass
from pathlib import Path

from grader.sandbox.steps.box import SCRATCH, STUBS, Box, BoxLayout
from grader.sandbox.steps.kernel import syscall
from grader.sandbox.steps.view import visible_paths

CREATE_RULESET = 444
ADD_RULE = 445
RESTRICT_SELF = 446
VERSION_FLAG = 1
RULE_PATH_BENEATH = 1
# Without a private view, Landlock stands alone: before version 3, the owner could empty a file.
MINIMUM_ABI = 3

EXECUTE = 1 << 0
WRITE_FILE = 1 << 1
READ_FILE = 1 << 2
READ_DIR = 1 << 3
REMOVE_DIR = 1 << 4
REMOVE_FILE = 1 << 5
MAKE_DIR = 1 << 7
MAKE_REG = 1 << 8
REFER = 1 << 13
TRUNCATE = 1 << 14
WRITE = WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | REFER | TRUNCATE
OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | 1 << 15
# The number of file rights that each version of the interface knows.
RIGHTS_BY_ABI = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
NETWORK_SINCE = 4
ALL_NETWORK = 0b11
SCOPES_SINCE = 6
ALL_SCOPES = 0b11


class _Ruleset(ctypes.Structure):
    _fields_ = (
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def abi_version() -> int:
    """Return the version of the kernel's Landlock, 0 if it has none."""
    try:
        return syscall("landlock_create_ruleset", CREATE_RULESET, None, 0, VERSION_FLAG)
    except OSError:
        return 0


@dataclass(frozen=True, slots=True)
class _Known:
    """The data that the rulesets of all children share.

    Attributes
    ----------
    handled : int
        The file rights that are refused unless a rule allows them.
    rules : tuple of _PathBeneath
        Rules with file descriptors that stay open as long as this object is kept.
    """

    abi: int
    handled: int
    rules: tuple[_PathBeneath, ...]


@functools.cache
def known_paths(layout: BoxLayout) -> _Known:
    """Open the paths that every child may read, so that each child only has to name them.

    Parameters
    ----------
    layout : BoxLayout
        The children's layout; the paths must already be in view.
    """
    abi = abi_version()
    handled = (1 << RIGHTS_BY_ABI.get(abi, 16)) - 1
    reading = handled & (READ_FILE | READ_DIR)
    rights = dict.fromkeys(_readable(layout), reading)
    rights["/dev/null"] = handled & (READ_FILE | WRITE_FILE)
    rights[STUBS if layout.level == "full" else layout.stubs] = reading
    if layout.level == "full":
        rights["/proc"] = reading
    rules = (_rule(path, allowed) for path, allowed in rights.items()) if abi else ()
    return _Known(abi, handled, tuple(rule for rule in rules if rule is not None))


def known_paths_only(box: Box) -> None:
    """Open only paths on the list of visible ones; at level full, a second lock on the view.

    Stops what the private view stops, in case a mount is wrong or missing. If the kernel supports
    it, also stops TCP, abstract sockets and signals to processes outside.
    """
    known = known_paths(box.layout)
    level, abi = box.layout.level, known.abi
    if level == "reduced" and abi < MINIMUM_ABI:
        raise OSError(errno.ENOSYS, f"the kernel's Landlock is version {abi}, not {MINIMUM_ABI}")
    if not abi:
        return
    reading = known.handled & (READ_FILE | READ_DIR)
    if level == "full":
        own = {SCRATCH: reading | known.handled & WRITE}
    else:
        # TensorFlow reads its own command line, and ends the process if it cannot.
        own = {"/proc/self/cmdline": reading, box.home: reading}
        # Files may be written, but not created: so there are few, each with a maximal size.
        own[box.slots] = reading | known.handled & (WRITE_FILE | TRUNCATE)
    ruleset = _make_ruleset(known)
    try:
        for rule in known.rules:
            _add(ruleset, rule)
        for path, rights in own.items():
            if (its_own := _rule(path, rights)) is not None:
                _add(ruleset, its_own)
                os.close(its_own.parent_fd)
        syscall("landlock_restrict_self", RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _make_ruleset(known: _Known) -> int:
    wanted = _Ruleset(handled_access_fs=known.handled)
    size = 8
    if known.abi >= NETWORK_SINCE:
        wanted.handled_access_net = ALL_NETWORK
        size = 16
    if known.abi >= SCOPES_SINCE:
        wanted.scoped = ALL_SCOPES
        size = 24
    return syscall("landlock_create_ruleset", CREATE_RULESET, ctypes.byref(wanted), size, 0)


def _readable(layout: BoxLayout) -> list[str]:
    """Return the visible paths; a folder that contains our package is listed without it."""
    if layout.level == "full":
        return visible_paths(layout)
    found: list[str] = []
    for path in visible_paths(layout):
        found += _around(Path(path), Path(layout.hidden)) if path not in layout.own else [path]
    return found


def _around(folder: Path, hidden: Path) -> list[str]:
    if not hidden.is_relative_to(folder):
        return [str(folder)]
    found = []
    for entry in folder.iterdir():
        if entry != hidden:
            found += _around(entry, hidden) if entry.is_dir() else [str(entry)]
    return found


def _rule(path: str, rights: int) -> _PathBeneath | None:
    """Return a rule about an open path; None if there is no such path."""
    try:
        file = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    if not stat.S_ISDIR(os.fstat(file).st_mode):
        rights &= OF_FILES
    return _PathBeneath(allowed_access=rights, parent_fd=file)


def _add(ruleset: int, rule: _PathBeneath) -> None:
    address = ctypes.addressof(rule)
    syscall("landlock_add_rule", ADD_RULE, ruleset, RULE_PATH_BENEATH, address, 0)
