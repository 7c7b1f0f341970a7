"""Deadlines, strikes, budgets and caps: kept by the judge, whatever the submission does."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from grader.errors import Crashed, GraderError, OverLimit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.submission import Session

ENDLESS = """
    def neighbour():
        return 42

    def stubborn():
        while True:
            try:
                while True:
                    pass
            except BaseException:
                continue

    def deaf():
        import signal
        for number in range(1, 64):
            try:
                signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError):
                pass
        while True:
            pass

    def recursing(n=0):
        try:
            return recursing(n + 1)
        except RecursionError:
            return recursing(n)

    def asleep():
        import time
        time.sleep(1000)

    def forked():
        import os, time
        if os.fork() == 0:
            time.sleep(1000)
        time.sleep(1000)

    def threaded():
        import threading
        def spin():
            while True:
                pass
        threading.Thread(target=spin).start()
        return 1

    def threaded_for_ever():
        import threading
        def spin():
            while True:
                sum(range(100_000))
        threading.Thread(target=spin).start()
        threading.Event().wait()

    def busy(seconds):
        import time
        while time.process_time() < seconds:
            pass
        return 1

    def slow():
        import time
        time.sleep(0.12)
        return 1
"""


def call(session: Session, name: str, *arguments: Any) -> Any:
    return session.call("ex/work.py", name, arguments).value


@pytest.mark.parametrize("name", ["stubborn", "deaf", "asleep"])
def test_a_function_that_never_returns_is_stopped(opened: Any, name: str) -> None:
    is_stopped(opened(ENDLESS, call_seconds=0.3), name)


@pytest.mark.parametrize("name", ["deaf", "forked"])
def test_so_it_is_without_isolation(without_isolation: Any, name: str) -> None:
    is_stopped(without_isolation(ENDLESS, call_seconds=0.3), name)


def is_stopped(session: Session, name: str) -> None:
    """Check the outcome of a call that never returns, and of the next call."""
    with pytest.raises(OverLimit, match=f"`{name}` took more than 0.3 seconds") as caught:
        call(session, name)
    assert caught.value.limit == "call_seconds"
    assert call(session, "neighbour") == 42


def test_it_costs_two_deadlines_and_no_more(opened: Any) -> None:
    session = opened(ENDLESS, call_seconds=0.3)
    for _ in range(20):
        with pytest.raises(OverLimit, match="`stubborn` took more than"):
            call(session, "stubborn")
        assert call(session, "neighbour") == 42
    assert session.close().restarts == 2


def test_a_function_that_dies_is_not_called_a_third_time(opened: Any) -> None:
    session = opened("import os\n\ndef f():\n    os._exit(1)\n")
    for _ in range(10):
        with pytest.raises(Crashed, match="exit code 1"):
            call(session, "f")
    assert session.close().restarts == 1


def test_an_import_that_never_ends_is_tried_once(opened: Any) -> None:
    session = opened("while True:\n    f = 1\n", import_seconds=0.3)
    for _ in range(10):
        with pytest.raises(OverLimit, match=r"line \d of ex/work.py took more") as caught:
            call(session, "f")
        assert caught.value.limit == "import_seconds"
        assert "__main__" in caught.value.hint
    assert session.close().restarts == 1


def test_training_at_import_counts_as_import(opened: Any) -> None:
    session = opened(
        "import time\ntime.sleep(0.4)\n\ndef f():\n    return 1\n",
        import_seconds=5.0,
        call_seconds=0.2,
    )
    assert call(session, "f") == 1


def test_one_endless_file_does_not_cost_the_other(opened: Any) -> None:
    session = opened(
        {"ex/work.py": "def f():\n    return 1\n", "ex/bad.py": "while True:\n    f = 1\n"},
        import_seconds=0.3,
    )
    with pytest.raises(OverLimit):
        session.call("ex/bad.py", "f", [])
    assert call(session, "f") == 1


def test_the_exercise_has_a_budget(opened: Any) -> None:
    session = opened(ENDLESS, call_seconds=60.0, exercise_wall_seconds=1.5)
    assert call(session, "neighbour") == 42
    with pytest.raises(OverLimit, match=r"`asleep` was stopped when the exercise had") as caught:
        call(session, "asleep")
    assert caught.value.limit == "exercise_wall_seconds"
    with pytest.raises(OverLimit, match=r"had used its 1.5 seconds"):
        call(session, "neighbour")


def test_a_deadline_says_whether_it_was_computing_or_waiting(opened: Any) -> None:
    session = opened(ENDLESS, call_seconds=0.5)
    hints = {}
    for name in ("stubborn", "asleep"):
        with pytest.raises(OverLimit) as caught:
            call(session, name)
        hints[name] = caught.value.hint
    assert "loop that never ends" in hints["stubborn"]
    assert "waiting, not computing" in hints["asleep"]


@pytest.mark.parametrize("name", ["stubborn", "deaf", "threaded_for_ever"])
def test_processor_time_of_a_call_is_limited(opened: Any, name: str) -> None:
    may_not_compute_longer(opened(ENDLESS, call_seconds=20.0, call_cpu_seconds=0.4), name)


def test_it_is_limited_without_isolation_too(without_isolation: Any) -> None:
    session = without_isolation(ENDLESS, call_seconds=20.0, call_cpu_seconds=0.4)
    may_not_compute_longer(session, "threaded_for_ever")


def may_not_compute_longer(session: Session, name: str) -> None:
    """Check the outcome of a call that computes for longer than 0.4 seconds."""
    with pytest.raises(OverLimit, match=f"`{name}` used more than 0.4 CPU seconds") as caught:
        call(session, name)
    assert caught.value.limit == "call_cpu_seconds"
    assert call(session, "neighbour") == 42
    usage = session.close()
    assert usage.cpu_seconds is not None
    assert usage.cpu_seconds >= 0.4


@contextmanager
def crowd(pid: int) -> Iterator[None]:
    """Let a process share one processor with three busy ones."""
    processor = min(os.sched_getaffinity(0))
    spin = [sys.executable, "-c", "while True: pass"]
    others = [subprocess.Popen(spin) for _ in range(3)]
    try:
        for one in (pid, *(other.pid for other in others)):
            os.sched_setaffinity(one, {processor})
        yield
    finally:
        for other in others:
            other.kill()
            other.wait()


def test_a_machine_that_is_busy_with_others_fails_nobody(without_isolation: Any) -> None:
    session = without_isolation(ENDLESS, call_seconds=0.8)
    assert call(session, "neighbour") == 42
    with crowd(session._runners.connection.process._process.pid):
        assert call(session, "busy", 0.6) == 1
        with pytest.raises(OverLimit):
            call(session, "asleep")
    usage = session.close()
    assert usage.wall_seconds < 0.8 * 3


def test_waiting_is_no_processor_time(opened: Any) -> None:
    session = opened(ENDLESS, call_cpu_seconds=0.05)
    for _ in range(5):
        assert call(session, "slow") == 1


def test_a_call_that_may_take_longer_may_also_compute_longer(opened: Any) -> None:
    session = opened(ENDLESS, call_seconds=20.0, call_cpu_seconds=0.4)
    with pytest.raises(OverLimit, match=r"more than 0.8 CPU seconds"):
        session.call("ex/work.py", "stubborn", [], seconds=40.0)


def test_processor_time_has_a_budget_over_all_processes(opened: Any) -> None:
    limits = {"call_seconds": 20.0, "call_cpu_seconds": 0.3, "exercise_cpu_seconds": 0.8}
    session = opened(ENDLESS, **limits)
    for name in ("stubborn", "deaf"):
        with pytest.raises(OverLimit, match=r"more than 0.3 CPU seconds"):
            call(session, name)
    with pytest.raises(OverLimit, match=r"stopped when the exercise had used its 0.8 CPU"):
        call(session, "threaded_for_ever")
    with pytest.raises(OverLimit, match=r"used its 0.8 CPU seconds before this check") as caught:
        call(session, "neighbour")
    assert caught.value.limit == "exercise_cpu_seconds"


def test_the_kernel_holds_the_budget_where_the_clock_cannot_be_read(
    without_isolation: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("grader.sandbox.clock._asking", lambda: None)
    session = without_isolation(
        ENDLESS, call_seconds=20.0, call_cpu_seconds=0.2, exercise_cpu_seconds=0.5
    )
    with pytest.raises(OverLimit, match="CPU seconds") as caught:
        call(session, "stubborn")
    assert caught.value.limit == "exercise_cpu_seconds"


def test_a_full_disk_of_the_machine_is_not_the_submissions_fault(
    without_isolation: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = without_isolation("def f():\n    open('/dev/full', 'wb', 0).write(b'x')\n")
    with pytest.raises(OverLimit, match="more than there is room for"):
        call(session, "f")  # it says so itself, and it is not so
    monkeypatch.setattr("grader.submission.connection.client.LITTLE_ROOM", 1 << 80)
    with pytest.raises(GraderError, match="disk of the machine that grades is full"):
        call(session, "f")


def test_restarts_have_a_budget(opened: Any) -> None:
    functions = [f"def f{n}():\n    os._exit(1)\n" for n in range(6)]
    session = opened("import os\n\n" + "\n".join(functions), restarts=3)
    for n in range(4):
        with pytest.raises(Crashed):
            call(session, f"f{n}")
    with pytest.raises(OverLimit, match="ended its process 4 times"):
        call(session, "f5")


def test_a_thread_left_behind_does_no_harm(opened: Any) -> None:
    session = opened(ENDLESS, call_seconds=2.0)
    assert call(session, "threaded") == 1
    assert call(session, "neighbour") == 42


def test_a_hundred_megabytes_of_output_are_cut(opened: Any) -> None:
    session = opened(
        """
        import sys

        def f():
            line = "x" * 99 + "\\n"
            for _ in range(100):
                sys.stdout.write(line * 10_000)
            return 1
        """,
        output_kib=64,
        call_seconds=20.0,
    )
    assert call(session, "f") == 1
    printed = session.take_printed()
    assert printed.startswith("xxx")
    assert "more bytes left out: 64 KiB are kept" in printed
    assert len(printed) < (64 << 10) + 100
    assert call(session, "f") == 1


def test_output_of_every_kind_is_caught_in_order(without_isolation: Any) -> None:
    session = without_isolation("""
        import os, subprocess, sys
        print("at import")

        def f():
            print("printed: é")
            sys.stderr.write("to stderr\\n")
            os.write(1, b"raw \\xff\\n")
            subprocess.run(["echo", "from a child"])
            return 1

        def g():
            sys.stdout.close()
            sys.stderr = None
            return 2

        def h():
            os.close(1)
            os.close(2)
            return 3
    """)
    assert call(session, "f") == 1
    printed = session.take_printed()
    assert printed.split("\n") == [
        "at import",
        "printed: é",
        "to stderr",
        "raw �",
        "from a child",
        "",
    ]
    assert session.take_printed() == ""
    assert call(session, "g") == 2
    assert call(session, "h") == 3
    assert call(session, "g") == 2
