"""Whether the code that imports a file would catch the failure of that import.

In ``try: from with_torch import train`` with an ``except ImportError`` below, the file may fail as
a whole. It then has to fail: otherwise the alternative below ``except`` would not be used.
"""

from __future__ import annotations

__all__ = ["guarded"]

import ast
import builtins
import linecache
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType


def guarded(error: BaseException, prefix: str) -> bool:
    """Say whether a statement of the submission that is now running would catch an error.

    Parameters
    ----------
    error : BaseException
        What an import has raised.
    prefix : str
        How the names of the submission's files begin.
    """
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001  (its name is all that is private)
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(prefix) and _catches(file, frame.f_lineno, error):
            return True
        frame = frame.f_back
    return False


def _catches(file: str, line: int, error: BaseException) -> bool:
    try:
        tree = ast.parse("".join(linecache.getlines(file)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return any(
        node.body[0].lineno <= line <= (node.body[-1].end_lineno or 0)
        and any(_is_for(handler.type, error) for handler in node.handlers)
        for node in ast.walk(tree)
        if isinstance(node, ast.Try)
    )


def _is_for(kind: ast.expr | None, error: BaseException) -> bool:
    match kind:
        case ast.Tuple(elts=kinds):
            return any(_is_for(one, error) for one in kinds)
        case ast.Name(id=name):
            named = vars(builtins).get(name)
            return not isinstance(named, type) or isinstance(error, named)
        case _:
            return True
