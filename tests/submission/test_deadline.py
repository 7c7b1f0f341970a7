"""How long a query may take, on a machine whose clocks are set by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

import pytest

from grader.submission.connection import deadline
from grader.submission.connection.deadline import (
    Deadline,
    DeadlinePassed,
    MachineOverloaded,
    ProcessorTimeSpent,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

ANSWER: tuple[dict[str, Any], list[bytes]] = ({"op": "value"}, [])


@dataclass
class Machine:
    """A simulated runner that computes, sleeps and waits for a processor in fixed proportions.

    Attributes
    ----------
    computes, starves : float
        Parts of the time; what is left it sleeps.
    needs : float
        Seconds of a processor, and of sleep, after which it answers.
    judge_starves : float
        The part of the time in which the judge waits for a processor, and the runner for the judge.
    """

    computes: float
    starves: float
    needs: float
    judge_starves: float = 0.0
    now: float = 100.0
    asked: float = field(default=0.0)

    def monotonic(self) -> float:
        """Return the time."""
        return self.now

    def cpu_seconds(self) -> float:
        """Return the processor time."""
        return self.computes * (self.now - 100.0)

    def starved_seconds(self) -> float:
        """Return the waiting time since the last call."""
        since, self.asked = self.starves * (self.now - self.asked), self.now
        return since

    def starved_here(self) -> float:
        """Return how long the judge waited for a processor."""
        return self.judge_starves * self.now

    def receive(
        self, looks: Iterable[float], comes_at: float | None = None
    ) -> tuple[dict[str, Any], list[bytes]]:
        """Return the answer, or raise if it is late."""
        answers_at = comes_at or 100.0 + self.needs / (1.0 - self.starves)
        for until in looks:
            if answers_at <= until:
                self.now = max(self.now, answers_at)
                return ANSWER
            self.now = max(self.now, until)
        raise DeadlinePassed

    def call_back(self, asked: Deadline) -> None:
        """Call the judge twenty times a second until the end; raise if that is late."""
        ends = 100.0 + self.needs / (1.0 - self.starves - self.judge_starves)
        while self.now < ends:
            self.receive(asked.looks(), min(self.now + 0.05, ends))
            asked.answers()


def ask(monkeypatch: pytest.MonkeyPatch, machine: Machine, *, serves: bool = False) -> Deadline:
    machine.asked = machine.now
    monkeypatch.setattr(deadline, "time", machine)
    monkeypatch.setattr(deadline, "starved_here", machine.starved_here)
    asked = Deadline(cast("Any", machine), wall_seconds=5.0, cpu_seconds=10.0, serves=serves)
    if serves:
        machine.call_back(asked)
    else:
        assert machine.receive(asked.looks()) == ANSWER
    return asked


@pytest.mark.parametrize("starves", [0.0, 0.05, 0.3, 0.6, 0.85])
def test_three_seconds_of_a_processor_are_never_too_many(
    monkeypatch: pytest.MonkeyPatch, starves: float
) -> None:
    asked = ask(monkeypatch, Machine(computes=1.0 - starves, starves=starves, needs=3.0))
    assert asked.wall_seconds == pytest.approx(3.0)


def test_on_a_busy_machine_a_second_of_a_processor_does_less(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ask(monkeypatch, Machine(computes=0.5, starves=0.5, needs=8.0))
    with pytest.raises(DeadlinePassed):
        ask(monkeypatch, Machine(computes=1.0, starves=0.0, needs=8.0))


def test_who_never_ends_is_stopped_on_a_busy_machine_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ProcessorTimeSpent):
        ask(monkeypatch, Machine(computes=0.5, starves=0.5, needs=1e9))


def test_who_sleeps_is_late_however_busy_the_machine_is(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(computes=0.0, starves=0.0, needs=1e9)
    with pytest.raises(DeadlinePassed):
        ask(monkeypatch, machine)
    assert machine.now == pytest.approx(105.0, abs=0.2)
    machine = Machine(computes=0.1, starves=0.3, needs=1e9)  # it computes a little, and sleeps
    with pytest.raises(DeadlinePassed):
        ask(monkeypatch, machine)
    assert machine.now < 112.0


def test_a_machine_that_gives_no_processor_decides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MachineOverloaded):
        ask(monkeypatch, Machine(computes=0.02, starves=0.98, needs=3.0))


def test_an_answer_that_the_judge_was_too_busy_to_read_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    machine = Machine(computes=1.0, starves=0.0, needs=5.05)  # just there, as the judge looks
    assert ask(monkeypatch, machine).wall_seconds == pytest.approx(5.05)


@pytest.mark.parametrize("starves", [0.0, 0.2])
@pytest.mark.parametrize("judge_starves", [0.05, 0.4, 0.7])
def test_a_judge_that_waits_for_a_processor_does_not_make_a_runner_late(
    monkeypatch: pytest.MonkeyPatch, judge_starves: float, starves: float
) -> None:
    machine = Machine(
        computes=1.0 - judge_starves - starves,
        starves=starves,
        needs=3.0,
        judge_starves=judge_starves,
    )
    assert ask(monkeypatch, machine, serves=True).wall_seconds == pytest.approx(3.0)


def test_who_sleeps_is_late_however_busy_the_judge_is(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(computes=0.05, starves=0.0, needs=1e9, judge_starves=0.5)
    with pytest.raises(DeadlinePassed):
        ask(monkeypatch, machine, serves=True)
    assert machine.now < 115.0


def test_a_judge_that_gets_no_processor_decides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(computes=0.02, starves=0.0, needs=3.0, judge_starves=0.98)
    with pytest.raises(MachineOverloaded):
        ask(monkeypatch, machine, serves=True)


def test_a_judge_that_is_not_asked_for_anything_gives_no_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    machine = Machine(computes=0.1, starves=0.0, needs=1e9, judge_starves=0.6)
    with pytest.raises(DeadlinePassed):
        ask(monkeypatch, machine)
    assert machine.now == pytest.approx(105.0, abs=0.2)


def test_what_was_waited_before_a_repetition_is_not_counted_in_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    machine = Machine(computes=0.2, starves=0.3, needs=3.0, judge_starves=0.5)
    asked = ask(monkeypatch, machine, serves=True)
    machine.now += 10.0
    asked.forgive()
    machine.now += 5.0
    assert asked.wall_seconds == pytest.approx(0.7 * 5.0)


@pytest.mark.parametrize(("needs", "counted"), [(0.0004, 0.001), (0.004, 0.004), (2.0, 2.0)])
def test_of_a_short_request_all_counts_and_of_a_longer_one_no_waiting(
    monkeypatch: pytest.MonkeyPatch, needs: float, counted: float
) -> None:
    asked = ask(monkeypatch, Machine(computes=0.5, starves=0.5, needs=needs))
    assert asked.counted_seconds == pytest.approx(counted, rel=0.21)
    assert asked.counted_seconds <= 2.0 * needs + 1e-9


def test_the_processor_time_that_was_just_read_is_not_read_again() -> None:
    machine = Machine(computes=1.0, starves=0.0, needs=1.0)
    reads = []

    class Counting:
        starved_seconds = machine.starved_seconds

        def cpu_seconds(self) -> float:
            reads.append(1)
            return 7.0

    asked = Deadline(cast("Any", Counting()), wall_seconds=5.0, cpu_seconds=10.0, began=3.0)
    assert not reads
    assert asked.cpu_seconds == 4.0
