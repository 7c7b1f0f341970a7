"""What the judge asks of a runner: a struct for each request, which both ends share.

A request travels as the header of a frame: its ``op``, a number that the answer repeats, and those
of its fields that have not the value which they have where they are not given. Whoever sends one
that is `chained` wants it passed over where the one before it came to nothing.

Named tuples, since a runner pays for the making of each class whenever it starts.
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
    "answer_of",
    "header_of",
    "request_of",
]

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

Tree = Any  # a value as `encode` makes it
_REQUIRED = object()


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

_REQUESTS: dict[str, type[Request]] = {
    "open": Open,
    "load": Load,
    "cell": Cell,
    "names": Names,
    "get": Get,
    "call": Call,
    "several": Several,
    "use": Use,
}
_ANSWERS: dict[str, type[Answer]] = {"return": Return, "refuse": Refuse}


class _Form(NamedTuple):
    """How one kind of message is written: its op, and its fields with their defaults."""

    op: str
    fields: tuple[tuple[str, object], ...]


_FORMS: dict[type[Request | Answer], _Form] = {
    kind: _Form(op, tuple((n, kind._field_defaults.get(n, _REQUIRED)) for n in kind._fields))
    for op, kind in [*_REQUESTS.items(), *_ANSWERS.items()]
}


def header_of(message: Request | Answer) -> dict[str, Any]:
    """Return the header of a request, or of the answer to a submission that has called back."""
    op, fields = _FORMS[type(message)]
    header: dict[str, Any] = {"op": op}
    for (name, default), value in zip(fields, message, strict=True):
        if value != default:
            header[name] = value
    return header


def request_of(header: dict[str, Any]) -> tuple[int, bool, Request]:
    """Return number and request of a header that the judge has written, and whether it is chained.

    Raises
    ------
    KeyError, TypeError
        Where the judge cannot have written it.
    """
    fields = dict(header)
    number, chained = fields.pop("id"), fields.pop("chained", False)
    return number, chained, _REQUESTS[fields.pop("op")](**fields)


def answer_of(header: dict[str, Any]) -> Answer:
    """Return the answer of the judge, whom the submission has called back, as `request_of`."""
    fields = dict(header)
    return _ANSWERS[fields.pop("op")](**fields)
