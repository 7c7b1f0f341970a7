"""Which functions have ended their runner, and how often.

A function that has twice ended its runner, by time or by crashing, is not called again: its
further calls fail at once with the same words. So a function that never returns costs its own
points and a few deadlines, and never the points of its neighbours.
"""

from __future__ import annotations

__all__ = ["CrashCounter"]

from typing import TYPE_CHECKING

from grader.errors import Crashed, GraderError, OverLimit, TakenAway

if TYPE_CHECKING:
    from collections.abc import Callable

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

    def counted(self, file: str, name: str) -> _Counted:
        """Return a context in which the runners that a function ends are counted."""
        return _Counted(self, file, name, self._runners.number)

    def ended(self, file: str, name: str, before: int, error: BaseException) -> None:
        """Count what a function has ended, and raise its error with what may be the reason.

        Parameters
        ----------
        file, name : str
            The function.
        before : int
            The number of the runner in which it was called.
        error : BaseException
            What was raised. What others have done is not counted, who may do so again; that the
            machine is too busy is, since it takes long to say.
        """
        if isinstance(error, OverLimit | Crashed):
            self._count(file, name, before, error)
            raise self._explained(file, error) from None
        if isinstance(error, GraderError) and not isinstance(error, TakenAway):
            self._count(file, name, before, error)

    def _count(
        self, file: str, name: str, before: int, error: SubmissionError | GraderError
    ) -> None:
        if not self._runners.alive:
            ended = self._runners.number - before
            self._crashes.setdefault((file, name), []).extend([error] * ended)


class _Counted:
    """The context of `CrashCounter.counted`: a class, since each call pays for it."""

    __slots__ = ("_before", "_counter", "_file", "_name")

    def __init__(self, counter: CrashCounter, file: str, name: str, before: int) -> None:
        self._counter = counter
        self._file = file
        self._name = name
        self._before = before

    def __enter__(self) -> None:
        """Count from now on."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Count what was ended, where something was raised."""
        if error is not None:
            self._counter.ended(self._file, self._name, self._before, error)
