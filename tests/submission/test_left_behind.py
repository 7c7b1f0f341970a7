"""What an answer leaves in a process costs the one who left it, and never who comes after."""

from __future__ import annotations

import os
import select
from typing import TYPE_CHECKING, Any

import pytest

from grader.errors import Crashed, Failed, OverLimit
from grader.sandbox.plain import PlainProcess

if TYPE_CHECKING:
    from grader.submission import Session

SOURCE = """
    import os, threading, time

    class Model:
        pass

    def build():
        return Model()

    def uses(model):
        return 1

    def leaves_a_thread():
        def end():
            time.sleep(0.05)
            os._exit(3)
        threading.Thread(target=end).start()
        return 1

    def fine():
        return 42

    def lasting():
        time.sleep(0.3)
        return 43

    def minimise(f):
        for _ in range(20):
            f(1.0)
            time.sleep(0.02)
        return 44

    def ends():
        os._exit(4)
"""


def call(session: Session, name: str, *arguments: Any, file: str = "ex/work.py") -> Any:
    return session.call(file, name, arguments).value


def wait_for_its_end(session: Session) -> None:
    """Wait until the process has ended by itself; who comes next finds it as it is."""
    process: Any = session._runners.connection.process  # type: ignore[union-attr]
    if isinstance(process, PlainProcess):
        os.waitid(os.P_PID, process._process.pid, os.WEXITED | os.WNOWAIT)
    else:
        select.select([process._handle], [], [])


def test_who_finds_a_dead_process_is_not_blamed(at_levels: Any) -> None:
    session = at_levels(SOURCE)
    assert call(session, "leaves_a_thread") == 1
    wait_for_its_end(session)
    assert call(session, "fine") == 42
    (note,) = session.notes
    assert note.startswith("The process ended after `leaves_a_thread` had given its answer, by a ")
    assert note.endswith("; `fine` was tried again in a fresh one.")
    assert session.close().restarts == 1


def test_who_is_ended_in_the_middle_is_not_blamed(at_levels: Any) -> None:
    session = at_levels(SOURCE)
    assert call(session, "leaves_a_thread") == 1
    assert call(session, "lasting") == 43
    assert session.close().restarts == 1


def test_an_import_into_a_dead_process_is_not_blamed(opened: Any) -> None:
    session = opened({"ex/work.py": SOURCE, "ex/good.py": "def f():\n    return 7\n"})
    assert call(session, "leaves_a_thread") == 1
    wait_for_its_end(session)
    assert call(session, "f", file="ex/good.py") == 7
    assert "importing ex/good.py was tried again" in session.notes[0]


def test_an_import_that_ends_a_fresh_process_is_to_blame(opened: Any) -> None:
    session = opened({"ex/work.py": SOURCE, "ex/bad.py": "import os\nf = os._exit(5)\n"})
    assert call(session, "fine") == 42
    with pytest.raises(Crashed, match=r"line 2 of ex/bad\.py ended the process \(exit code 5\)"):
        call(session, "f", file="ex/bad.py")
    (note,) = session.notes
    assert note.startswith("Line 2 of ex/bad.py ended the process (exit code 5)")
    assert call(session, "fine") == 42


def test_who_ends_it_twice_is_to_blame_and_not_called_again(opened: Any) -> None:
    session = opened(SOURCE)
    assert call(session, "fine") == 42
    for _ in range(5):
        with pytest.raises(Crashed, match="`ends` ended the process"):
            call(session, "ends")
    assert call(session, "fine") == 42
    assert session.notes == []
    assert session.close().restarts == 2


def test_an_object_that_went_with_its_process_is_told_to_be_lost(opened: Any) -> None:
    session = opened(SOURCE)
    model = session.make("ex/work.py", "build", [])
    assert call(session, "leaves_a_thread") == 1
    wait_for_its_end(session)
    with pytest.raises(Crashed, match="exit code 3"):  # it is seen now, by who asks for the object
        call(session, "uses", model)
    with pytest.raises(Failed, match="needs the Model that was made before"):
        call(session, "uses", model)


def test_what_was_called_back_is_not_called_back_again(opened: Any) -> None:
    session = opened(SOURCE)
    seen: list[float] = []
    assert call(session, "leaves_a_thread") == 1
    with pytest.raises(Crashed, match="`minimise` ended the process"):
        call(session, "minimise", seen.append)
    assert 0 < len(seen) < 20
    seen.clear()
    assert call(session, "minimise", seen.append) == 44
    assert len(seen) == 20


def test_who_ends_the_process_after_its_own_answer_is_to_blame(opened: Any) -> None:
    session = opened(SOURCE)
    assert call(session, "leaves_a_thread") == 1
    wait_for_its_end(session)
    with pytest.raises(Crashed, match="`leaves_a_thread` ended the process"):
        call(session, "leaves_a_thread")
    assert session.notes == []


def test_leaving_things_behind_buys_no_more_processes(opened: Any) -> None:
    session = opened(SOURCE, restarts=3)
    calls = 0

    def again_and_again() -> None:
        nonlocal calls
        while calls < 20:
            call(session, "leaves_a_thread")
            wait_for_its_end(session)
            call(session, "fine")
            calls += 1

    with pytest.raises(OverLimit, match="ended its process 4 times"):
        again_and_again()
    assert calls == 3
    assert session.close().restarts == 3
