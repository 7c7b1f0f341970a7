"""Calls that are sent at once: what comes back is what comes back from one call after the other."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from grader.checks import Student
from grader.errors import Crashed, OverLimit
from grader.sandbox.doctor import LEVELS, make_launcher
from grader.sandbox.launcher import Launcher, Limits, RunnerSpec
from grader.submission import Session
from grader.submission.connection.queries import MOST_BYTES, Pipeline, Query
from grader.wire import Rng, encode
from grader.wire.requests import Call

from .conftest import PROFILE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

FILE = "ex/work.py"
SOURCE = """
    import os, sys, time
    import numpy as np

    kept = np.zeros(3)
    count = 0

    def fine():
        return 42

    def double(x):
        return 2 * x

    def halves(x):
        return x // 2

    def draw(n, rng):
        return rng.standard_normal(n)

    def filled(value):
        kept[:] = value
        return kept

    def counted():
        global count
        count += 1
        return count

    def raises_for(x, bad):
        if x == bad:
            raise ValueError(f"not {x}")
        return x

    def sleeps(seconds):
        time.sleep(seconds)
        return seconds

    def dies_for(x, bad):
        if x == bad:
            os._exit(3)
        return x

    def applies(function, x):
        return function(x)

    def says(word):
        print(word)
"""


def calls(session: Session, name: str, *arguments: Any) -> list[Any]:
    return session.calls(FILE, name, arguments)


def test_each_call_gives_what_it_gives_alone(opened: Any) -> None:
    session = opened(SOURCE)
    arguments = [[3, Rng(1)], [3, Rng(1)], [4, Rng(2)]]
    got = calls(session, "draw", *arguments)
    alone = [session.call(FILE, "draw", one).value for one in arguments]
    assert all(map(np.array_equal, got, alone))
    assert calls(session, "counted", [], [], []) == [1, 2, 3]


def test_an_object_that_is_given_again_is_taken_as_it_was(opened: Any) -> None:
    first, second = calls(opened(SOURCE), "filled", [1.0], [2.0])
    assert first.tolist() == [1.0] * 3
    assert second.tolist() == [2.0] * 3


def test_the_next_are_on_the_line_before_the_first_is_done(opened: Any) -> None:
    session = opened(SOURCE)
    assert session.call(FILE, "fine", []).value == 42
    sent = []
    line = session._runners.connection
    send = line.send

    def counted(frame: bytes, deadline: float) -> None:
        sent.append(len(frame))
        send(frame, deadline)

    line.send = counted
    calls(session, "double", [1], [2], [3])
    assert len(sent) == 1


def test_what_is_large_is_sent_as_it_is_asked(opened: Any) -> None:
    large = np.arange(100_000.0)
    first, second = calls(opened(SOURCE), "double", [large], [-large])
    assert np.array_equal(first, 2 * large)
    assert np.array_equal(second, -2 * large)


def sent_for(session: Any, name: str, *arguments: Any) -> tuple[list[int], list[Any]]:
    """Return how many bytes were sent at once for several calls, and what came of these."""
    assert session.call(FILE, "fine", []).value == 42
    sent = []
    line = session._runners.connection
    send = line.send

    def counted(frame: bytes, deadline: float) -> None:
        sent.append(len(frame))
        send(frame, deadline)

    line.send = counted
    return sent, calls(session, name, *arguments)


def test_what_there_is_no_room_for_follows_while_replies_are_read(opened: Any) -> None:
    given = [np.full(60, float(k)) for k in range(100)]
    sent, came = sent_for(opened(SOURCE), "double", *([one] for one in given))
    assert all(np.array_equal(got, 2 * one) for got, one in zip(came, given, strict=True))
    assert len(sent) < 60
    assert max(sent) <= MOST_BYTES
    assert sum(sent) > 10 * MOST_BYTES


def test_no_more_is_on_the_line_than_there_is_room_for() -> None:
    pipeline = Pipeline()
    given = [np.full(60, float(k)) for k in range(100)]
    queries = [
        Query(request=Call(FILE, "double", 1, encode([one])[0]), doing="it", seconds=1.0)
        for one in given
    ]
    unread = len(pipeline.begin(queries))
    for query in queries:
        size = pipeline._sent[0][2]
        assert pipeline.take(query) is not None
        unread += len(pipeline.more())
        assert unread <= MOST_BYTES
        unread -= size  # it has been answered
    assert (pipeline.first, pipeline.more()) == (None, b"")


def test_one_that_is_large_goes_between_those_that_are_small(opened: Any) -> None:
    given = [np.full(5000 if k % 7 == 3 else 40, float(k)) for k in range(40)]
    sent, came = sent_for(opened(SOURCE), "double", *([one] for one in given))
    assert all(np.array_equal(got, 2 * one) for got, one in zip(came, given, strict=True))
    assert len(sent) < len(given)


def test_no_request_is_on_the_line_while_a_function_of_ours_is_called(opened: Any) -> None:
    session = opened(SOURCE + "\n    def perhaps(f, x):\n        return x if f is None else f(x)\n")
    given = [[(lambda x: x + 1) if k % 3 == 1 else None, k] for k in range(12)]
    right = [k + 1 if k % 3 == 1 else k for k in range(12)]
    assert calls(session, "perhaps", *given) == right


def test_nothing_follows_one_that_raises(opened: Any) -> None:
    said = "if x[0] == bad:\n            raise ValueError('not it')\n        print(int(x[0]))"
    session = opened(SOURCE.replace('if x == bad:\n            raise ValueError(f"not {x}")', said))
    given = [[np.full(60, float(k)), 50] for k in range(100)]
    with pytest.raises(Crashed, match="not "):
        calls(session, "raises_for", *given)
    assert session.generation == 0
    assert session.take_printed().split() == [str(k) for k in range(50)]
    assert calls(session, "double", [5], [6]) == [10, 12]


def test_one_of_many_that_ends_its_process_is_blamed(opened: Any) -> None:
    session = opened(
        SOURCE.replace("if x == bad:\n            os", "if x[0] == bad:\n            os")
    )
    given = [[np.full(60, float(k)), 50] for k in range(100)]
    for _ in range(3):
        with pytest.raises(Crashed, match="`dies_for`"):
            calls(session, "dies_for", *given)
    assert session.generation == 2
    assert session.call(FILE, "fine", []).value == 42


def test_what_a_loop_raises_comes_before_what_the_next_call_raises(opened: Any) -> None:
    """All are on the line at once, and each is looked at as in a loop of single calls."""
    student, seen = Student(opened(SOURCE), FILE), []
    for given, came in student.each("halves", 2, 4, "none", 6):
        seen.append((given, came))
        if given == 4:
            break  # as an exception would leave it
    assert seen == [(2, 1), (4, 2)]
    with pytest.raises(Crashed, match="`halves`"):
        list(student.each("halves", 2, "none", 6))
    assert list(student.each("halves", 8)) == [(8, 4)]
    assert list(student.instead(halves=lambda x: x).each("halves", 8)) == [(8, 8)]
    assert list(student.reading(halves=lambda came, x: came + x).each("halves", 8)) == [(8, 12)]
    assert not list(student.each("halves"))


def test_functions_of_ours_are_called_back(opened: Any) -> None:
    session = opened(SOURCE)
    assert calls(session, "applies", [lambda x: x + 1, 1], [lambda x: x + 2, 1]) == [2, 3]


def test_the_first_that_fails_is_told_and_the_rest_is_taken_in(opened: Any) -> None:
    session = opened(SOURCE)
    with pytest.raises(Crashed, match="not 2"):
        calls(session, "raises_for", [1, 2], [2, 2], [3, 2], [2, 2])
    assert session.generation == 0
    assert calls(session, "double", [5], [6]) == [10, 12]


def test_each_has_a_deadline_of_its_own(opened: Any) -> None:
    session = opened(SOURCE, call_seconds=2.0)
    assert calls(session, "sleeps", [0.8], [0.8], [0.8]) == [0.8] * 3
    with pytest.raises(OverLimit, match="`sleeps` took more than 2 seconds"):
        calls(session, "sleeps", [0.1], [300], [0.1])
    assert session.call(FILE, "fine", []).value == 42


def test_after_one_that_raises_the_rest_is_not_done(opened: Any) -> None:
    hangs = SOURCE.replace('f"not {x}")', 'f"not {x}")\n        time.sleep(x)\n        print(x)')
    session = opened(hangs, call_seconds=1.0)
    for _ in range(3):
        with pytest.raises(Crashed, match="not 1"):
            calls(session, "raises_for", [1, 1], [30, 0])
    # What would have slept on would have been ended at its deadline, or have printed.
    assert (session.generation, session.take_printed()) == (0, "")
    assert session.call(FILE, "raises_for", [0.1, 0]).value == 0.1
    assert session.notes == []


def test_who_does_not_keep_to_that_loses_the_process_and_no_more(opened: Any) -> None:
    """As if the runner had been changed from within, it goes on all the same."""
    session = opened(SOURCE, call_seconds=1.0)
    assert session.call(FILE, "fine", []).value == 42
    client = session._client
    with pytest.raises(Crashed), client.ahead(queries := unchained()):
        client.ask(queries[0])
    assert session.generation == 1
    assert session.call(FILE, "fine", []).value == 42


def unchained() -> list[Query]:
    """Return a call that raises and one that never ends, which are sent without their chain."""
    asked: list[tuple[str, list[Any]]] = [("raises_for", [1, 1]), ("sleeps", [30])]
    return [
        Unchained(request=Call(FILE, name, len(given), encode(given)[0]), doing="it", seconds=1.0)
        for name, given in asked
    ]


class Unchained(Query):
    """A query that is asked in any case."""

    def numbered(self, *, chained: bool = False) -> tuple[int, bytes]:
        """Leave the chain out."""
        del chained
        return Query.numbered(self)


def test_one_that_ends_its_process_is_blamed_and_twice_is_enough(opened: Any) -> None:
    session = opened(SOURCE)
    for _ in range(3):
        with pytest.raises(Crashed, match="`dies_for`"):
            calls(session, "dies_for", [1, 2], [2, 2], [3, 2])
    assert session.generation == 2
    assert session.call(FILE, "fine", []).value == 42


def test_what_the_exercise_may_use_holds_for_all_of_them(opened: Any) -> None:
    session = opened(SOURCE, exercise_wall_seconds=1.0)
    with pytest.raises(OverLimit):
        calls(session, "sleeps", [0.7], [0.7], [0.7], [0.7])
    with pytest.raises(OverLimit):
        session.call(FILE, "fine", [])


def test_what_they_write_is_kept(opened: Any) -> None:
    session = opened(SOURCE)
    calls(session, "says", ["one"], ["two"])
    assert session.take_printed().split() == ["one", "two"]


def test_the_file_of_a_check_gives_them_with_functions_in_the_place_of_others(opened: Any) -> None:
    source = SOURCE + "\n    def uses(x):\n        return fine() + x\n"
    student = Student(opened(source), FILE)
    assert student.calls("uses", [1], [2]) == [43, 44]
    assert student.instead(fine=lambda: 0).calls("uses", [1], [2]) == [1, 2]


def test_no_calls_are_none(opened: Any) -> None:
    session = opened(SOURCE)
    assert calls(session, "fine") == []
    assert session.call(FILE, "fine", []).value == 42


def test_an_object_that_is_held_is_not_looked_for_in_another_process(opened: Any) -> None:
    session = opened(
        SOURCE
        + """
    import threading

    class Model:
        pass

    def model():
        threading.Timer(0.3, os._exit, [5]).start()
        return Model()

    def waits(held, seconds):
        time.sleep(seconds)
        return seconds
