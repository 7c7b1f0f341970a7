"""Describes to the judge what went wrong in the submission."""

from __future__ import annotations

__all__ = ["RefusedRequest", "describe", "relative"]

import builtins
import difflib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.wire.replies import MAX_FRAMES, MAX_NAME, Raised, StackFrame

if TYPE_CHECKING:
    from types import TracebackType

MAX_TEXT = 2_000
MOST_KNOWN = 2_000
# Read from the class: a subclass can replace an attribute by anything.
_ERRNO: Any = OSError.errno
_NAME: Any = NameError.name


class RefusedRequest(Exception):
    """The runner cannot do what was asked, for a reason that has a name (``missing``, …)."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def describe(error: BaseException, root: str) -> Raised:
    """Return the description of an exception for the judge, with the submission's own frames.

    Parameters
    ----------
    error : BaseException
        The exception; its ``__str__`` may be the submission's code and may itself raise.
    root : str
        The folder that holds the submission: frames of files outside it are left out.
    """
    try:
        message = str(error)
    except BaseException:  # noqa: BLE001  (a submission's __str__ may raise anything)
        message = ""
    frames = _frames(error.__traceback__, root)
    if isinstance(error, SyntaxError) and isinstance(error.filename, str):
        message = str(error.msg or "")
        line = error.lineno if type(error.lineno) is int else 0
        frames.append(StackFrame(relative(error.filename, root) or "", line, "<module>"))
    return Raised(
        kind=error.kind if isinstance(error, RefusedRequest) else "exception",
        type=type(error).__name__[:200],
        message=_without_root(message[:MAX_TEXT], root),
        errno=_number(error),
        frames=frames[-MAX_FRAMES:],
        bases=_bases(type(error)),
        near=_near(error, root),
    )


def _bases(kind: type[BaseException]) -> list[str]:
    """Return the names of Python's own exceptions that a type is derived from."""
    above = type.mro(kind)[1:] if type(kind) is type else kind.__mro__[1:]
    own = vars(builtins)
    return [base.__name__ for base in above if own.get(base.__name__) is base][:MAX_FRAMES]


def _near(error: BaseException, root: str) -> str:
    """Return the defined name that is most similar to one that is not; empty for other errors."""
    name = _NAME.__get__(error) if isinstance(error, NameError) else None
    if type(name) is not str or isinstance(error, UnboundLocalError):
        return ""
    traceback, frame = error.__traceback__, None
    while traceback is not None:
        if relative(traceback.tb_frame.f_code.co_filename, root) is not None:
            frame = traceback.tb_frame
        traceback = traceback.tb_next
    if frame is None:
        return ""
    # Since Python 3.12 a comprehension has no frame: its names are the function's, and gone by now.
    own = {*frame.f_locals, *frame.f_code.co_varnames}
    known = {*own, *frame.f_globals, *vars(builtins)}
    names = sorted(k for k in known if type(k) is str and len(k) <= MAX_NAME and k[:2] != "__")
    found = difflib.get_close_matches(name[:MAX_NAME], names[:MOST_KNOWN], n=1)
    return found[0] if found else ""


def _number(error: BaseException) -> int:
    """Return the operating system's number (`errno`) of an error, 0 if it has none."""
    number = _ERRNO.__get__(error) if isinstance(error, OSError) else 0
    return number if type(number) is int and 0 <= number < MAX_TEXT else 0


def _frames(traceback: TracebackType | None, root: str) -> list[StackFrame]:
    """Return the frames that run code of the submission."""
    frames: list[StackFrame] = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        file = relative(code.co_filename, root)
        if file is not None:
            frames.append(StackFrame(file, traceback.tb_lineno, code.co_name[:200]))
            del frames[: -4 * MAX_FRAMES]
        traceback = traceback.tb_next
    return frames


def _without_root(message: str, root: str) -> str:
    """Return a message that can be sent, with its paths relative to the submission's root."""
    text = message.encode("utf-8", "replace").decode()
    return text.replace(f"{root}/", "") if root else text


def relative(filename: str, root: str) -> str | None:
    """Return a path relative to the submission's root, None for a file outside it."""
    try:
        return Path(filename).relative_to(root).as_posix()
    except ValueError:
        return None
