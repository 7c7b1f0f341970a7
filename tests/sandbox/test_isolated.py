"""Runners of the isolated levels: honest work goes as ever, and nothing is left of the rest."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import subprocess
import sys
import textwrap
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from grader.errors import Crashed, GraderError, OverLimit, RunnerKilled
from grader.sandbox.launcher import Limits
from grader.sandbox.plain import PlainLauncher
from grader.submission.session import Session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.sandbox.isolated import IsolatedLauncher
    from grader.sandbox.launcher import RunnerSpec

    Launchers = Callable[..., IsolatedLauncher]
    Specs = Callable[..., RunnerSpec]

FILE, NAME = "net/submission.py", "attack"
GUARD_ZYGOTE_SPARE = 3
OTHERS: set[int] = set()  # processes that this one had before a test
both_levels = pytest.mark.parametrize("level", ["full", "reduced"])


def processes_of(judge: int) -> list[int]:
    """Return the guards, zygotes and children that a process has started, oldest first.

    Tests ask again and again, and `Path` takes three times as long for all processes of a machine.
    """
    parents = {}
    for name in filter(str.isdigit, os.listdir("/proc")):  # noqa: PTH208
        with contextlib.suppress(OSError), open(f"/proc/{name}/stat", "rb") as file:  # noqa: PTH123
            state, parent = file.read().rpartition(b")")[2].split(maxsplit=2)[:2]
            if state != b"Z":
                parents[int(name)] = int(parent)
    found = {judge}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return sorted(pid for pid in found if b"grader.sandbox.zygote" in command_of(pid))


def command_of(pid: int) -> bytes:
    """Return a process's command line; nothing where it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def signal_all(pids: list[int], number: int) -> None:
    """Send a signal to all processes; one may end others with it."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def is_alive(pid: int) -> bool:
    """Return whether a process runs, or is stopped."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_until_gone(pids: list[int], seconds: float = 60.0) -> list[int]:
    """Return the processes that are left after some seconds."""
    until = time.monotonic() + seconds
    while (left := [pid for pid in pids if is_alive(pid)]) and time.monotonic() < until:
        time.sleep(0.02)
    return left


@pytest.fixture(autouse=True)
def others() -> Iterator[None]:
    """Remember the processes of launchers that other tests share."""
    OTHERS.update(processes_of(os.getpid()))
    yield
    OTHERS.clear()


def ours() -> list[int]:
    """Return the processes that a test has started."""
    return [pid for pid in processes_of(os.getpid()) if pid not in OTHERS]


def all_of_us() -> list[int]:
    """Return those of this process when none is made or cleared away any more."""
    found, since = ours(), time.monotonic()
    until = since + 60.0
    while time.monotonic() < min(since + 0.3, until):
        time.sleep(0.05)
        if (now := ours()) != found:
            found, since = now, time.monotonic()
    return found


def settled(count: int, seconds: float = 60.0) -> int:
    """Return how many those are when they are so many, or when the time is up."""
    until = time.monotonic() + seconds
    while (now := len(ours())) != count and time.monotonic() < until:
        time.sleep(0.05)
    return now


@both_levels
def test_an_honest_submission_is_not_hindered(
    launchers: Launchers, spec: Specs, level: str
) -> None:
    session = Session(
        launchers(level),
        spec("""
            import json, math, random, numpy as np, borrowed
            print("printed")
            values = np.random.default_rng(3).random(given[0].shape)
            return values @ np.linalg.inv(values) + borrowed.VALUE, os.getcwd(), np.random.rand()
        """),
    )
    (matrix, folder, first) = session.call(FILE, NAME, [np.eye(3)]).value
    assert np.allclose(matrix, np.eye(3) + 7)
    assert folder.endswith("/submission/net")
    assert session.take_printed() == "printed\n"
    usage = session.close()
    assert usage.cpu_seconds is not None
    assert 0 < usage.cpu_seconds < 5
    assert usage.peak_memory_mib is not None
    assert 5 < usage.peak_memory_mib < 500
    again = Session(launchers(level), spec("import numpy as np\nreturn np.random.rand()"))
    assert again.call(FILE, NAME, []).value == first
    again.close()


@pytest.mark.sampled(2, 1)
@both_levels
def test_what_the_judge_keeps_to_itself_by_habit_is_laid_out_all_the_same(
    launchers: Launchers, spec: Specs, level: str
) -> None:
    before = os.umask(0o077)
    try:
        session = Session(launchers(level), spec("import borrowed\nreturn borrowed.VALUE"))
        assert session.call(FILE, NAME, []).value == 7
        session.close()
    finally:
        os.umask(before)


@both_levels
def test_limits_are_told_apart(launchers: Launchers, spec: Specs, level: str) -> None:
    launcher = launchers(level)
    limits = Limits(memory_mib=256, exercise_cpu_seconds=0.5, call_seconds=20.0)
    endless = Session(launcher, spec("while True: pass", limits))
    with pytest.raises(OverLimit) as cpu:
        endless.call(FILE, NAME, [])
    assert cpu.value.limit == "exercise_cpu_seconds"
    assert (endless.close().cpu_seconds or 0) >= 0.4
    greedy = Session(launcher, spec("import numpy\nreturn numpy.ones(1 << 27).sum()", limits))
    with pytest.raises(OverLimit) as memory:
        greedy.call(FILE, NAME, [])
    assert memory.value.limit == "memory_mib"
    greedy.close()
    crash = Session(launcher, spec("os._exit(7)", limits))
    with pytest.raises(Crashed, match="exit code 7"):
        crash.call(FILE, NAME, [])
    crash.close()


