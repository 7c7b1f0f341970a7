"""The present activity of a session, shown to the person who waits: a long call and its steps."""

from __future__ import annotations

__all__ = ["LONG_SECONDS", "ProgressEvent", "telling", "told"]

import contextlib
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Calls with at least this deadline are shown.
LONG_SECONDS = 120.0
MOST_STEPS = 1_000_000
SHORT = contextlib.nullcontext()
LEAST_SECONDS = 0.1  # between two events, however often the submission reports


@dataclass(frozen=True, slots=True)
class ProgressEvent:
    """The present activity of a session.

    Attributes
    ----------
    exercise : str
        Its title.
    call : str
        The function that runs; empty if no long call is under way.
    limit_seconds : float
        The time after which it is stopped.
    done, of : int
        Steps, such as epochs, as the submission reports them: to be shown, not trusted. 0 if it
        reports nothing.
    """

    exercise: str = ""
    call: str = ""
    limit_seconds: float = 0.0
    done: int = 0
    of: int = 0


@contextlib.contextmanager
def told(
    call: str, seconds: float, progress: Callable[[ProgressEvent], None], *, silent: bool = False
) -> Iterator[Callable[[object, object], None] | None]:
    """Report the beginning and the end of a call that may take `LONG_SECONDS` or more.

    Yields a function that the runner calls with the steps done and the total. Both numbers come
    from the submission; values that make no sense are ignored. `silent` yields None: a submission
    that knows hidden data could tell them by its steps.
    """
    doing = ProgressEvent(call=call, limit_seconds=seconds)
    last = 0.0

    def listen(done: object, of: object) -> None:
        nonlocal last
        if type(done) is not int or type(of) is not int or not 0 < done <= of <= MOST_STEPS:
            return
        now = time.monotonic()
        if now - last >= LEAST_SECONDS:
            last = now
            progress(replace(doing, done=done, of=of))

    progress(doing)
    try:
        yield None if silent else listen
    finally:
        progress(ProgressEvent())


def telling(
    call: str, seconds: float, progress: Callable[[ProgressEvent], None], *, silent: bool
) -> contextlib.AbstractContextManager[Callable[[object, object], None] | None]:
    """Return `told` for a call that may take long, and a context that does nothing for another."""
    return SHORT if seconds < LONG_SECONDS else told(call, seconds, progress, silent=silent)
