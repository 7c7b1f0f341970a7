"""Lines of files that end their process, or have to be ended with it: what is done instead.

The file is loaded anew in a fresh process, without that line. Where it is not known which one it
was, the runner tells of each before it runs it. After three of them, and after half of the
exercise's time, only imports, functions and constants are taken of all files.
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
    """A line that has ended its process: how, and the deadline that it had."""

    error: SubmissionError
    seconds: float

    def holds_for(self, seconds: float) -> bool:
        """Say whether it would do so again, with this deadline."""
        return not isinstance(self.error, OverLimit) or self.seconds >= seconds


class EndingLines:
    """What is run of files, after some of them have ended their process.

    Parameters
    ----------
    client : Client
        Says how the last runner ended.
    failures : LineFailures
        Are told of lines that are not run.
    limits : Limits
        Of the exercise.
    ended : dict
        Lines that have ended a process, by file and line: all exercises of a submission share it,
        so that each is paid for once.
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
        """Return the request to load a file, and functions that it may call back.

        `wake` is a name in it whose definition sleeps; empty where none is wanted.
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
        """Say whether a file that could not be loaded is worth another try, and remember why.

        Parameters
        ----------
        file : str
            The file.
        error : SubmissionError
            How it went.
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
    """Return the error for a line in place of that for the import of a file."""
    said = error.message.removeprefix(f"Importing {file}")
    message = f"Line {place[1]} of {place[0]}{said}"
    if isinstance(error, OverLimit):
        limit = "import_seconds" if error.limit.startswith("call_") else error.limit
        return OverLimit(message, limit=limit, hint=error.hint)
    return Crashed(message, hint=error.hint)
