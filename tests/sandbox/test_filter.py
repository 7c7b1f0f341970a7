"""The filter of system calls, run on paper: also for machines that are not at hand."""

from __future__ import annotations

import ctypes
import errno
import os
import struct

import pytest

from grader.sandbox.steps.bpf import (
    ALLOW,
    AUDIT_ARCHITECTURES,
    KILL_PROCESS,
    REFUSE,
    assemble,
    one_of,
)
from grader.sandbox.steps.calls import NUMBERS
from grader.sandbox.steps.seccomp import build_filter, known_filter

EPERM, ENOSYS = REFUSE | errno.EPERM, REFUSE | errno.ENOSYS
machines = pytest.mark.parametrize("machine", sorted(NUMBERS))


class _Told(ctypes.Structure):
    """What the kernel is told of a filter."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def decide(
    program: bytes, architecture: int, number: int, *arguments: int, steps: list[int] | None = None
) -> int:
    """Return what a program says to a call; the instructions on the way are added to `steps`."""
    padded = [a & (1 << 64) - 1 for a in (*arguments, 0, 0, 0, 0, 0, 0)[:6]]
    data = struct.pack("<IIQ6Q", number, architecture, 0, *padded)
    lines = list(struct.iter_unpack("<HBBI", program))
    at = loaded = 0
    while True:
        if steps is not None:
            steps.append(at)
        code, if_true, if_false, value = lines[at]
        at += 1
        if code == 0x20:
            (loaded,) = struct.unpack_from("<I", data, value)
        elif code == 0x54:
            loaded &= value
        elif code == 0x15:
            at += if_true if loaded == value else if_false
        elif code == 0x35:
            at += if_true if loaded >= value else if_false
        elif code == 0x05:
            at += value
        else:
            assert code == 0x06
            return int(value)


@machines
@pytest.mark.parametrize(
    ("name", "arguments", "verdict"),
    [
        ("read", (), ALLOW),
        ("openat", (), ALLOW),
        ("exit_group", (), ALLOW),
        ("clone3", (), ENOSYS),
        ("clone", (0x0001_0000 | 0x100,), ALLOW),
        ("clone", (17,), EPERM),
        ("clone", (0x1001_0000,), EPERM),
        ("mmap", (0, 1, 3, 0x22), ALLOW),
        ("mmap", (0, 1, 3, 0x01), ALLOW),
        ("mmap", (0, 1, 3, 0x21), EPERM),
        ("mmap", (0, 1, 3, 0x23), EPERM),
        ("mmap", (0, 1, 3, 0x4_0022), EPERM),
        ("kill", (7, 0), ALLOW),
        ("kill", (7, 6), ALLOW),
        ("kill", (7, 1), EPERM),
        ("kill", (7, 9), EPERM),
        ("kill", (7, 15), EPERM),
        ("kill", (8, 6), EPERM),
        ("kill", (0, 9), EPERM),
        ("kill", (-1, 9), EPERM),
        ("tgkill", (8, 8, 6), EPERM),
        ("tgkill", (7, 9, 6), ALLOW),
        ("tgkill", (7, 6, 9), EPERM),
        ("sched_setaffinity", (0,), EPERM),
        ("flock", (3, 2), ENOSYS),
        ("prlimit64", (0,), ALLOW),
        ("prlimit64", (8,), EPERM),
        ("fcntl", (0, 3), ALLOW),
        *(("fcntl", (0, command), EPERM) for command in (5, 6, 7, 8, 36, 37, 38, 1024, 1026)),
        ("ioctl", (0, 0x5401), ALLOW),
        ("ioctl", (0, 0x5412), EPERM),
        ("prctl", (15,), ALLOW),
        ("prctl", (1,), EPERM),
        ("prctl", (4,), EPERM),
    ],
)
def test_what_is_allowed(machine: str, name: str, arguments: tuple[int, ...], verdict: int) -> None:
    program = build_filter(machine, 7, view=True)
    number = NUMBERS[machine][name]
    assert decide(program, AUDIT_ARCHITECTURES[machine], number, *arguments) == verdict


@machines
@pytest.mark.parametrize("view", [True, False])
def test_what_is_not_named_is_refused(machine: str, view: bool) -> None:
    program = build_filter(machine, 7, view=view)
    assert len(program) // 8 < 4096
    own = AUDIT_ARCHITECTURES[machine]
    named = set(NUMBERS[machine].values())
    assert all(decide(program, own, n) == EPERM for n in range(1000) if n not in named)
    mode = NUMBERS[machine]["fchmodat"]
    assert decide(program, own, mode) == (ALLOW if view else EPERM)


def test_another_machines_calls_end_the_process() -> None:
    for machine, own in AUDIT_ARCHITECTURES.items():
        program = build_filter(machine, 7, view=True)
        for other in (0, 0x4000_0003, *AUDIT_ARCHITECTURES.values()):
            assert (decide(program, other, 63) == KILL_PROCESS) == (other != own)
    program = build_filter("x86_64", 7, view=True)
    assert decide(program, AUDIT_ARCHITECTURES["x86_64"], 0x4000_0000) == KILL_PROCESS


@machines
@pytest.mark.parametrize("view", [True, False])
def test_every_number_is_answered_within_a_few_steps(machine: str, view: bool) -> None:
    """The kernel runs the filter once for each number, in every process that gets it."""
    program = build_filter(machine, 7, view=view)
    named = set(NUMBERS[machine].values())
    for number in {*named, *(n + 1 for n in named), *(n - 1 for n in named), 0, 1000}:
        steps: list[int] = []
        decide(program, AUDIT_ARCHITECTURES[machine], max(0, number), steps=steps)
        assert len(steps) <= 30, number  # one after the other, it was up to 380


def test_answers_that_are_far_apart_are_found() -> None:
    checked = [(number, one_of(0, range(40))) for number in range(0, 100, 2)]
    program = assemble("x86_64", [1, 50 * 2 + 1], checked, [3], (errno.EPERM, errno.ENOSYS))
    own = AUDIT_ARCHITECTURES["x86_64"]
    assert any(code == 0x05 for code, *_ in struct.iter_unpack("<HBBI", program))
    for number in range(120):
        for argument in (0, 39, 40):
            allowed = number in (1, 101) or (number in range(0, 100, 2) and argument < 40)
            wanted = ALLOW if allowed else ENOSYS if number == 3 else EPERM
            assert decide(program, own, number, argument) == wanted


def test_a_filter_that_is_kept_names_the_process_that_asks() -> None:
    kept = known_filter(view=True)
    for pid in (7, 1, 1, 70_000, 7):
        program = _Told.from_address(kept.address(pid))
        code = ctypes.string_at(program.filter, 8 * program.length)
        assert code == build_filter(os.uname().machine, pid, view=True)
