"""What a runner is asked, and what of it has been sent before it is asked."""

from __future__ import annotations

__all__ = ["Packed", "Pipeline", "Question", "pack_arguments"]

import secrets
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from grader.wire import encode, pack
from grader.wire.requests import Call, Use, request_header

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.wire.requests import Request, Tree

# What surely finds room in a socket while nobody reads there.
MOST_BYTES = 1 << 12
MOST_ARGUMENT_BYTES = 256 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One request to a runner.

    Attributes
    ----------
    request : Request
        What is asked; `buffers` is what the frame carries beside it.
    doing : str
        What is done, as the beginning of a sentence such as "… took more than 5 seconds".
    seconds : float
        Deadline.
    callbacks : list of callable
        Functions of the judge that the submission may call meanwhile.
    """

    request: Request
    doing: str
    seconds: float
    buffers: list[bytes] = field(default_factory=list)
    callbacks: list[Callable[..., Any]] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether what has no plain form stays in the runner."""
        return isinstance(self.request, Use) or (
            isinstance(self.request, Call) and self.request.hold
        )

    def numbered(self, *, chained: bool = False) -> tuple[int, bytes]:
        """Return a number that nobody can guess, and the frame with it: the answer repeats it.

        One that is `chained` is passed over where the one before it raises.
        """
        number = secrets.randbits(53)
        return number, pack(request_header(number, self.request, chained=chained), self.buffers)


class Packed(NamedTuple):
    """Arguments in the form in which they travel.

    Attributes
    ----------
    tree, buffers
        As `grader.wire.encode` gives them.
    callbacks : list of callable
        Functions among them, which stay here.
    tell : int or None
        The number of the function that the runner itself calls back.
    held : bool
        Whether some of them are handles, which mean nothing in another runner.
    """

    tree: Tree
    buffers: list[bytes]
    callbacks: list[Callable[..., Any]]
    tell: int | None
    held: bool

    def question(self, request: Request, doing: str, seconds: float) -> Question:
        """Return the question that has these arguments: see there for the parameters."""
        return Question(
            request=request,
            doing=doing,
            seconds=seconds,
            buffers=self.buffers,
            callbacks=self.callbacks,
        )


def pack_arguments(
    arguments: Sequence[Any], listener: Callable[..., Any] | None = None, *, held: bool = False
) -> Packed:
    """Return arguments as they travel.

    Parameters
    ----------
    arguments : sequence
        Some of which may be callable.
    listener : callable, optional
        A function that the runner itself calls back.
    held : bool
        Whether there are handles among the arguments.
    """
    callbacks: list[Callable[..., Any]] = []

    def register(function: Callable[..., Any]) -> int:
        callbacks.append(function)
        return len(callbacks) - 1

    tree, buffers = encode(list(arguments), register=register, max_bytes=MOST_ARGUMENT_BYTES)
    tell = None if listener is None else register(listener)
    return Packed(tree, buffers, callbacks, tell, held)


class Pipeline:
    """Requests sent ahead of time whose answers have not been read, in the order of these.

    While a runner is at work with one of them the next lies there already, so that neither side
    waits for the other to wake up. Nothing else changes: each is asked in its turn, and has its own
    deadline from then on; where one raises, those behind it are not done.
    """

    def __init__(self) -> None:
        self._sent: deque[tuple[Question, int]] = deque()  # with their numbers

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._sent)

    @property
    def first(self) -> Question | None:
        """The one whose answer comes first."""
        return self._sent[0][0] if self._sent else None

    def frames(self, questions: Sequence[Question], *, chained: bool = False) -> bytes:
        """Return the frames of questions, which are then taken to be sent.

        Each is chained to the one before it, the first where it is said so.

        Nothing where they are too large to be sure of finding room in the socket, or where a
        function of the judge is to be called back meanwhile: such questions are sent as they are
        asked.
        """
        numbered = [q.numbered(chained=chained or i > 0) for i, q in enumerate(questions)]
        data = b"".join(frame for _, frame in numbered)
        if len(data) > MOST_BYTES or any(question.callbacks for question in questions):
            return b""
        self._sent.extend((q, number) for q, (number, _) in zip(questions, numbered, strict=True))
        return data

    def take(self, question: Question) -> int | None:
        """Return the number under which a question was sent, None where it was not."""
        return self._sent.popleft()[1] if self.first is question else None

    def clear(self) -> None:
        """Forget them: who was to answer has gone."""
        self._sent.clear()
