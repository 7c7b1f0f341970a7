"""How long one question may take: by the clock on the wall, and by the processor's."""

from __future__ import annotations

__all__ = ["Spent", "Watch"]

import os
import time
from typing import TYPE_CHECKING, Any

from grader.submission.line import Late

if TYPE_CHECKING:
    from grader.sandbox.launcher import Process
    from grader.submission.line import Line

SHORTEST_LOOK_SECONDS = 0.02
IDLE_SHARE = 0.05
# A machine that is busy with others must not fail who is right: so many deadlines more, at most.
MOST_EXTENSIONS = 3
PROCESSORS = os.cpu_count() or 1  # to ask takes as long as a short call


class Spent(Exception):
    """The processor time was used up before the answer was whole."""


class Watch:
    """Says until when to wait, and looks at the processor time no more often than it must.

    However many threads a runner has, it cannot use more than each processor's whole time: until
    then nobody has to look.

    Parameters
    ----------
    process : Process
        The runner. Where the machine does not say what it uses, the deadline alone holds.
    wall_seconds, cpu_seconds : float
        What the question may take. Time in which the runner was ready and had no processor comes on
        top, up to three times `wall_seconds`.
    """

    def __init__(self, process: Process, *, wall_seconds: float, cpu_seconds: float) -> None:
        self._clock = process.cpu_seconds
        self._starved = process.starved_seconds
        self._started = time.monotonic()
        self._began = self._clock()
        self._starved()  # what it waited for before is another question's
        self._extended = 0.0
        self.allowed_wall_seconds = wall_seconds
        self.allowed_cpu_seconds = cpu_seconds
        self.deadline = self._started + wall_seconds

    def receive(self, line: Line) -> tuple[dict[str, Any], list[bytes]]:
        """Return the next frame.

        Raises
        ------
        Late
            The deadline has passed.
        Spent
            The processor time is used up.
        Lost
            As `Line.receive`.
        """
        left = self.allowed_cpu_seconds
        while True:
            try:
                return line.receive(self._next_look(left))
            except Late:
                if time.monotonic() >= self.deadline and not self._extend():
                    raise
            left = self.allowed_cpu_seconds - (self.cpu_seconds or 0.0)
            if left < 0:
                raise Spent

    @property
    def wall_seconds(self) -> float:
        """Seconds since the question was asked, without those that were given on top."""
        return max(0.0, time.monotonic() - self._started - self._extended)

    def _extend(self) -> bool:
        """Give back what a busy machine has taken; say whether that is worth waiting for."""
        left = MOST_EXTENSIONS * self.allowed_wall_seconds - self._extended
        more = min(self._starved(), left)
        if more < SHORTEST_LOOK_SECONDS:
            return False
        self._extended += more
        self.deadline += more
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

    def _next_look(self, cpu_left: float) -> float:
        if self._began is None:
            return self.deadline
        patience = max(SHORTEST_LOOK_SECONDS, cpu_left / PROCESSORS)
        return min(self.deadline, time.monotonic() + patience)
