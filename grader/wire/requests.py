"""The judge's requests to a runner: a struct for each kind, used at both ends.

A request is sent in the header of a frame: its ``op``, its fields in their order, and a number that
the reply repeats. A `chained` request is skipped if the one before it failed.

They are named tuples, since every runner creates these classes when it starts, and that takes time.
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

Tree = Any  # an encoded value, as returned by `encode`


class Open(NamedTuple):
    """Prepare for a submission, before any of its code runs.

    Attributes
    ----------
    root : str
        Absolute path of the submission, as the runner sees it.
    paths, stub_paths : sequence of str
        Folders for the beginning of the import path, and for its end.
    preload, absent : sequence of str
        Modules to import; packages that may be imported although they are not installed.
    seed : int
        Seeds the global generators.
    memory_mib : int
    cpu_seconds : float
        The limits that the kernel enforces.
    max_bytes : int
        Maximal size of the buffers of one reply.
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
    """Run a file, or read a table; the reply is a `LoadReport`.

    Attributes
    ----------
    file : str
        Path in the submission.
    skip : sequence of (str, int)
        File and line of statements to skip.
    hurried : bool
        Whether only imports, definitions and constants are run.
    tell : int or None
        The number of a function of the judge to call before each statement.
    wake : str
        A name whose definition is under ``if __name__ == "__main__":``; that part is run, too.
    """

    file: str
    skip: Sequence[tuple[str, int]] = ()
    hurried: bool = False
    tell: int | None = None
    wake: str = ""


class Cell(NamedTuple):
    """Run a cell of a notebook; its source is the only argument.

    Attributes
    ----------
    file : str
        The file whose namespace is used.
    label : str
        The cell's name in tracebacks.
    arguments : Tree
        A list with the source.
    mode, names
        What to run of the cell: see `grader.runner.cells`.
    want_value : bool
        Whether to send the value of its last expression.
    """

    file: str
    label: str
    arguments: Tree
    mode: str = "all"
    names: Sequence[str] = ()
    want_value: bool = True


class Names(NamedTuple):
    """Return the names that the cells run for a file have defined."""

    file: str


class Get(NamedTuple):
    """Return the value of a name that a file defines, as plain data.

    With `steps_at`, the number of a parameter, return whether it is a function whose text shows
    that it makes as many steps as this parameter says.
    """

    file: str
    name: str
    steps_at: int | None = None


class Call(NamedTuple):
    """Call a function.

    Attributes
    ----------
    file, name : str
        The file, and the function's name.
    arity : int
        How many of the arguments are the function's own; the rest are replacements (`instead`).
    arguments : Tree
        A list.
    want_arguments : bool
        Whether to send the arguments in their state after the call, in a pair with the value.
    hold : bool
        Whether a result that is not plain data stays in the runner, behind a `Handle`.
    instead : sequence of str
        Names in the file that the remaining arguments replace during the call.
    tell : int or None
        The number of a function of the judge to call with the progress.
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
    """Call a function several times, and return the values in their state after the last call.

    The fields are those of `Call`, but `arguments` has a list for each call.
    """

    file: str
    name: str
    arity: int
    arguments: Tree
    instead: Sequence[str] = ()


class Use(NamedTuple):
    """Call a function of `grader.runner.tools`; a result that is not plain data stays there."""

    module: str
    name: str
    arguments: Tree


class Return(NamedTuple):
    """The result of a function of the judge that the submission has called."""

    value: Tree


class Refuse(NamedTuple):
    """The error for a submission that has called a function of the judge wrongly."""

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
    """Return the header of a request; the reply repeats its number."""
    header = {"id": number, "op": _OPS[type(request)], "fields": request}
    if chained:
        header["chained"] = True
    return header


def request_of(header: dict[str, Any]) -> tuple[int, bool, Request]:
    """Return the number of a request that the judge wrote, whether it is chained, and the request.

    Raises
    ------
    KeyError, TypeError
        If the judge cannot have written it.
    """
    request = _REQUESTS[header["op"]](*header["fields"])
    return header["id"], header.get("chained", False), request


def answer_header(answer: Answer) -> dict[str, Any]:
    """Return the header of the judge's answer to a callback of the submission."""
    return {"op": _OPS[type(answer)], "fields": answer}


def answer_of(header: dict[str, Any]) -> Answer:
    """Return the judge's answer to a callback; raises as `request_of`."""
    return _ANSWERS[header["op"]](*header["fields"])
