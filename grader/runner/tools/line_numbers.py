"""Finds where a text defines a name: only numbers of lines leave the process."""

from __future__ import annotations

__all__ = ["places_of"]

import ast
import re
import warnings

MOST_NAMES = 100
# Of a text that is not valid Python: a definition, up to the next line that is not indented.
_BLOCK = r"^(?:async[ \t]+)?(?:def|class)[ \t]+{}\b.*\n(?:(?:[ \t].*)?\n)*(?:[ \t].*)?"


def places_of(text: str, names: list[str]) -> dict[str, list[int]]:
    """Return the first and the last line of the last definition of each name, from 1.

    If the definition has a docstring, its first and last line follow.

    Parameters
    ----------
    text : str
        A file or a cell; a name that it does not define is left out.
    names : list of str
    """
    wanted = set(names[:MOST_NAMES])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return _guessed(text, wanted)
    found: dict[str, list[int]] = {}
    for node in body:
        for name in wanted.intersection(_defined_by(node)):
            above = [d.lineno for d in getattr(node, "decorator_list", [])]
            first = min([node.lineno, *above])
            found[name] = [first, node.end_lineno or first, *_docstring(node)]
    return found


def _docstring(node: ast.stmt) -> list[int]:
    """Return the first and the last line of a docstring that stands on lines of its own."""
    body = getattr(node, "body", [])
    match body[:1]:
        case [ast.Expr(value=ast.Constant(value=str()), lineno=first, end_lineno=int() as last)]:
            apart = len(body) > 1 and body[1].lineno > last and node.lineno < first
            return [first, last] if apart else []
    return []


def _defined_by(node: ast.stmt) -> list[str]:
    """Return the names that a statement defines."""
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Assign(targets=targets):
            return [one.id for one in targets if isinstance(one, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
    return []


def _guessed(text: str, names: set[str]) -> dict[str, list[int]]:
    """Return the places in a text that cannot be parsed as a whole, by its indentation."""
    found: dict[str, list[int]] = {}
    for name in names:
        for match in re.finditer(_BLOCK.format(re.escape(name)), text, re.MULTILINE):
            first = text.count("\n", 0, match.start()) + 1
            found[name] = [first, first + match[0].rstrip().count("\n")]
    return found
