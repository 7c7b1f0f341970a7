"""Whose fault is a dead process: only what the submission can have done is its own."""

from __future__ import annotations

import os
import select
import signal
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from grader.errors import Crashed, Failed, OverLimit, RunnerKilled, SubmissionError
from grader.sandbox.plain import PlainLauncher
from grader.submission.session import Session

from .conftest import LIMITS, make_spec

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from grader.sandbox.isolated import IsolatedLauncher
    from grader.sandbox.launcher import Launcher, RunnerSpec

FILE, NAME = "net/submission.py", "attack"
CALLS_BACK = """
    sends, held = given[0], bytearray(given[1] << 20)
    for place in range(0, len(held), 4096):
        held[place] = 1
    return sends(1.0)
"""
LOWERS_ITS_LIMIT = """
    import resource, signal
    {}
    resource.setrlimit(resource.RLIMIT_CPU, {})
    while True:
        pass
"""
ENDS_ITSELF = [
    "os.kill(os.getpid(), 9)",
    "os.kill(os.getpid(), 15)",
    "import signal; signal.raise_signal(signal.SIGKILL)",
    "import signal, threading; signal.pthread_kill(threading.get_ident(), 9)",
    "import ctypes; ctypes.CDLL(None).kill(os.getpid(), 9); os._exit(1)",
    "import ctypes; ctypes.CDLL(None).syscall(234, os.getpid(), os.getpid(), 9); os._exit(1)",
    "os.abort()",
    "os._exit(137)",
    "import ctypes; ctypes.string_at(0)",
    LOWERS_ITS_LIMIT.format("", "(1, 1)"),
    LOWERS_ITS_LIMIT.format("", "(1, 2)"),
    LOWERS_ITS_LIMIT.format("signal.signal(signal.SIGXCPU, signal.SIG_IGN)", "(1, 1)"),
    "held = []\nwhile True: held.append(bytearray(1 << 24))",
    """
    import resource, sys
    resource.setrlimit(resource.RLIMIT_STACK, (4096, 4096))
    sys.setrecursionlimit(10**9)
    deep = lambda n: deep(n + 1)
    deep(0)
    """,
    """
    import mmap
    held = open("/box/x" if os.path.isdir("/box") else "x", "wb+")
    held.truncate(4096)
    seen = mmap.mmap(held.fileno(), 4096)
    held.truncate(0)
    seen[0]
    """,
    "import time\nos.closerange(3, 200)\ntime.sleep(1000)",
    "import signal\nsignal.setitimer(signal.ITIMER_REAL, 0.01)\nwhile True: pass",
]
each_level = pytest.mark.parametrize("level", ["full", "reduced", "none"])
shut_in = pytest.mark.parametrize("level", ["full", "reduced"])
# Each at one level and then at the other, which comes first in turn: the gate has the first.
AT_BOTH_LEVELS = [
    (("full", "reduced")[(number + second) % 2], body)
    for number, body in enumerate(ENDS_ITSELF)
    for second in (0, 1)
]


@pytest.fixture
def begun(shared_launchers: Callable[..., IsolatedLauncher]) -> Callable[[str], Launcher]:
    """Return the launcher of a level: what is killed here are runners, and never a zygote."""
    return lambda level: PlainLauncher() if level == "none" else shared_launchers(level)


def kill_runner(session: Session, number: int = signal.SIGKILL) -> None:
    """End the live runner from outside, and wait until it has gone."""
    line = session._runners.connection
    assert line is not None
    process: Any = line.process
    pid = (
        process._process.pid
        if isinstance(process, object) and hasattr(process, "_process")
        else process._number
    )
    handle = os.pidfd_open(pid)
    os.kill(pid, number)
    waiting = select.poll()
    waiting.register(handle, select.POLLIN)
    assert waiting.poll(30_000)
    os.close(handle)


def killing(session: Session, times: int, number: int = signal.SIGKILL) -> Callable[[float], float]:
    """Return a function for the submission to call, which ends its runner so many times."""
    left = iter(range(times))

    def call_back(value: float) -> float:
        if next(left, None) is not None:
            kill_runner(session, number)
        return value

    return call_back


