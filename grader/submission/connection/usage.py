"""What running one exercise of one submission takes, added up over its runners."""

from __future__ import annotations

__all__ = ["Account"]

import os
from typing import TYPE_CHECKING

from grader.results import Usage

if TYPE_CHECKING:
    from grader.sandbox.launcher import Ending


class Account:
    """The time of all runners so far; their start is ours and is left out of it.

    Attributes
    ----------
    wall_seconds : float
        Of the questions that were asked.
    cpu_seconds : float
        Of the runners that have ended.
    renewed : int
        How many of these the judge ended itself, so that the next file finds a fresh one.
    before : int
        How many had ended when the file that is judged was begun: each has its own restarts.
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
        """Begin another file; `ended` says whether a runner was ended for it."""
        self.renewed += ended
        self.before = len(self._endings)

    @property
    def lost(self) -> int:
        """How many have ended since the file that is judged was begun."""
        return len(self._endings) - self.before

    def close(self, ending: Ending, *, started_at: float, used: bool = True) -> None:
        """Enter a runner that has ended, and what it had used when it was ready.

        `used` says whether that counts: not where others have ended it, and it is done again.
        """
        self._endings.append(ending)
        if used:
            self.cpu_seconds += max(0.0, (ending.cpu_seconds or 0.0) - started_at)

    def usage(self, calls: int) -> Usage:
        """Return all of it, starts included; the load of the machine stands beside it."""
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
