"""Whatever ends a command, nothing of it goes on, and no folder of it stays."""

from __future__ import annotations

import contextlib
import os
import random
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from grader.sandbox.doctor import obstacle

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
# A launcher hands variables that begin so to every process that it starts.
MARK = "OPENBLAS_MARK_OF_A_TEST"
# Generous: a busy machine is slow, and only what never ends is a failure.
PATIENT_COMMANDS = 20
PATIENCE_SECONDS = 120.0
SLOW = """
import time

def relu(z):
    time.sleep(4)
"""
SEED = 20260801


def marked(mark: str) -> dict[int, str]:
    """Return the live processes with a mark, with their command lines."""
    found = {}
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            pid = int(folder.name)
            if f"{MARK}={mark}".encode() not in (folder / "environ").read_bytes():
                continue
            state = (folder / "stat").read_text().rpartition(")")[2].split()[0]
            if state not in "ZX":
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ")
                found[pid] = command.decode("utf-8", "replace")[:100]
    return found


def wait_for(condition: Callable[[], bool]) -> bool:
    until = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)  # to look through all processes takes 5 ms of a processor
    return True


def run_and_end(  # the whole story of one command
    folder: Path, level: str, workers: int, number: int, target: str, chance: random.Random
) -> tuple[dict[int, str], list[str], int, str]:
    """Start a command, end it or a part of it at a random moment, and say what is left of it.

    Returns
    -------
    dict, list of str, int, str
        Processes; temporary folders; the exit code; what it said.
    """
    mark, temporary = secrets.token_hex(8), folder / "temporary"
    temporary.mkdir()
    for parent in (temporary, *temporary.parents):
        if parent.name.startswith("pytest-"):
            parent.chmod(0o755)
    folder.chmod(0o755)
    temporary.chmod(0o1777)
    for name in ("ann", "bob", "cat", "dan"):
        (folder / "class" / name / "warm_up").mkdir(parents=True)
        (folder / "class" / name / "warm_up" / "neuron.py").write_text(SLOW)
    command = [sys.executable, "-m", "grader", "grade", str(folder / "class"), "--exercise", "0"]
    command += ["--course", str(ROOT), "--out", str(folder / "out"), "--workers", str(workers)]
    said = folder / "said"
    with said.open("wb") as output:
        process = subprocess.Popen(
            [*command, "--isolation", level],
            env={**os.environ, MARK: mark, "TMPDIR": str(temporary)},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    most = {"none": 1 + workers, "reduced": 2 + workers, "full": 2 + workers}[level]
    count = chance.randint(1, most)
    assert wait_for(lambda: len(marked(mark)) >= count or process.poll() is not None)
    time.sleep(chance.random())
    if target == "command":
        process.send_signal(number)
    else:
        others = [pid for pid in marked(mark) if pid != process.pid]
        for pid in others[:1] if target == "one" else others:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        process.send_signal(signal.SIGTERM)
    try:
        code = process.wait(PATIENCE_SECONDS)
    finally:
        process.kill()
    wait_for(lambda: not marked(mark))
    left = marked(mark)
    for pid in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    if number != signal.SIGKILL:  # a guard removes its folder right after the command has gone
        wait_for(lambda: not list(temporary.iterdir()))
    return left, [path.name for path in temporary.iterdir()], code, said.read_text()


CASES = [
    ("full", 1, signal.SIGKILL, "command"),
    ("full", 2, signal.SIGTERM, "command"),
    ("full", 2, signal.SIGKILL, "command"),
    ("reduced", 2, signal.SIGKILL, "command"),
    ("reduced", 1, signal.SIGHUP, "command"),
    ("none", 1, signal.SIGTERM, "command"),
    ("none", 2, signal.SIGKILL, "command"),
    ("none", 2, signal.SIGHUP, "command"),
    ("full", 2, signal.SIGKILL, "one"),
]


@pytest.mark.skipif(sys.platform != "linux", reason="linux: /proc tells what lives")
@pytest.mark.sampled(2)
@pytest.mark.parametrize(("level", "workers", "number", "target"), CASES)
def test_nothing_outlives_a_command(
    tmp_path: Path, level: str, workers: int, number: signal.Signals, target: str
) -> None:
    if level != "none" and (problem := obstacle(level)):
        pytest.skip(f"{level}: {problem}")
    chance = random.Random(f"{SEED} {level} {workers} {number}")  # noqa: S311  (no secret)
    left, folders, code, said = run_and_end(tmp_path, level, workers, number, target, chance)
    assert left == {}
    if number == signal.SIGKILL:
        # What nobody could remove is removed by the next command.
        environment = {**os.environ, "TMPDIR": str(tmp_path / "temporary")}
        command = [sys.executable, "-m", "grader", "stubs", "--check", "--course", str(tmp_path)]
        # A runner that was being started as the command died holds it until it is one.
        for _ in range(PATIENT_COMMANDS):
            subprocess.run(command, env=environment, capture_output=True, check=False)
            folders = [path.name for path in (tmp_path / "temporary").iterdir()]
            if not folders:
                break
            time.sleep(0.5)
    assert folders == []
    if target == "command" and number != signal.SIGKILL:
        assert code == 128 + number, said
        assert said.endswith("Stopped: the reports that were finished are whole.\n")
        assert "Traceback" not in said
