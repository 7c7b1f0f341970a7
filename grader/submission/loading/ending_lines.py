"""Handle lines of files that end their process, or at which it has to be ended.

The file is loaded again in a fresh process, without that line. If the line is not known, the runner
reports each line before it runs it. After three such lines, and after half of the exercise's time,
only imports, functions and constants of all files are run.
"""

from __future__ import annotations

__all__ = ["Ended", "EndingLines"]

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grader.errors import Crashed, OverLimit, SubmissionError
from grader.submission.loading.line_failures import LineFailure
from grader.wire.requests import Load

if TYPE_CHECKING:
    from collections.abc import Callable

    from grader.sandbox.launcher import Limits
    from grader.submission.connection.client import Client
    from grader.submission.loading.line_failures import LineFailures

MOST_ENDINGS = 3
BUDGETS = frozenset(["exercise_wall_seconds", "exercise_cpu_seconds", "restarts"])


@dataclass(frozen=True, slots=True)
class Ended:
    """A line that has ended its process: the error, and the deadline that it had."""

    error: SubmissionError
    seconds: float

    def holds_for(self, seconds: float) -> bool:
        """Return whether the line would end a process with this deadline again."""
        return not isinstance(self.error, OverLimit) or self.seconds >= seconds


class EndingLines:
    """Decides what to run of files after some of their lines have ended the process.

    Parameters
    ----------
    client : Client
        The client, for how the last runner ended.
    failures : LineFailures
        The failures, to which the lines that are not run are added.
    limits : Limits
        Of the exercise.
    ended : dict
        Lines that have ended a process, by file and line. All exercises of a submission share it,
        so that each such line costs time only once.
    """

    def __init__(
        self,
        client: Client,
        failures: LineFailures,
        limits: Limits,
        ended: dict[tuple[str, int], Ended],
    ) -> None:
        self._client = client
        self._failures = failures
        self._limits = limits
        self._ended = ended
        self._careful = False
        self._hurried = False
        self._at: tuple[str, int] | None = None
        self.stopped: SubmissionError | None = None

    def request(self, file: str, wake: str) -> tuple[Load, list[Callable[..., Any]]]:
        """Return the request to load a file, and the functions that it may call back.

        `wake` is a name whose definition is in a ``__main__`` part; empty if none is needed.
        """
        seconds = self._limits.import_seconds
        skip = tuple(place for place, end in self._ended.items() if end.holds_for(seconds))
        request = Load(file, skip, hurried=self._hurried, wake=wake)
        self._at = None
        if not self._careful or self._hurried:
            return request, []
        return request._replace(tell=0), [self._come_to]

    def _come_to(self, file: str, line: int) -> None:
        if type(file) is str and type(line) is int:
            self._at = (file, line)

    def is_left(self, file: str, error: SubmissionError) -> bool:
        """Return whether loading a file again may succeed, and remember the line that failed.

        Parameters
        ----------
        file : str
            The file.
        error : SubmissionError
            The error of loading it.
        """
        if self._client.runners.alive or self._client.spoke_falsely or self._hurried:
            return False
        if isinstance(error, OverLimit) and error.limit in BUDGETS:
            return False
        self.stopped = error
        place = self._client.stopped_at or self._at
        if place is not None and not self._failures.is_line(*place):
            place = None
        if place is not None and place not in self._ended:
            named = _of_line(error, file, place)
            self._ended[place] = Ended(named, self._limits.import_seconds)
            self._failures.add(LineFailure(*place, frozenset(), named, ended=True))
        elif self._careful:
            self._hurried = True
        self._careful = self._careful or place is None
        used_up = self._client.runners.wall_seconds > self._limits.exercise_wall_seconds / 2
        self._hurried = self._hurried or used_up or len(self._ended) >= MOST_ENDINGS
        return True


def _of_line(error: SubmissionError, file: str, place: tuple[str, int]) -> SubmissionError:
    """Return the error for a line instead of the one for the import of its whole file."""
    said = error.message.removeprefix(f"Importing {file}")
    message = f"Line {place[1]} of {place[0]}{said}"
    if isinstance(error, OverLimit):
        limit = "import_seconds" if error.limit.startswith("call_") else error.limit
        return OverLimit(message, limit=limit, hint=error.hint)
    return Crashed(message, hint=error.hint)
