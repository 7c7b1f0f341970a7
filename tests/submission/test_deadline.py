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
    """

    computes: float
    starves: float
    needs: float
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

    def receive(self, looks: Iterable[float]) -> tuple[dict[str, Any], list[bytes]]:
        """Return the answer, or raise if it is late."""
        answers_at = 100.0 + self.needs / (1.0 - self.starves)
        for until in looks:
            if answers_at <= until:
                self.now = max(self.now, answers_at)
                return ANSWER
            self.now = max(self.now, until)
        raise DeadlinePassed


def ask(monkeypatch: pytest.MonkeyPatch, machine: Machine) -> Deadline:
    machine.asked = machine.now
    monkeypatch.setattr(deadline, "time", machine)
    asked = Deadline(cast("Any", machine), wall_seconds=5.0, cpu_seconds=10.0)
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
