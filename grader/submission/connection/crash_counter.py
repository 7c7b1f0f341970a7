"""Which functions have ended their runner, and how often.

A function that has twice ended its runner, by time or by crashing, is not called again: its
further calls fail at once with the same words. So a function that never returns costs its own
points and a few deadlines, and never the points of its neighbours.
"""

from __future__ import annotations

__all__ = ["CrashCounter"]

import contextlib
from typing import TYPE_CHECKING

from grader.errors import Crashed, GraderError, OverLimit, TakenAway

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from grader.errors import SubmissionError
    from grader.submission.connection.runners import Runners

MOST_CRASHES = 2


class CrashCounter:
    """Counts, for one session.

    Parameters
    ----------
    runners : Runners
        The runners of the session.
    explained : callable
        Returns the error of a call into a file with the cell that is the reason, where one is.
    """

    def __init__(
        self,
        runners: Runners,
        explained: Callable[[str, SubmissionError], SubmissionError],
    ) -> None:
        self._runners = runners
        self._explained = explained
        self._crashes: dict[tuple[str, str], list[SubmissionError | GraderError]] = {}

    def refuse(self, file: str, name: str) -> None:
        """Raise what a function's last call raised, where it has ended its runner too often."""
        crashes = self._crashes.get((file, name), [])
        if len(crashes) >= MOST_CRASHES:
            raise crashes[-1]

    @contextlib.contextmanager
    def counted(self, file: str, name: str) -> Iterator[None]:
        """Count the runners that a function ends meanwhile."""
        before = self._runners.number
        try:
            yield
        except (OverLimit, Crashed) as error:
            self._count(file, name, before, error)
            raise self._explained(file, error) from None
        except TakenAway:  # it was others who ended it, and they may do so again
            raise
        except GraderError as error:  # as on a machine that is too busy, which takes long to say
            self._count(file, name, before, error)
            raise

    def _count(
        self, file: str, name: str, before: int, error: SubmissionError | GraderError
    ) -> None:
        if not self._runners.alive:
            ended = self._runners.number - before
            self._crashes.setdefault((file, name), []).extend([error] * ended)
