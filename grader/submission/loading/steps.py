"""The steps that loading asks a session to do."""

from __future__ import annotations

__all__ = ["AskFor", "ListNames", "RunCell", "Step", "Steps"]

from collections.abc import Collection, Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from grader.submission.connection.queries import Query

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class AskFor:
    """Send a request to a runner, which gets the requests that follow (`then`) ahead of time.

    The result is the value of the reply.
    """

    query: Query
    then: Sequence[Query] = ()


@dataclass(frozen=True, slots=True)
class RunCell:
    """Run a cell of a notebook; the result is its value, None if that is not needed.

    The fields are the parameters of `Session.cell`.
    """

    file: str
    source: str
    label: str
    text: str
    doing: str
    seconds: float
    mode: str
    names: Collection[str] = ()
    want_value: bool = False


@dataclass(frozen=True, slots=True)
class ListNames:
    """List the names that the cells of a file have defined; they are the result."""

    file: str


Step = AskFor | RunCell | ListNames
# A generator that yields steps, is sent their results, may get errors thrown in, and returns a T.
Steps = Generator[Step, Any, T]
