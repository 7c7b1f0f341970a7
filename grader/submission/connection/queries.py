"""The requests to a runner, and those that are sent ahead of time."""

from __future__ import annotations

__all__ = ["PackedArguments", "Pipeline", "Query", "pack_arguments"]

from collections import deque
from typing import TYPE_CHECKING, Any, NamedTuple

from grader.submission.connection.headers import packed_at_once, unguessable
from grader.wire import encode
from grader.wire.requests import Call, Use, request_header

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from grader.wire.requests import Request, Tree

# This many bytes certainly fit into a socket buffer that nobody reads.
MOST_BYTES = 1 << 12
MOST_ARGUMENT_BYTES = 256 << 20


class Query(NamedTuple):
    """One request to a runner; each is only itself, however many are alike.

    Attributes
    ----------
    request : Request
        The request; `buffers` are the arrays that its frame carries.
    doing : str
        The purpose, as the beginning of a sentence such as "… took more than 5 seconds".
    seconds : float
        Deadline.
    callbacks : list of callable
        Functions of the judge that the submission may call during the request.
    """

    request: Request
    doing: str
    seconds: float
    buffers: Sequence[bytes] = ()
    callbacks: Sequence[Callable[..., Any]] = ()

    @property
    def holds(self) -> bool:
        """Whether a result that cannot be sent as plain data stays in the runner."""
        return isinstance(self.request, Use) or (
            isinstance(self.request, Call) and self.request.hold
        )

    def numbered(self, *, chained: bool = False) -> tuple[int, bytes]:
        """Return an unguessable number, and the frame with it; the reply repeats the number.

        A `chained` request is skipped if the one before it raised.
        """
        number = unguessable()
        header = request_header(number, self.request, chained=chained)
        return number, packed_at_once(header, self.buffers)


class PackedArguments(NamedTuple):
    """Arguments in encoded form.

    Attributes
    ----------
    tree, buffers
        As returned by `grader.wire.encode`.
    callbacks : list of callable
        The functions among them, which stay in the judge.
    tell : int or None
        The number of the function for the runner itself to call back.
    held : bool
        Whether some of them are handles, which are valid only in one runner.
    """

    tree: Tree
    buffers: list[bytes]
    callbacks: list[Callable[..., Any]]
    tell: int | None
    held: bool

    def query(self, request: Request, doing: str, seconds: float) -> Query:
        """Return the request with these arguments; `Query` explains the parameters."""
        return Query(request, doing, seconds, self.buffers, self.callbacks)


def pack_arguments(
    arguments: Sequence[Any], listener: Callable[..., Any] | None = None, *, held: bool = False
) -> PackedArguments:
    """Return arguments in encoded form.

    Parameters
    ----------
    arguments : sequence
        Plain data, arrays and callables.
    listener : callable, optional
        A function for the runner itself to call back.
    held : bool
        Whether there are handles among the arguments.
    """
    callbacks: list[Callable[..., Any]] = []

    def register(function: Callable[..., Any]) -> int:
        callbacks.append(function)
        return len(callbacks) - 1

    tree, buffers = encode(list(arguments), register=register, max_bytes=MOST_ARGUMENT_BYTES)
    tell = None if listener is None else register(listener)
    return PackedArguments(tree, buffers, callbacks, tell, held)


class Pipeline:
    """Requests sent ahead of time whose replies have not been read, in the order of sending.

    While a runner works on one of them the next has already arrived, so that neither side waits for
    the other to wake up. Otherwise nothing changes: each is asked in its turn, and its deadline
    begins then; if one raises, the later ones are not done. What there is no room for now follows
    as soon as replies have been read.
    """

    def __init__(self) -> None:
        self._sent: deque[tuple[Query, int, int]] = deque()  # with the numbers, and their bytes
        self._later: deque[Query] = deque()  # those that will be sent when there is room
        self._packed: tuple[int, bytes] | None = None  # the number and the frame of the first one
        self._bytes = 0  # of all that is sent, and may not have been read
        self._asked_bytes = 0  # of the request that was taken last

    def __len__(self) -> int:
        """Return how many requests wait."""
        return len(self._sent)

    @property
    def first(self) -> Query | None:
        """The request whose reply comes first."""
        return self._sent[0][0] if self._sent else None

    def frames(self, queries: Sequence[Query]) -> bytes:
        """Return the frames of requests, each chained to the one before it; count them as sent.

        Returns nothing if they may not fit into the socket, or if a function of the judge may be
        called back: such requests are sent one by one.
        """
        numbered = [q.numbered(chained=i > 0) for i, q in enumerate(queries)]
        data = b"".join(frame for _, frame in numbered)
        if len(data) > MOST_BYTES or any(query.callbacks for query in queries):
            return b""
        for query, (number, frame) in zip(queries, numbered, strict=True):
            self._count(query, number, frame)
        return data

    def begin(self, queries: Sequence[Query], *, chained: bool = False) -> bytes:
        """Return the frames of as many of these requests as fit; the others are left for `more`.

        Each is chained to the one before it; the first one only if `chained` is set.
        """
        self.stop()
        self._later.extend(queries)
        return self._as_many_as_fit(chained=chained)

    def more(self) -> bytes:
        """Return the frames of the next requests, if there is much room by now."""
        if not self._later or self._bytes > MOST_BYTES // 2:
            return b""
        return self._as_many_as_fit(chained=True)

    def take(self, query: Query) -> int | None:
        """Return the number under which a request was sent, None if it was not sent."""
        if self.first is not query:
            return None
        _, number, size = self._sent.popleft()
        self._bytes -= self._asked_bytes  # the runner has answered that one, and so has read it
        self._asked_bytes = size
        return number

    def alone(self, query: Query) -> tuple[int, bytes]:
        """Return number and frame of a request that is sent as it is asked, like a large one."""
        if not self._later or self._later[0] is not query:
            self.stop()
            return query.numbered()
        self._later.popleft()
        packed, self._packed = self._packed, None
        return packed or query.numbered()

    def cut(self, length: int) -> None:
        """Forget all requests but so many: the others could not be sent, and no later one can."""
        self.stop()
        while len(self._sent) > length:
            self._bytes -= self._sent.pop()[2]

    def stop(self) -> None:
        """Send no more of the requests that wait for room."""
        self._later.clear()
        self._packed = None

    def clear(self) -> None:
        """Forget all requests: the runner that should answer is gone."""
        self.cut(0)
        self._bytes = self._asked_bytes = 0

    def _as_many_as_fit(self, *, chained: bool) -> bytes:
        """Return the frames of the next requests; a function of the judge must not be among them.

        The answer to a request that calls one back comes by the same line as the next request.
        """
        frames = []
        while self._later and not self._later[0].callbacks:
            number, frame = self._packed or self._later[0].numbered(chained=chained)
            if self._bytes + len(frame) > MOST_BYTES:
                self._packed = number, frame
                break
            self._packed, chained = None, True
            self._count(self._later.popleft(), number, frame)
            frames.append(frame)
        return b"".join(frames)

    def _count(self, query: Query, number: int, frame: bytes) -> None:
        self._sent.append((query, number, len(frame)))
        self._bytes += len(frame)
