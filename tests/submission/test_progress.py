"""A long call tells how far it has come; what a submission makes of that is shown at most."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from grader.errors import SubmissionError
from grader.submission import ProgressEvent

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.submission import Session

LONG = 300.0
SOURCE = """
    import time
    from grader.runner import progress

    def train(steps):
        for step in range(steps):
            time.sleep(0.3)
            progress.tell(step + 1, steps)
        return "trained"

    def fast():
        for step in range(10_000):
            progress.tell(step + 1, 10_000)

    def lie():
        for pair in [(0, 3), (4, 3), (-1, 3), (2.5, 3), ("x" * 10**5, 3), (True, True),
                     (10**400, 10**401), ([1], {}), (None, None), (2, 3)]:
            progress._listeners[-1](*pair)

    def flood():
        while True:
            progress._listeners[-1](1, 2)

    def wrongly():
        try:
            progress._listeners[-1](1)
        except RuntimeError:
            return "refused"

    def listeners():
        return len(progress._listeners)
"""


@pytest.fixture
def heard(opened: Callable[..., Session]) -> tuple[Session, list[ProgressEvent]]:
    """Return a session whose calls may be long, and what it tells."""
    told: list[ProgressEvent] = []
    session = opened(SOURCE, call_seconds=LONG, exercise_wall_seconds=LONG, callbacks=2_000)
    session.progress = told.append
    return session, told


def test_a_long_call_tells_its_limit_its_steps_and_its_end(
    heard: tuple[Session, list[ProgressEvent]],
) -> None:
    session, told = heard
    assert session.call("ex/work.py", "train", [3]).value == "trained"
    assert told == [
        ProgressEvent(call="train", limit_seconds=LONG),
        *(ProgressEvent(call="train", limit_seconds=LONG, done=k, of=3) for k in (1, 2, 3)),
        ProgressEvent(),
    ]


def test_a_short_call_tells_nothing(heard: tuple[Session, list[ProgressEvent]]) -> None:
    session, told = heard
    assert session.call("ex/work.py", "listeners", [], seconds=5.0).value == 0
    assert session.call("ex/work.py", "train", [1], seconds=5.0).value == "trained"
    assert told == []


def test_steps_that_follow_fast_are_left_out(heard: tuple[Session, list[ProgressEvent]]) -> None:
    session, told = heard
    session.call("ex/work.py", "fast", [])
    assert 2 < len(told) < 100


def test_numbers_without_sense_are_passed_over(heard: tuple[Session, list[ProgressEvent]]) -> None:
    session, told = heard
    session.call("ex/work.py", "lie", [])
    assert [(doing.done, doing.of) for doing in told] == [(0, 0), (2, 3), (0, 0)]


def test_telling_without_end_costs_the_call_and_nothing_else(
    heard: tuple[Session, list[ProgressEvent]],
) -> None:
    session, told = heard
    with pytest.raises(SubmissionError, match="2,000"):
        session.call("ex/work.py", "flood", [])
    assert 2 < len(told) < 200
    assert told[-1] == ProgressEvent()
    assert session.call("ex/work.py", "listeners", [], seconds=5.0).value == 0


def test_telling_wrongly_is_refused(heard: tuple[Session, list[ProgressEvent]]) -> None:
    session, _ = heard
    assert session.call("ex/work.py", "wrongly", []).value == "refused"
