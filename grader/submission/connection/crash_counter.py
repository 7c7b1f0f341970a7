"""Count how often each function has ended its runner.

A function that has ended its runner twice, by time or by crashing, is not called again: further
calls fail at once with the same error. So a function that never returns costs its own points and
a few deadlines, and never the points of other functions.
"""

from __future__ import annotations

__all__ = ["CrashCounter", "counted_as"]

from typing import TYPE_CHECKING

from grader.errors import Crashed, GraderError, OverLimit, RunnerKilled

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from grader.errors import SubmissionError
    from grader.submission.connection.runners import Runners

MOST_CRASHES = 2


class CrashCounter:
    """Counts, for one session, how often each function has ended its runner.

    Parameters
    ----------
    runners : Runners
        The runners of the session.
    explained : callable
        Returns the error of a call; if a failed cell or line is the reason, it is added.
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
        """Raise the last error of a function that has ended its runner too often."""
        crashes = self._crashes.get((file, name), [])
        if len(crashes) >= MOST_CRASHES:
            raise crashes[-1]

    def counted(self, file: str, name: str) -> _Counted:
        """Return a context in which the runners that a function ends are counted."""
        return _Counted(self, file, name, self._runners.number)

    def ended(self, file: str, name: str, before: int, error: BaseException) -> None:
        """Count a runner that a function has ended, and raise the error with its probable reason.

        Parameters
        ----------
        file, name : str
            The function.
        before : int
            The number of the runner in which it was called.
        error : BaseException
            The error. A runner that was ended from outside is not counted, since the call will be
            repeated. An error because the machine is too busy is counted: waiting for it is slow.
        """
        if isinstance(error, OverLimit | Crashed):
            self._count(file, name, before, error)
            raise self._explained(file, error) from None
        if isinstance(error, GraderError) and not isinstance(error, RunnerKilled):
            self._count(file, name, before, error)

    def _count(
        self, file: str, name: str, before: int, error: SubmissionError | GraderError
    ) -> None:
        if not self._runners.alive:
            ended = self._runners.number - before
            self._crashes.setdefault((file, name), []).extend([error] * ended)


class _Counted:
    """The context of `CrashCounter.counted`: a class, because that form is the fastest."""

    __slots__ = ("_before", "_counter", "_file", "_name")

    def __init__(self, counter: CrashCounter, file: str, name: str, before: int) -> None:
        self._counter = counter
        self._file = file
        self._name = name
        self._before = before

    def __enter__(self) -> None:
        """Do nothing: only the end of the context counts."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Count the runner as ended if there was an error."""
        if error is not None:
            self._counter.ended(self._file, self._name, self._before, error)


def counted_as(name: str, others: Mapping[str, object]) -> str:
    """Return the name under which crashes of a function are counted, apart with replacements."""
    return f"{name}, apart" if others else name
