"""What the judge asks of a runner: a struct for each request, which both ends share.

A request travels in the header of a frame: its ``op``, its fields in their order, and a number that
the answer repeats. One that is `chained` is passed over where the one before it came to nothing.

They are named tuples, since a runner pays for the making of each class whenever it starts.
"""

from __future__ import annotations

__all__ = [
    "Call",
    "Cell",
    "Get",
    "Load",
    "Names",
    "Open",
    "Refuse",
    "Request",
    "Return",
    "Several",
    "Tree",
    "Use",
    "answer_header",
    "answer_of",
    "request_header",
    "request_of",
]

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Tree = Any  # a value as `encode` makes it


class Open(NamedTuple):
    """Make ready for a submission, before anything of it runs.

    Attributes
    ----------
    root : str
        Absolute path of the submission, as the runner sees it.
    paths, stub_paths : sequence of str
        Folders for the front of the import path, and for its end.
    preload, absent : sequence of str
        Modules that are imported; packages for which there is a stand-in.
    seed : int
        Of the global generators.
    memory_mib : int
    cpu_seconds : float
        What the kernel is to hold.
    max_bytes : int
        Cap on the buffers of one answer.
    """

    root: str
    paths: Sequence[str]
    stub_paths: Sequence[str]
    preload: Sequence[str]
    absent: Sequence[str]
    seed: int
    memory_mib: int
    cpu_seconds: float
    max_bytes: int


class Load(NamedTuple):
    """Run a file, or read a table; the answer is a `LoadReport`.

    Attributes
    ----------
    file : str
        Path in the submission.
    skip : sequence of (str, int)
        File and line of statements that are not run.
    hurried : bool
        Whether only imports, definitions and constants are run.
    tell : int or None
        Number of a function of the judge that is told of each statement before it is run.
    wake : str
        A name whose definition sleeps, as below ``if __name__ == "__main__":``.
    """

    file: str
    skip: Sequence[tuple[str, int]] = ()
    hurried: bool = False
    tell: int | None = None
    wake: str = ""


class Cell(NamedTuple):
    """Run a cell of a notebook, whose source is the one argument.

    Attributes
    ----------
    file : str
        Which namespace.
    label : str
        What the cell is called in tracebacks.
    arguments : Tree
        A list of the source alone.
    mode, names
        What of it is run: see `grader.runner.cells`.
    want_value : bool
        Whether the value of its last expression is sent.
    """

    file: str
    label: str
    arguments: Tree
    mode: str = "all"
    names: Sequence[str] = ()
    want_value: bool = True


class Names(NamedTuple):
    """Give the names that the cells which were run for a file have left."""

    file: str


class Get(NamedTuple):
    """Give a name that a file defines, as plain data."""

    file: str
    name: str


class Call(NamedTuple):
    """Call a function.

    Attributes
    ----------
    file, name : str
        Where it stands, and what it is called.
    arity : int
        How many of the arguments are its own; behind them are those that stand in for others.
    arguments : Tree
        A list.
    want_arguments : bool
        Whether they are sent back as they are after the call, in a pair with the value.
    hold : bool
        Whether what has no plain form stays in the runner, behind a `Handle`.
    instead : sequence of str
        Names of the file that the functions behind the arguments stand for meanwhile.
    tell : int or None
        Number of a function of the judge that is told how far the call has come.
    """

    file: str
    name: str
    arity: int
    arguments: Tree
    want_arguments: bool = False
    hold: bool = False
    instead: Sequence[str] = ()
    tell: int | None = None


class Several(NamedTuple):
    """Call a function several times, and give what came as it is after the last call.

    As `Call`, but that `arguments` has a list for each call.
    """

    file: str
    name: str
    arity: int
    arguments: Tree
    instead: Sequence[str] = ()


class Use(NamedTuple):
    """Call a function of a module in `grader.runner.tools`; what has no plain form is held."""

    module: str
    name: str
    arguments: Tree


class Return(NamedTuple):
    """What a function of the judge gave that the submission has called."""

    value: Tree


class Refuse(NamedTuple):
    """What the submission is told where it has called a function of the judge wrongly."""

    message: str


Request = Open | Load | Cell | Names | Get | Call | Several | Use
Answer = Return | Refuse

_REQUESTS: dict[str, Callable[..., Request]] = {
    "open": Open,
    "load": Load,
    "cell": Cell,
    "names": Names,
    "get": Get,
    "call": Call,
    "several": Several,
    "use": Use,
}
_ANSWERS: dict[str, Callable[..., Answer]] = {"return": Return, "refuse": Refuse}
_OPS = {kind: op for op, kind in (*_REQUESTS.items(), *_ANSWERS.items())}


def request_header(number: int, request: Request, *, chained: bool = False) -> dict[str, Any]:
    """Return the header of a request, which the answer names by its number."""
    header = {"id": number, "op": _OPS[type(request)], "fields": request}
    if chained:
        header["chained"] = True
    return header


def request_of(header: dict[str, Any]) -> tuple[int, bool, Request]:
    """Return number and request of a header that the judge has written, and whether it is chained.

    Raises
    ------
    KeyError, TypeError
        Where the judge cannot have written it.
    """
    request = _REQUESTS[header["op"]](*header["fields"])
    return header["id"], header.get("chained", False), request


def answer_header(answer: Answer) -> dict[str, Any]:
    """Return the header of the answer to a submission that has called back."""
    return {"op": _OPS[type(answer)], "fields": answer}


def answer_of(header: dict[str, Any]) -> Answer:
    """Return the answer of the judge, whom the submission has called back, as `request_of`."""
    return _ANSWERS[header["op"]](*header["fields"])
