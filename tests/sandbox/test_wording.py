"""A limit of the kernel that is hit reaches the student as a sentence: which one, how much."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from grader.errors import Crashed, OverLimit
from grader.sandbox.launcher import Limits
from grader.submission import Session
from grader.submission.failures.sentences import late

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.sandbox.isolated import IsolatedLauncher
    from grader.sandbox.launcher import RunnerSpec

LIMITS = Limits(memory_mib=256, disk_mib=2, processes=20, open_files=32, call_seconds=20.0)
BYTES = "for n in range(64):\n    open(f'{n}', 'wb').write(bytes(1 << 17))"
FILES = "for n in range(5000):\n    open(f'{n}', 'w').close()"
ONE = "open('one', 'wb').truncate(1 << 30)"
OPEN = "kept = [open('/dev/null') for _ in range(500)]"
THREADS = """
import threading
threading.stack_size(1 << 18)
for _ in range(5000):
    threading.Thread(target=threading.Event().wait, daemon=True).start()
"""
# What is left when a stack does not fit is enough for a thread to begin: Python 3.13 waits for it.
WIDE_THREADS = """
import threading
threading.stack_size(1 << 24)
for _ in range(5000):
    threading.Thread(target=threading.Event().wait, daemon=True).start()
"""
ARRAY = "import numpy\nnumpy.ones(1 << 30)"
LIST = "kept = []\nwhile True:\n    kept.append(bytes(1 << 20))"
WRAPPED = "raise RuntimeError('DefaultCPUAllocator: can\\'t allocate memory: you tried 9 bytes')"


@pytest.mark.parametrize(
    ("level", "body", "limit", "sentence"),
    [
        ("full", BYTES, "disk_mib", "wrote more than there is room for: 2 MiB, in 128 files."),
        ("full", FILES, "disk_mib", "wrote more than there is room for: 2 MiB, in 128 files."),
        ("full", ONE, "disk_mib", "larger than the limit of 2 MiB allows"),
        ("full", OPEN, "open_files", "had more than 32 files open at the same time"),
        ("reduced", OPEN, "open_files", "had more than 32 files open at the same time"),
        ("full", THREADS, "processes", f"another thread: the limit is {LIMITS.threads} threads"),
        ("reduced", WIDE_THREADS, "processes", "their stacks in 256 MiB of memory"),
        ("full", ARRAY, "memory_mib", "needed more than its 256 MiB of memory. Unable to allocate"),
        ("reduced", LIST, "memory_mib", "needed more than its 256 MiB of memory."),
        ("full", WRAPPED, "memory_mib", "needed more than its 256 MiB of memory."),
    ],
)
def test_it_says_which_limit_and_how_much(
    shared_launchers: Callable[..., IsolatedLauncher],
    shared_spec: Callable[..., RunnerSpec],
    level: str,
    body: str,
    limit: str,
    sentence: str,
) -> None:
    session = Session(shared_launchers(level), shared_spec(body, LIMITS))
    with pytest.raises(OverLimit) as caught:
        session.call("net/submission.py", "attack", [])
    session.close()
    assert caught.value.limit == limit
    assert caught.value.message.startswith("`attack` ")
    assert sentence in caught.value.message
    assert "Errno" not in caught.value.message
    assert caught.value.hint
    assert caught.value.frames[-1].file == "net/submission.py"


# As a thread waits for one that has found no memory to begin with, from Python 3.13 on.
FULL_AND_WAITING = """
import threading
import numpy
started = threading.Event()
kept, size = [], 1 << 26
while size >= 1 << 14:
    try:
        kept.append(numpy.empty(size, numpy.uint8))
    except MemoryError:
        size //= 2
started.wait()
"""
WAITING = "import threading\nkept = bytearray(1 << 26)\nthreading.Event().wait()"


@pytest.mark.parametrize("level", ["full", "reduced"])
@pytest.mark.parametrize(("body", "is_told"), [(FULL_AND_WAITING, True), (WAITING, False)])
def test_who_waits_without_any_memory_left_is_told_of_it(
    shared_launchers: Callable[..., IsolatedLauncher],
    shared_spec: Callable[..., RunnerSpec],
    level: str,
    body: str,
    *,
    is_told: bool,
) -> None:
    short = replace(LIMITS, call_seconds=2.0)
    session = Session(shared_launchers(level), shared_spec(body, short))
    with pytest.raises(OverLimit) as caught:
        session.call("net/submission.py", "attack", [])
    session.close()
    said = caught.value.message
    assert said.startswith("`attack` took more than 2 seconds")
    assert said.endswith("Its 256 MiB of memory were used up, and it was waiting.") is is_told
    assert caught.value.hint.startswith("Without memory no thread can begin.") is is_told


@pytest.mark.parametrize("doing", ["`attack`", "importing net/submission.py"])
@pytest.mark.parametrize(
    ("idle", "room", "is_told"),
    [(True, 0.0, True), (True, 1.9, True), (True, 2.1, False), (False, 0.0, False)],
)
def test_who_computes_or_has_memory_left_is_not_told_of_it(
    doing: str, room: float, *, idle: bool, is_told: bool
) -> None:
    said = late(doing, 2.0, 2.0, LIMITS, idle=idle, room=room)
    assert ("of memory were used up" in said.message) is is_told
    assert said.limit == ("import_seconds" if doing.startswith("importing") else "call_seconds")
    assert (
        late(doing, 2.0, 2.0, LIMITS, idle=True).message
        == late(doing, 2.0, 2.0, LIMITS, idle=False).message
    )


@pytest.mark.parametrize(
    "body", ["import socket\nsocket.socket()", "os.fork()", "open('/etc/x', 'w')"]
)
def test_what_is_forbidden_says_so(attack: Callable[..., Any], body: str) -> None:
    with pytest.raises(Crashed) as caught:
        attack("full", (), body)
    if caught.value.exception == "PermissionError":
        assert "no network, starts no other programs" in caught.value.hint
    else:
        assert "/etc/x" in caught.value.message