@shut_in
def test_a_runner_that_others_kill_is_no_error_of_the_submission(
    begun: Callable[[str], Launcher], shared_spec: Callable[..., RunnerSpec], level: str
) -> None:
    session = Session(begun(level), shared_spec(CALLS_BACK))
    with pytest.raises(RunnerKilled, match=r"not your fault.*ended from outside"):
        session.call(FILE, NAME, [killing(session, 1), 1])
    assert session.killed_outside == 1
    assert session.call(FILE, NAME, [killing(session, 0), 1]).value == 1.0
    session.close()


def test_what_others_have_ended_costs_no_time_and_no_restart(
    begun: Callable[[str], Launcher], shared_spec: Callable[..., RunnerSpec]
) -> None:
    wanted = shared_spec(CALLS_BACK)
    wanted = replace(wanted, limits=replace(wanted.limits, restarts=0))
    session = Session(begun("full"), wanted)
    for _ in range(4):
        with pytest.raises(RunnerKilled):
            session.call(FILE, NAME, [killing(session, 1), 1])
        assert session._runners.account.cpu_seconds == 0.0
    assert session.call(FILE, NAME, [killing(session, 0), 1]).value == 1.0
    session.close()


def test_other_signals_of_a_person_at_level_reduced(
    begun: Callable[[str], Launcher], shared_spec: Callable[..., RunnerSpec]
) -> None:
    session = Session(begun("reduced"), shared_spec(CALLS_BACK))
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        with pytest.raises(RunnerKilled):
            session.call(FILE, NAME, [killing(session, 1, number), 1])
    session.close()


@shut_in
def test_who_had_nearly_used_up_its_memory_is_to_blame(
    begun: Callable[[str], Launcher], shared_spec: Callable[..., RunnerSpec], level: str
) -> None:
    session = Session(begun(level), shared_spec(CALLS_BACK))
    with pytest.raises(Crashed, match="SIGKILL"):
        session.call(FILE, NAME, [killing(session, 1), 400])  # of 512 MiB
    session.close()


def test_at_level_none_nobody_knows_and_the_second_time_counts(
    begun: Callable[[str], Launcher], shared_spec: Callable[..., RunnerSpec]
) -> None:
    session = Session(begun("none"), shared_spec(CALLS_BACK))
    with session.tried(again=True), pytest.raises(RunnerKilled):
        session.call(FILE, NAME, [killing(session, 1), 1])
    with session.tried(again=False), pytest.raises(Crashed, match="SIGKILL"):
        session.call(FILE, NAME, [killing(session, 1), 1])
    session.close()


@pytest.mark.sampled(3)
@pytest.mark.parametrize(("level", "body"), AT_BOTH_LEVELS)
def test_who_ends_itself_is_to_blame(
    shared_launchers: Callable[..., IsolatedLauncher], shared_stubs: Path, level: str, body: str
) -> None:
    """Whatever it does, it is never taken for what others have done: nobody gains by it."""
    limits = replace(LIMITS, memory_mib=256, exercise_cpu_seconds=2.0)
    session = Session(shared_launchers(level), make_spec(shared_stubs, body, limits))
    with session.tried(again=True), pytest.raises(SubmissionError) as raised:
        session.call(FILE, NAME, [1], seconds=20.0)
    assert isinstance(raised.value, Crashed | OverLimit | Failed)
    assert session.killed_outside == 0
    session.close()


@each_level
def test_what_was_held_by_a_runner_that_others_ended_is_not_lost_by_the_submission(
    begun: Callable[[str], Launcher], shared_spec: Callable[..., RunnerSpec], level: str
) -> None:
    session = Session(begun(level), shared_spec("class Model: pass\nreturn Model()"))
    with session.tried(again=True):
        model = session.make(FILE, NAME, [])
        kill_runner(session)
        with pytest.raises(RunnerKilled):
            session.make(FILE, NAME, [])
        with pytest.raises(RunnerKilled):
            session.call(FILE, NAME, [model])
    session.close()
