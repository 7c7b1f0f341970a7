"""Which functions have ended their runner, and how often.

A function that has twice ended its runner, by time or by crashing, is not called again: its
further calls fail at once with the same words. So a function that never returns costs its own
points and a few deadlines, and never the points of its neighbours.
"""

from __future__ import annotations

__all__ = ["Strikes"]

import contextlib
from typing import TYPE_CHECKING

from grader.errors import Crashed, GraderError, OverLimit, TakenAway

if TYPE_CHECKING:
    from collections.abc import Iterator

    from grader.errors import SubmissionError
    from grader.submission.loading import Loading
    from grader.submission.runners import Runners

MAX_STRIKES = 2


class Strikes:
    """Counts, for one session.

    Parameters
    ----------
    runners : Runners
        The runners of the session.
    loading : Loading
        Knows the cell that is the reason, where one is.
    """

    def __init__(self, runners: Runners, loading: Loading) -> None:
        self._runners = runners
        self._loading = loading
        self._strikes: dict[tuple[str, str], list[SubmissionError | GraderError]] = {}

    def refuse(self, file: str, name: str) -> None:
        """Raise what a function's last call raised, where it has ended its runner too often."""
        strikes = self._strikes.get((file, name), [])
        if len(strikes) >= MAX_STRIKES:
            raise strikes[-1]

    @contextlib.contextmanager
    def counted(self, file: str, name: str) -> Iterator[None]:
        """Count the runners that a function ends meanwhile."""
        before = self._runners.number
        try:
            yield
        except (OverLimit, Crashed) as error:
            self._count(file, name, before, error)
            raise self._loading.explained(file, error) from None
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
            self._strikes.setdefault((file, name), []).extend([error] * ended)
