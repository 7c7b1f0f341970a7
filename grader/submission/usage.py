"""What running one exercise of one submission took, added up over its runners."""

from __future__ import annotations

__all__ = ["usage_of"]

import os
from typing import TYPE_CHECKING

from grader.results import Usage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.sandbox.launcher import Ending


def usage_of(endings: Sequence[Ending], wall_seconds: float, calls: int) -> Usage:
    """Return the usage of runners that have ended; the load of the machine stands beside it."""
    cpu = [e.cpu_seconds for e in endings if e.cpu_seconds is not None]
    memory = [e.peak_memory_mib for e in endings if e.peak_memory_mib is not None]
    return Usage(
        wall_seconds=round(wall_seconds, 4),
        cpu_seconds=round(sum(cpu), 4) if cpu else None,
        peak_memory_mib=round(max(memory), 1) if memory else None,
        calls=calls,
        restarts=max(0, len(endings) - 1),
        load_average=round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
    )
