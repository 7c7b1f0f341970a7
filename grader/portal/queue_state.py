"""The state of a hand-in, for the person who waits for its result."""

from __future__ import annotations

__all__ = ["ENDED", "QueueState"]

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QueueState:
    """What somebody who waits is told.

    Attributes
    ----------
    state : str
        ``queued``, ``running``, or ``ended``.
    place : int
        How many come before it.
    exercise : str
        The title of what is being graded.
    done, of : int
        Steps, as the submission reports them.
    """

    state: str
    place: int = 0
    exercise: str = ""
    done: int = 0
    of: int = 0


ENDED = QueueState("ended")