"""
    )
    held = session.make(FILE, "model", [])
    with pytest.raises(Crashed, match="ended the process"):
        calls(session, "waits", [held, 0.0], [held, 0.6], [held, 0.0])


@pytest.fixture(scope="module", params=LEVELS)
def launcher(request: pytest.FixtureRequest, need: Callable[[str], None]) -> Iterator[Launcher]:
    """Return a launcher of each level, which the tests of a level share."""
    need(request.param)
    made = make_launcher(request.param)
    yield made
    made.close()


@pytest.fixture
def session_of(launcher: Launcher, stubs: Path) -> Iterator[Any]:
    """Return what opens a session where a runner knows what comes after its files."""
    sessions = []

    def make(source: str, **limits: float) -> Session:
        order = RunnerSpec(
            files={FILE: dedent(source).encode(), "ex/second.py": b"def fine():\n    return 43\n"},
            folder="ex",
            stubs=stubs,
            profile=PROFILE,
            limits=Limits(**limits),  # type: ignore[arg-type]
        )
        sessions.append(Session(launcher, order, seed=1))
        return sessions[-1]

    yield make
    for session in sessions:
        session.close()


def test_they_are_answered_as_soon_as_the_file_is_loaded(session_of: Any) -> None:
    session = session_of(SOURCE)
    assert calls(session, "counted", [], []) == [1, 2]
    assert calls(session, "counted", []) == [3]
    assert session.close().calls == 3


def test_a_file_that_cannot_be_loaded_is_loaded_once(session_of: Any) -> None:
    session = session_of("print('loading')\nfine = 1 / 0\n")
    for _ in range(2):
        with pytest.raises(Crashed, match="ZeroDivisionError"):
            calls(session, "fine", [], [], [])
    assert session.call("ex/second.py", "fine", []).value == 43
    assert session.take_printed() == "loading\n"
    assert session.generation == 0
    assert session.close().calls == 1


def test_a_file_that_takes_too_long_is_blamed_for_that(session_of: Any) -> None:
    session = session_of("import time\nfine = time.sleep(60)\n", import_seconds=0.5)
    with pytest.raises(OverLimit, match=r"since line 2 of ex/work\.py took more than 0\.5 s"):
        calls(session, "fine", [], [])
    assert session.call("ex/second.py", "fine", []).value == 43


def test_the_first_function_that_ends_its_process_is_blamed(session_of: Any) -> None:
    session = session_of(SOURCE)
    with pytest.raises(Crashed, match="`dies_for`"):
        calls(session, "dies_for", [2, 2], [1, 2])
    assert calls(session, "double", [1], [2]) == [2, 4]


def test_a_file_that_ends_its_process_is_to_blame_for_it(session_of: Any) -> None:
    """It is loaded as soon as its runner has begun, before that has said that it has begun."""
    for source in ("import os\nfine = os._exit(3)", "fine = 1 / 0"):
        with pytest.raises(Crashed, match=r"since line . of ex/work\.py"):
            session_of(source).call(FILE, "fine", [])
