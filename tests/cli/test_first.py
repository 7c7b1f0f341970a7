"""As the first process of a container: orphans are collected, signals and codes pass through."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="linux: containers are on Linux")

# In a process namespace of its own the first process is number 1.
NAMESPACE = """
import ctypes, os, signal, sys, time

def call(name, *arguments):
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments):
        raise OSError(ctypes.get_errno(), name)

call("unshare", 0x1000_0000 | 0x2000_0000)
waiting, ready = os.pipe()
first = os.fork()
if first:
    if sys.argv[1] == "signal":
        os.read(waiting, 1)
        os.kill(first, signal.SIGTERM)
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(first, 0)[1]))

from grader.cli.pid_one import step_aside
assert os.getpid() == 1
if sys.argv[1] != "orphan alone":
    step_aside()
    assert os.getpid() == 2
if sys.argv[1] == "code":
    os._exit(7)
if sys.argv[1] == "signal":
    signal.signal(signal.SIGTERM, lambda *_: os._exit(9))
    os.write(ready, b".")
    time.sleep(60)
    os._exit(0)
read, write = os.pipe()
middle = os.fork()
if middle == 0:
    if os.fork() == 0:
        os.write(write, str(os.getpid()).encode())
        os._exit(0)
    os._exit(0)
os.waitpid(middle, 0)
orphan = int(os.read(read, 20))
until = time.monotonic() + (1 if sys.argv[1] == "orphan alone" else 60)
while time.monotonic() < until:
    try:
        os.kill(orphan, 0)  # one that nobody has waited for is still there
    except ProcessLookupError:
        os._exit(0)
    time.sleep(0.02)
os._exit(5)
"""


@pytest.mark.parametrize(
    ("what", "code"), [("orphan", 0), ("orphan alone", 5), ("code", 7), ("signal", 9)]
)
def test_the_first_process_does_its_duties(
    need: Callable[[str], None], what: str, code: int
) -> None:
    need("full")  # a process namespace
    command = [sys.executable, "-c", NAMESPACE, what]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    assert run.returncode == code, run.stderr
