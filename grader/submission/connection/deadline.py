"""How long one question may take: by the clock on the wall, and by the processor's."""

from __future__ import annotations

__all__ = ["Deadline", "Late", "Overloaded", "Spent"]

import os
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.sandbox.launcher import Process

SHORTEST_LOOK_SECONDS = 0.02
IDLE_SHARE = 0.05
# A machine that is busy with others must not fail who is right: so many deadlines more, at most.
MOST_EXTENSIONS = 5
# However short the deadline is, so that a few busy seconds decide nothing.
LEAST_PATIENCE_SECONDS = 20.0
# A runner that was kept from the processor for this part of its time is on a busy machine. There a
# second of the processor does less, too, so that it may use up all of its processor time.
BUSY_SHARE = 0.1
# An answer may have come while the judge itself was kept from the processor.
LAST_LOOK_SECONDS = 0.1
PROCESSORS = os.cpu_count() or 1  # to ask takes as long as a short call


class Late(Exception):
    """The deadline passed before the answer was whole."""


class Spent(Exception):
    """The processor time was used up before the answer was whole."""


class Overloaded(Exception):
    """The machine was too busy to say whether the answer would have come in time."""


class Deadline:
    """Says until when to wait, and looks at the processor time no more often than it must.

    However many threads a runner has, it cannot use more than each processor's whole time: until
    then nobody has to look.

    Parameters
    ----------
    process : Process
        The runner. Where the machine does not say what it uses, the deadline alone holds.
    wall_seconds, cpu_seconds : float
        What the question may take. Time in which the runner was ready and had no processor comes on
        top. Where that is more than a tenth of the time, the machine is busy, and the processor
        time alone decides, for up to five times `wall_seconds` more, or 20 s.

    Attributes
    ----------
    until : float
        When it passes, on `time.monotonic`.
    was_late : bool
        Whether it has been put off.
    """

    def __init__(self, process: Process, *, wall_seconds: float, cpu_seconds: float) -> None:
        self._clock = process.cpu_seconds
        self._starved = process.starved_seconds
        self._started = time.monotonic()
        self._began = self._clock()
        self._starved()  # what it waited for before is another question's
        self._waited = 0.0  # ready, without a processor
        self.was_late = False
        self.allowed_wall_seconds = wall_seconds
        self.allowed_cpu_seconds = cpu_seconds
        self.until = self._started + wall_seconds
        self._ends: float | None = None  # when the last look is over, once it has begun

    def looks(self) -> Iterator[float]:
        """Yield until when to wait for the next frame, as long as it may still come.

        Raises
        ------
        Overloaded
            The deadline has passed, and all that a busy machine is given on top.
        Spent
            The processor time is used up.
        """
        left = self.allowed_cpu_seconds
        while True:
            yield self._next_look(left)
            if time.monotonic() >= self.until and not self._extend():
                break
            left = self.allowed_cpu_seconds - (self.cpu_seconds or 0.0)
            if left < 0:
                raise Spent
        yield self._last_look()

    @property
    def wall_seconds(self) -> float:
        """Seconds since the question was asked, without those that it waited for a processor."""
        self._waited += self._starved()
        return max(0.0, time.monotonic() - self._started - self._waited)

    def forgive(self) -> None:
        """Let what was asked have taken no time: it is going to be asked again."""
        self._started = time.monotonic()
        self._waited = 0.0

    def _extend(self) -> bool:
        """Put the deadline off on a busy machine; say whether there is anything to wait for."""
        own, cpu, now = self.wall_seconds, self.cpu_seconds, time.monotonic()
        patience = max(MOST_EXTENSIONS * self.allowed_wall_seconds, LEAST_PATIENCE_SECONDS)
        last = self._started + self.allowed_wall_seconds + patience
        more = self.allowed_wall_seconds - own
        if cpu is not None and self._waited > BUSY_SHARE * (now - self._started):
            # What it neither computed nor waited for a processor it slept.
            more = self.allowed_wall_seconds - max(0.0, own - cpu)
        if more < SHORTEST_LOOK_SECONDS:
            return False
        if now >= last:
            raise Overloaded
        self.until = min(now + more, last)
        self.was_late = True
        return True

    @property
    def cpu_seconds(self) -> float | None:
        """Processor seconds since the question was asked, None where they are not known."""
        now = None if self._began is None else self._clock()
        return None if now is None or self._began is None else now - self._began

    @property
    def idle(self) -> bool:
        """True where the runner has been waiting nearly all the time, and computing hardly any."""
        used = self.cpu_seconds
        return used is not None and used < IDLE_SHARE * self.wall_seconds

    def _last_look(self) -> float:
        """Return until when to look once more: a question has one such time, however it goes on."""
        if self._ends is None:
            self._ends = time.monotonic() + LAST_LOOK_SECONDS
        return self._ends

    def _next_look(self, cpu_left: float) -> float:
        if self._began is None:
            return self.until
        patience = max(SHORTEST_LOOK_SECONDS, cpu_left / PROCESSORS)
        return min(self.until, time.monotonic() + patience)