@both_levels
def test_nothing_is_left_after_many_runs(launchers: Launchers, spec: Specs, level: str) -> None:
    launcher = launchers(level)
    honest, attack = spec("return 1"), spec("import threading\nos._exit(3)")
    seen = []
    for number in range(51):
        session = Session(launcher, attack if number % 5 == 3 else honest)
        try:
            session.call(FILE, NAME, [])
        except Crashed:
            assert number % 5 == 3
        session.close()
        if number in (0, 50):
            gc.collect()  # what an earlier test has left
            zygote = max(ours())
            folder = Path(f"/proc/{min(ours())}/mounts")
            count = [len(list(Path(f"/proc/{p}/fd").iterdir())) for p in (os.getpid(),)]
            seen.append((count, len(folder.read_text().splitlines()), settled(GUARD_ZYGOTE_SPARE)))
            assert zygote
    assert seen[0] == seen[1]
    before = ours()
    launcher.close()
    assert wait_until_gone(before) == []
    assert ours() == []
    assert not list(Path("/tmp").glob(f"grader-*/{51}"))  # noqa: S108


JUDGE = """
import sys, time
from pathlib import Path
from grader.sandbox.isolated import IsolatedLauncher
from grader.sandbox.launcher import Limits, RunnerSpec, Profile
stubs = Path(sys.argv[2])
spec = RunnerSpec(
    files={"a.py": b"def f():\\n while True: pass\\n"}, folder=".", stubs=stubs,
    profile=Profile(name="numpy"), limits=Limits(),
)
process = IsolatedLauncher(sys.argv[1]).start(spec)
print(process.root, flush=True)
time.sleep(60)
"""


@both_levels
def test_nothing_survives_a_judge_that_was_killed(
    need: Callable[[str], None], stubs: Path, level: str
) -> None:
    need(level)
    judge = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(JUDGE), level, str(stubs)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert judge.stdout is not None
    root = judge.stdout.readline().strip()
    started = processes_of(judge.pid)
    assert len(started) >= 3
    judge.kill()
    judge.wait()
    judge.stdout.close()
    assert wait_until_gone(started) == []
    until = time.monotonic() + 60.0
    while Path(root).exists() and time.monotonic() < until:
        time.sleep(0.02)
    assert not Path(root).exists()


@pytest.mark.sampled(2)
@both_levels
def test_a_zygote_that_has_died_is_replaced(launchers: Launchers, spec: Specs, level: str) -> None:
    launcher = launchers(level)
    for _ in range(2):
        session = Session(launcher, spec("return 1"))
        assert session.call(FILE, NAME, []).value == 1
        session.close()
        killed = all_of_us()
        signal_all(killed, signal.SIGKILL)
        assert not wait_until_gone(killed)
    session = Session(launcher, spec("return 2"))
    assert session.call(FILE, NAME, []).value == 2
    session.close()


@pytest.mark.sampled(2, 1)
@both_levels
def test_a_child_that_was_sent_before_its_zygote_died_leaves_no_files(
    launchers: Launchers, spec: Specs, level: str
) -> None:
    launcher = launchers(level)
    counts = []
    for _ in range(4):
        launcher.start(spec("return 1")).end()
        counts.append(len(list(Path("/proc/self/fd").iterdir())))
        killed = all_of_us()
        signal_all(killed, signal.SIGKILL)
        assert not wait_until_gone(killed)
    assert len(set(counts)) == 1, counts


def test_a_zygote_that_hangs_is_replaced(
    launchers: Launchers, spec: Specs, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("zygotes", "isolated_process"):
        monkeypatch.setattr(f"grader.sandbox.{module}.ANSWER_SECONDS", 3.0)
    launcher = launchers("full")
    launcher.start(spec("return 1")).end()
    before = all_of_us()  # a child that is made now would not be stopped, and be enough
    signal_all(before, signal.SIGSTOP)
    launcher.start(spec("return 1")).end()
    assert wait_until_gone(before) == []


@pytest.mark.sampled(2)
@both_levels
def test_a_zygote_that_dies_under_a_submission_is_no_error_of_the_submission(
    launchers: Launchers, spec: Specs, level: str
) -> None:
    session = Session(launchers(level), spec("return 1"))
    assert session.call(FILE, NAME, []).value == 1
    signal_all(ours(), signal.SIGKILL)
    with pytest.raises(RunnerKilled):
        session.call(FILE, NAME, [])
    assert session.call(FILE, NAME, []).value == 1
    session.close()


def test_a_preload_that_does_not_exist_is_told(launchers: Launchers, spec: Specs) -> None:
    launcher = launchers("full")
    wrong = spec("return 1")
    wrong = replace(wrong, profile=replace(wrong.profile, preload=("no_such_module",)))
    with pytest.raises(GraderError, match="no_such_module"):
        launcher.start(wrong)
    launcher.close()
    assert ours() == []


@pytest.mark.parametrize("level", ["full", "reduced", "none"])
def test_where_the_course_lies_is_not_told(
    launchers: Launchers, spec: Specs, stubs: Path, level: str
) -> None:
    body = """
        import sys, borrowed
        told = [*sys.path, *sys.argv, *os.environ.values(), borrowed.__file__, os.getcwd()]
        try:
            told.append(open("/proc/self/cmdline").read())
        except OSError:
            pass
        return told, borrowed.VALUE
    """
    launcher = PlainLauncher() if level == "none" else launchers(level)
    session = Session(launcher, spec(body))
    told, value = session.call(FILE, NAME, []).value
    session.close()
    assert value == 7
    assert not [text for text in told if str(stubs) in text]
