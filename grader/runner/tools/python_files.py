"""Reads a Python file like a notebook: each statement, with the comments above it, is a cell.

So the same search works for one file and for one notebook that holds several exercises.
"""

from __future__ import annotations

__all__ = ["cells_of"]

import ast
import tokenize
from io import BytesIO
from typing import TYPE_CHECKING, Any

from grader.runner.tools.cell_sources import as_python, translate

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 2 << 20
MAX_STATEMENTS = 5_000
MAX_HEADINGS = 8
MAX_HEADING = 200


def cells_of(content: bytes) -> tuple[str, list[dict[str, Any]]]:
    """Return what is wrong with a file (the end of a sentence), and its statements as cells.

    A file that is not valid Python is one cell; the names it defines are guessed from its text.
    """
    if len(content) > MAX_BYTES:
        return f"has more than {MAX_BYTES >> 20} MiB, which no program has", []
    text = _decoded(content)
    _, tree = as_python(text)
    if tree is None or len(tree.body) > MAX_STATEMENTS:
        return "", [_cell(text, 1, text.count("\n") + 1, [])]
    lines = text.split("\n")
    return "", list(_statements(tree, lines))


def _decoded(content: bytes) -> str:
    """Return a file's text, in the encoding that it declares if that works."""
    try:
        encoding = tokenize.detect_encoding(BytesIO(content).readline)[0]
        text = content.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError):
        text = content.decode("latin-1")
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _statements(tree: ast.Module, lines: list[str]) -> Iterator[dict[str, Any]]:
    above = 0
    for number, node in enumerate(tree.body, 1):
        begin = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
        end = node.end_lineno or begin
        text = "\n".join(lines[begin - 1 : end])
        yield _cell(text, number, end, _headings(node, lines[above : begin - 1]))
        above = end


def _headings(node: ast.stmt, between: list[str]) -> list[str]:
    """Return the comments above a statement, or its text if it is only a string."""
    found = [line for line in between if line.lstrip().startswith("#")]
    match node:
        case ast.Expr(value=ast.Constant(value=str() as said)):
            found += [line for line in said.splitlines() if line.strip()]
    stripped = (line.strip("#%=-*_~ \t") for line in found)
    return [line[:MAX_HEADING] for line in stripped if line][:MAX_HEADINGS]


def _cell(text: str, number: int, line: int, headings: list[str]) -> dict[str, Any]:
    found = {
        "kind": "code",
        "number": number,
        "count": number,
        "text": text,
        "line": line,
        "headings": headings,
        **translate(text),
    }
    del found["told"]  # the runner tells it
    return found
