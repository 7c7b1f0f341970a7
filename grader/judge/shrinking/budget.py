"""The budget of a search for small inputs, separate from that of the checks."""

from __future__ import annotations

__all__ = ["CALL_SECONDS", "EXERCISE_SECONDS", "SearchBudget", "apart", "bounded"]

import copy
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from grader.notebooks import Work
    from grader.sandbox.launcher import Limits

# For all calls of an exercise together, and for one call. Ten exercises take at most 3 s.
EXERCISE_SECONDS = 0.3
CALL_SECONDS = 0.1
# For loading the file once more; files that take longer get no small inputs.
LOADING_SECONDS = 2.0
# A call that takes so much longer than its processor time has slept, however busy the machine is.
SLEPT_SECONDS = 0.05
# A lost process is replaced only once: what ended it probably ends the next one, too.
RESTARTS = 1


class SearchBudget:
    """The seconds of all calls of an exercise's searches.

    They are processor seconds, which a busy machine does not change; a call that sleeps counts with
    its whole time.

    Attributes
    ----------
    left : float
    """

    def __init__(self, seconds: float = EXERCISE_SECONDS) -> None:
        self.left = seconds

    def spend(self, before: tuple[float, float], after: tuple[float, float]) -> None:
        """Count a call, by the wall and the processor seconds used before and after it."""
        wall, cpu = after[0] - before[0], after[1] - before[1]
        self.left -= wall if wall - cpu > SLEPT_SECONDS else cpu


def bounded(limits: Limits) -> Limits:
    """Return the limits of a search's session."""
    loading = min(limits.import_seconds, LOADING_SECONDS)
    whole = loading + EXERCISE_SECONDS
    return replace(
        limits,
        import_seconds=loading,
        call_seconds=CALL_SECONDS,
        call_cpu_seconds=None,
        exercise_wall_seconds=whole,
        exercise_cpu_seconds=2 * whole,
        restarts=RESTARTS,
        callbacks=0,
    )


def apart(work: Work) -> Work:
    """Return the work with its own copy of the lines and cells known to end a process."""
    programs = {
        file: replace(program, ended=copy.deepcopy(program.ended))
        for file, program in work.programs.items()
    }
    return replace(work, programs=programs, ended=dict(work.ended))
