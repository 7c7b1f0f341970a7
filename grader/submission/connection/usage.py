"""The resources that one exercise of one submission uses, added up over its runners."""

from __future__ import annotations

__all__ = ["UsageTotals"]

import os
from typing import TYPE_CHECKING

from grader.results import Usage

if TYPE_CHECKING:
    from grader.sandbox.launcher import Ending


class UsageTotals:
    """The time of all runners so far, without their start, which is ours.

    Attributes
    ----------
    wall_seconds : float
        The sum over all requests.
    cpu_seconds : float
        The sum over the runners that have ended.
    renewed : int
        The number of runners that the judge has ended to give the next file a fresh one.
    before : int
        The number of runners ended before the present file: each file has its own restarts.
    """

    def __init__(self) -> None:
        self.wall_seconds = 0.0
        self.cpu_seconds = 0.0
        self.renewed = 0
        self.before = 0
        self._endings: list[Ending] = []

    @property
    def ended(self) -> int:
        """How many runners have ended."""
        return len(self._endings)

    def renew(self, *, ended: bool) -> None:
        """Begin another file; `ended` says whether the judge ended a runner for it."""
        self.renewed += ended
        self.before = len(self._endings)

    @property
    def lost(self) -> int:
        """How many have ended since the present file was begun."""
        return len(self._endings) - self.before

    def close(self, ending: Ending, *, started_at: float, used: bool = True) -> None:
        """Add a runner that has ended; `started_at` is the CPU time that its start took.

        `used` is False if its time does not count, because it was ended from outside.
        """
        self._endings.append(ending)
        if used:
            self.cpu_seconds += max(0.0, (ending.cpu_seconds or 0.0) - started_at)

    def usage(self, calls: int) -> Usage:
        """Return the total, starts included, with the load of the machine."""
        cpu = [e.cpu_seconds for e in self._endings if e.cpu_seconds is not None]
        memory = [e.peak_memory_mib for e in self._endings if e.peak_memory_mib is not None]
        return Usage(
            wall_seconds=round(self.wall_seconds, 4),
            cpu_seconds=round(sum(cpu), 4) if cpu else None,
            peak_memory_mib=round(max(memory), 1) if memory else None,
            calls=calls,
            restarts=max(0, len(self._endings) - self.renewed - 1),
            load_average=round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        )
