"""What a session is busy with, for whoever waits: a long call, and how far it says it has come."""

from __future__ import annotations

__all__ = ["LONG_SECONDS", "Doing", "told"]

import contextlib
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# A call that may take so long is worth a word.
LONG_SECONDS = 120.0
MOST_STEPS = 1_000_000
LEAST_SECONDS = 0.1  # between two of them, whatever a submission tells


@dataclass(frozen=True, slots=True)
class Doing:
    """What is being done.

    Attributes
    ----------
    exercise : str
        Its title.
    call : str
        The function that runs; empty where no call is long.
    limit_seconds : float
        When it is stopped at the latest.
    done, of : int
        Steps, such as epochs, as the submission tells: to be shown, not believed. 0 where it tells
        nothing.
    """

    exercise: str = ""
    call: str = ""
    limit_seconds: float = 0.0
    done: int = 0
    of: int = 0


@contextlib.contextmanager
def told(
    call: str, seconds: float, progress: Callable[[Doing], None]
) -> Iterator[Callable[[object, object], None]]:
    """Tell that a call begins and ends that may take `LONG_SECONDS`.

    Yields a function for the runner to call with steps done and steps in all. What comes is the
    submission's own word: what is no sensible pair of numbers is passed over.
    """
    doing = Doing(call=call, limit_seconds=seconds)
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
        yield listen
    finally:
        progress(Doing())
