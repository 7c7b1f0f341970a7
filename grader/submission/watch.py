"""How long one question may take: by the clock on the wall, and by the processor's."""

from __future__ import annotations

__all__ = ["Spent", "Watch"]

import os
import time
from typing import TYPE_CHECKING, Any

from grader.submission.line import Late

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.submission.line import Line

SHORTEST_LOOK_SECONDS = 0.02
IDLE_SHARE = 0.05
PROCESSORS = os.cpu_count() or 1  # to ask takes as long as a short call


class Spent(Exception):
    """The processor time was used up before the answer was whole."""


class Watch:
    """Says until when to wait, and looks at the processor time no more often than it must.

    However many threads a runner has, it cannot use more than each processor's whole time: until
    then nobody has to look.

    Parameters
    ----------
    clock : callable
        Processor seconds of the runner so far, None where the machine does not say: then the
        deadline alone holds.
    wall_seconds, cpu_seconds : float
        What the question may take.
    """

    def __init__(
        self, clock: Callable[[], float | None], *, wall_seconds: float, cpu_seconds: float
    ) -> None:
        self._clock = clock
        self._started = time.monotonic()
        self._began = clock()
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
                if time.monotonic() >= self.deadline:
                    raise
            left = self.allowed_cpu_seconds - (self.cpu_seconds or 0.0)
            if left < 0:
                raise Spent

    @property
    def wall_seconds(self) -> float:
        """Seconds since the question was asked."""
        return time.monotonic() - self._started

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
