"""Right answers as notebooks: each file of a course is divided into cells."""

from __future__ import annotations

__all__ = ["LAYOUTS", "notebook_of"]

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def _each_by_itself(statements: Sequence[str]) -> list[str]:
    return list(statements)


def _all_in_one(statements: Sequence[str]) -> list[str]:
    return ["\n\n".join(statements)]


def _tried_between(statements: Sequence[str]) -> list[str]:
    """Return the cells with what people leave between them: outputs, an empty plot, a magic."""
    cells = ["%matplotlib inline", "print('begin')"]
    for number, statement in enumerate(statements):
        cells += [statement, f"tried = {number}\ntried"]
    return cells


LAYOUTS: dict[str, Callable[[Sequence[str]], list[str]]] = {
    "a cell for each statement": _each_by_itself,
    "one cell": _all_in_one,
    "with trials between": _tried_between,
}


def notebook_of(source: str, layout: str) -> bytes:
    """Return a file as a notebook in format 4.5; the same file always gives the same bytes.

    Parameters
    ----------
    source : str
        Python.
    layout : str
        One of `LAYOUTS`.
    """
    import nbformat  # noqa: PLC0415  (slow, and for the audit of notebooks alone)

    lines = source.splitlines()
    statements = []
    for node in ast.parse(source).body:
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
        statements.append("\n".join(lines[first - 1 : node.end_lineno]))
    cells = [
        nbformat.v4.new_code_cell(cell, id=f"cell-{number}")
        for number, cell in enumerate(LAYOUTS[layout](statements), 1)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    nbformat.validate(made)
    return f"{nbformat.writes(made)}\n".encode()
