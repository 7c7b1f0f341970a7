"""The runner's replies to the judge: a struct for each kind, used at both ends.

All that the judge reads here is the submission's own word. `reply_of` and `report_of` make sure
that each field, down to the last text, has the type in its struct; a field of another type counts
as missing.
"""

from __future__ import annotations

__all__ = [
    "MAX_FAILED_LINES",
    "MAX_FRAMES",
    "At",
    "CallBack",
    "FailedLine",
    "LoadReport",
    "Raised",
    "Reply",
    "StackFrame",
    "Value",
    "plain_report",
    "reply_header",
    "reply_of",
    "report_of",
]

import builtins
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grader.wire.requests import Tree

MAX_FRAMES = 12
MAX_FAILED_LINES = 100
MAX_NAME = 60
_EXCEPTIONS = frozenset(
    name
    for name, value in vars(builtins).items()
    if isinstance(value, type(Exception)) and issubclass(value, BaseException)
)


class StackFrame(NamedTuple):
    """A stack frame in the submission's own code, with the file's path in the submission."""

    file: str
    line: int
    function: str


class Value(NamedTuple):
    """The value that was asked for.

    Attributes
    ----------
    value : Tree
        For `grader.wire.decode`.
    stood_in : sequence of str
        Names of packages for which a stand-in was used; every reply has this field.
    """

    value: Tree
    stood_in: Sequence[str] = ()


class Raised(NamedTuple):
    """An exception in the runner, or the reason why it could not do what it was asked.

    Attributes
    ----------
    kind : str
        ``exception``, or the runner's reason: ``missing``, ``unrun``, ``unreadable``,
        ``signature``, ``unsendable``.
    type : str
        Name of the exception's type.
    message : str
    errno : int
        The operating system's number of the error, 0 if there is none.
    frames : sequence of StackFrame
        From the outermost to the innermost.
    bases : sequence of str
        Names of Python's own exceptions that the type is derived from, the nearest first.
    near : str
        For a name that is not defined: the most similar one that is; empty if there is none.
    """

    kind: str = ""
    type: str = ""
    message: str = ""
    errno: int = 0
    frames: Sequence[StackFrame] = ()
    bases: Sequence[str] = ()
    near: str = ""
    stood_in: Sequence[str] = ()


class CallBack(NamedTuple):
    """A call to a function of the judge, by its number; -1 if the number is not valid."""

    callback: int
    arguments: Tree


class At(NamedTuple):
    """The statement, by file and line, at which a runner was interrupted while loading."""

    file: str
    line: int


class FailedLine(NamedTuple):
    """A statement of a file that failed or was not run.

    Attributes
    ----------
    file, line
        The place of the statement.
    raised : Raised
        The exception. A statement that was not run has another kind: ``skipped`` and ``hurried``
        by order of the judge, ``left_out`` if only a shell could run it.
    names : sequence of str
        Names that it should have defined and that are undefined; ``*`` if that is not known.
    kept : sequence of str
        Names to which it should have given another value; they keep the one from a line above.
    """

    file: str
    line: int
    raised: Raised
    names: Sequence[str] = ()
    kept: Sequence[str] = ()


class LoadReport(NamedTuple):
    """The result of loading a file: the course's stubs that it uses, and the failures."""

    stubs: Sequence[str] = ()
    failed: Sequence[FailedLine] = ()


Reply = Value | Raised | CallBack | At

_OPS: dict[type[Reply], str] = {Value: "value", Raised: "raised", CallBack: "callback", At: "at"}


# ---------------------------------------------------------------------------- in the runner


def reply_header(number: int, reply: Reply) -> dict[str, Any]:
    """Return the header of a reply to the request of that number."""
    if type(reply) is Value and not reply.stood_in:  # the usual case
        return {"id": number, "op": "value", "value": reply.value}
    return {"id": number, "op": _OPS[type(reply)], **reply._asdict()}


def plain_report(report: LoadReport) -> list[Any]:
    """Return a report as plain data, to be sent as a `Value`."""
    return [list(report.stubs), [_plain_line(failed) for failed in report.failed]]


def _plain_line(failed: FailedLine) -> dict[str, Any]:
    what = failed.raised
    return {
        "file": failed.file,
        "line": failed.line,
        "names": list(failed.names),
        "kept": list(failed.kept),
        "kind": what.kind,
        "type": what.type,
        "message": what.message,
        "errno": what.errno,
        "frames": [list(frame) for frame in what.frames],
        "bases": list(what.bases),
        "near": what.near,
    }


# ---------------------------------------------------------------------------- in the judge


def reply_of(header: dict[str, Any]) -> Reply | None:
    """Return the reply in a header, or None if its kind is not known.

    Parameters
    ----------
    header : dict
        The header of a frame that an attacker may have written.
    """
    match header.get("op"):
        case "value" if "stood_in" not in header:  # the usual case
            return Value(header.get("value"))
        case "value":
            return Value(header.get("value"), _texts(header.get("stood_in")))
        case "raised":
            return _raised(header)._replace(stood_in=_texts(header.get("stood_in")))
        case "callback":
            return CallBack(_integer(header.get("callback"), -1), header.get("arguments"))
        case "at":
            file, line = header.get("file"), header.get("line")
            return At(file, line) if type(file) is str and type(line) is int else None
        case _:
            return None


def report_of(value: object) -> LoadReport:
    """Return the report in a decoded value; an empty one if it is not a report.

    At most `MAX_FAILED_LINES` failed lines are taken.
    """
    stubs, failed = value if type(value) is list and len(value) == 2 else ([], [])
    entries = [entry for entry in _listed(failed) if type(entry) is dict]
    lines = (_failed_line(entry) for entry in entries[:MAX_FAILED_LINES])
    return LoadReport(_texts(stubs), tuple(line for line in lines if line is not None))


def _failed_line(entry: dict[Any, Any]) -> FailedLine | None:
    file, line = entry.get("file"), entry.get("line")
    if type(file) is not str or type(line) is not int:
        return None
    return FailedLine(
        file, line, _raised(entry), _texts(entry.get("names")), _texts(entry.get("kept"))
    )


def _raised(entry: dict[Any, Any]) -> Raised:
    return Raised(
        _text(entry.get("kind")),
        _text(entry.get("type")),
        _text(entry.get("message")),
        _integer(entry.get("errno"), 0),
        _frames(entry.get("frames")),
        tuple(base for base in _texts(entry.get("bases")) if base in _EXCEPTIONS),
        _name(entry.get("near")),
    )


def _frames(value: object) -> tuple[StackFrame, ...]:
    # Only the last ones: each of hundreds of thousands of frames would read a file again.
    return tuple(
        StackFrame(*entry)
        for entry in _listed(value)[-MAX_FRAMES:]
        if type(entry) is list and [type(part) for part in entry] == [str, int, str]
    )


def _name(value: object) -> str:
    """Return an identifier of Python's, empty for any other value."""
    is_name = type(value) is str and len(value) <= MAX_NAME and value.isidentifier()
    return value if is_name and type(value) is str else ""


def _text(value: object) -> str:
    return value if type(value) is str else ""


def _integer(value: object, otherwise: int) -> int:
    return value if type(value) is int else otherwise


def _listed(value: object) -> list[Any]:
    return value if type(value) is list else []


def _texts(value: object) -> tuple[str, ...]:
    return tuple(text for text in value if type(text) is str) if type(value) is list else ()
