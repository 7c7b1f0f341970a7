"""What loading needs a session to do, step by step."""

from __future__ import annotations

__all__ = ["AskFor", "ListNames", "RunCell", "Step", "Steps"]

from collections.abc import Collection, Generator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from grader.submission.connection.questions import Question

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class AskFor:
    """Ask a question, in a runner that is told at once what will be asked `then`.

    The answer is the value that came.
    """

    question: Question
    then: Sequence[Question] = ()


@dataclass(frozen=True, slots=True)
class RunCell:
    """Run a cell of a notebook; the answer is its value, None where that is not wanted.

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
    """List the names that the cells of a file have left, which are the answer."""

    file: str


Step = AskFor | RunCell | ListNames
# What yields steps, is sent the answers, has what went wrong raised in it, and returns a T.
Steps = Generator[Step, Any, T]
