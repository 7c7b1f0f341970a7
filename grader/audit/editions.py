"""Right answers as notebooks: each file of a course becomes one, cell by cell."""

from __future__ import annotations

__all__ = ["LAYOUTS", "notebook_of"]

import ast
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def _each_by_itself(statements: Sequence[str]) -> list[str]:
    return list(statements)


def _all_in_one(statements: Sequence[str]) -> list[str]:
    return ["\n\n".join(statements)]


def _tried_between(statements: Sequence[str]) -> list[str]:
    """Return the cells with what people leave between them: outputs, plots of nothing, a magic."""
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
    """Return a file as a notebook of format 4.4.

    Parameters
    ----------
    source : str
        Python.
    layout : str
        One of `LAYOUTS`.
    """
    lines = source.splitlines()
    statements = []
    for node in ast.parse(source).body:
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
        statements.append("\n".join(lines[first - 1 : node.end_lineno]))
    cells: list[dict[str, Any]] = [
        {
            "cell_type": "code",
            "metadata": {},
            "execution_count": None,
            "outputs": [],
            "source": cell,
        }
        for cell in LAYOUTS[layout](statements)
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = {
        "nbformat": 4,
        "nbformat_minor": 4,
        "metadata": {"kernelspec": kernel},
        "cells": cells,
    }
    return json.dumps(made).encode()
