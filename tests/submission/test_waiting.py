"""How the judge waits for answers, and claims about several calls that are sent at once."""

from __future__ import annotations

import types
from typing import Any

import pytest

from grader.checks import Case, Disagreement, Student, all_agree
from grader.errors import CourseError, Crashed
from grader.submission.connection.connection import SOON

FILE = "ex/work.py"
SOURCE = """
    import time

    def fine():
        return 42

    def halves(x):
        return x // 2

    def raises_for(x, bad):
        if x == bad:
            raise ValueError(f"not {x}")
        return x

    def sleeps(seconds):
        time.sleep(seconds)
        return seconds

    def says(word):
        print(word)
"""


def test_a_loop_over_calls_is_one_of_single_calls(opened: Any) -> None:
    """`in_turn` takes several arguments, and says what each call said before the next is read."""
    reference = types.ModuleType("reference")
    student = Student(opened(SOURCE), FILE, reference=reference)
    came = student.in_turn("raises_for", (1, 3), (2, 3), (3, 3), (4, 3))
    assert [next(came), next(came)] == [1, 2]
    with pytest.raises(Crashed, match="`raises_for`"):
        next(came)
    with pytest.raises(CourseError, match="does not define"):
        list(student.in_turn("missing_here", (1,)))


def test_all_of_a_claim_are_on_the_line_at_once_and_judged_in_order(opened: Any) -> None:
    session = opened(SOURCE)
    assert session.call(FILE, "fine", []).value == 42
    sent, send = [], session._runners.connection.send

    def counted(frame: bytes, until: float) -> None:
        sent.append(frame)
        send(frame, until)

    session._runners.connection.send = counted
    reference = types.ModuleType("reference")
    vars(reference)["halves"] = lambda x: x / 2
    case = Case(session, FILE, reference, (), (0,))
    all_agree(case, "halves", (2,), (4,), (6,))
    assert len(sent) == 1
    with pytest.raises(Disagreement, match="`halves`"):  # 5 is wrong, before "none" raises
        all_agree(case, "halves", (4,), (5,), ("none",))
    with pytest.raises(Crashed, match="`halves`"):
        all_agree(case, "halves", (4,), ("none",), (5,))


@pytest.mark.skipif(not SOON, reason="linux: a socket whose reads end after milliseconds")
def test_what_comes_soon_is_waited_for_by_reading(opened: Any) -> None:
    session = opened(SOURCE)
    assert session.call(FILE, "fine", []).value == 42
    connection, waits = session._runners.connection, []
    wait = connection._wait

    def counted(seconds: float) -> int:
        waits.append(seconds)
        ready: int = wait(seconds)
        return ready

    connection._wait = counted
    for _ in range(50):
        assert session.call(FILE, "fine", []).value == 42
    assert len(waits) < 50  # all that were answered within milliseconds: none on a quiet machine
    waits.clear()
    assert session.call(FILE, "sleeps", [0.1]).value == 0.1
    assert waits


def test_output_that_nobody_reads_holds_no_reply_up(opened: Any) -> None:
    """While the judge waits for a reply by reading, the output may fill up: then it is taken."""
    session = opened(SOURCE)
    for _ in range(3):
        assert session.call(FILE, "says", ["word " * 200_000]).value is None
    assert session.take_printed().startswith("word word")
