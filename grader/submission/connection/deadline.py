"""How long one request may take, in wall-clock time and in processor time."""

from __future__ import annotations

__all__ = ["Deadline", "DeadlinePassed", "MachineOverloaded", "ProcessorTimeSpent"]

import os
import time
from typing import TYPE_CHECKING

from grader.sandbox.clock import starved_here

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.sandbox.launcher import Process

SHORTEST_LOOK_SECONDS = 0.02
IDLE_SHARE = 0.05
# A busy machine must not fail a right answer: at most so many more deadlines are granted.
MOST_EXTENSIONS = 5
# The least extra time, however short the deadline is, so that a few busy seconds decide nothing.
LEAST_PATIENCE_SECONDS = 20.0
# If a runner waited for a processor for this part of its time, the machine is busy. A second of
# processor time does less there, too, so the runner may use up all of its processor time.
BUSY_SHARE = 0.1
# Of a shorter request it is not asked how long it waited for a processor: that takes as long as a
# part of the request. All of it counts, as at most a thousandth of what a call may take.
SHORT_SECONDS = 1e-3
# A reply may have come while the judge itself had no processor.
LAST_LOOK_SECONDS = 0.1
PROCESSORS = os.cpu_count() or 1  # asking the system takes as long as a short call


class DeadlinePassed(Exception):
    """The deadline passed before the reply was complete."""


class ProcessorTimeSpent(Exception):
    """The processor time was used up before the reply was complete."""


class MachineOverloaded(Exception):
    """The machine was too busy to tell whether the reply would have come in time."""


class Deadline:
    """Computes how long to wait, and reads the processor time no more often than necessary.

    A runner cannot use more than the whole time of every processor, however many threads it has;
    so its processor time is not read before that could reach the limit.

    Parameters
    ----------
    process : Process
        The runner. If the machine does not tell its processor time, only the deadline counts.
    wall_seconds, cpu_seconds : float
        The limits of the request. Time in which the runner was ready without a processor is added.
        If that is more than a tenth of the time, the machine is busy. Then only the processor time
        decides, for at most five times `wall_seconds` more, or 20 s.
    serves : bool
        Whether the runner may call functions of the judge. Then time for which it waits for the
        judge, and the judge for a processor, is added, too: it looks as if the runner slept.
    began : float, optional
        The processor seconds of the runner, if they have just been read.

    Attributes
    ----------
    until : float
        The time of the deadline, on `time.monotonic`.
    was_late : bool
        Whether the deadline has been moved.
    """

    def __init__(
        self,
        process: Process,
        *,
        wall_seconds: float,
        cpu_seconds: float,
        serves: bool = False,
        began: float | None = None,
    ) -> None:
        self._clock = process.cpu_seconds
        self._starved = process.starved_seconds
        self._started = time.monotonic()
        self._began = self._clock() if began is None else began
        self._starved()  # the time it waited before belongs to another request
        self._serves = serves
        self._judge_starved = 0.0  # when the judge began to wait for the runner's next frame
        self._waited = 0.0  # seconds ready, without a processor
        self.was_late = False
        self.allowed_wall_seconds = wall_seconds
        self.allowed_cpu_seconds = cpu_seconds
        self.until = self._started + wall_seconds
        self._ends: float | None = None  # the end of the last look, once that has begun

    def looks(self) -> Iterator[float]:
        """Yield the times until which to wait for the next frame, as long as it may still come.

        Raises
        ------
        MachineOverloaded
            The deadline has passed, and so has the extra time for a busy machine.
        Spent
            The processor time is used up.
        """
        left = self.allowed_cpu_seconds
        if self._serves:
            self._judge_starved = starved_here()
        while True:
            yield self._next_look(left)
            if time.monotonic() >= self.until and not self._extend():
                break
            left = self.allowed_cpu_seconds - (self.cpu_seconds or 0.0)
            if left < 0:
                raise ProcessorTimeSpent
        yield self._last_look()

    def answers(self) -> None:
        """Add the time in which a frame of the runner had come, and the judge had no processor.

        Called before each answer. What the judge waits between an answer and the next frame is not
        counted, since the runner goes on meanwhile.
        """
        self._waited += starved_here() - self._judge_starved

    @property
    def wall_seconds(self) -> float:
        """Seconds since the request was sent, without those spent waiting for a processor."""
        self._waited += self._starved()
        return max(0.0, time.monotonic() - self._started - self._waited)

    @property
    def counted_seconds(self) -> float:
        """What a request counts in the budget, once it is answered: `wall_seconds`, or nearly."""
        passed = time.monotonic() - self._started
        return max(0.0, passed - self._waited) if passed < SHORT_SECONDS else self.wall_seconds

    def forgive(self) -> None:
        """Count the time so far as zero: the request will be repeated."""
        self._starved()
        self._started = time.monotonic()
        self._waited = 0.0

    def _extend(self) -> bool:
        """Move the deadline on a busy machine; return whether to go on waiting."""
        own, cpu, now = self.wall_seconds, self.cpu_seconds, time.monotonic()
        patience = max(MOST_EXTENSIONS * self.allowed_wall_seconds, LEAST_PATIENCE_SECONDS)
        last = self._started + self.allowed_wall_seconds + patience
        more = self.allowed_wall_seconds - own
        if cpu is not None and self._waited > BUSY_SHARE * (now - self._started):
            # The time in which it neither computed nor waited for a processor, it slept.
            more = self.allowed_wall_seconds - max(0.0, own - cpu)
        if more < SHORTEST_LOOK_SECONDS:
            return False
        if now >= last:
            raise MachineOverloaded
        self.until = min(now + more, last)
        self.was_late = True
        return True

    @property
    def cpu_seconds(self) -> float | None:
        """Processor seconds since the request was sent, None if they are not known."""
        now = None if self._began is None else self._clock()
        return None if now is None or self._began is None else now - self._began

    @property
    def idle(self) -> bool:
        """True if the runner has waited nearly all the time and computed hardly at all."""
        used = self.cpu_seconds
        return used is not None and used < IDLE_SHARE * self.wall_seconds

    def _last_look(self) -> float:
        """Return the end of one last look; a request has only one, however it goes on."""
        if self._ends is None:
            self._ends = time.monotonic() + LAST_LOOK_SECONDS
        return self._ends

    def _next_look(self, cpu_left: float) -> float:
        if self._began is None:
            return self.until
        patience = max(SHORTEST_LOOK_SECONDS, cpu_left / PROCESSORS)
        return min(self.until, time.monotonic() + patience)
