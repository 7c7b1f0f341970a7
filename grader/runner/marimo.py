"""Notebooks of marimo, which are Python files: each cell is a function that returns its names.

``@app.cell`` over ``def _(np): …; return (forward,)``: the body of such a function becomes
top-level code, in the order in which the cells need one another.
"""

from __future__ import annotations

__all__ = ["flattened", "is_marimo"]

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.runner.definitions import bound_by

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Decorators of functions and classes that belong to the notebook unchanged.
AS_IT_STANDS = frozenset(["function", "class_definition"])
Cell = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class _Piece:
    """Statements that belong together, and the names that they need from other pieces."""

    body: list[ast.stmt]
    needs: frozenset[str] = frozenset()

    @property
    def gives(self) -> set[str]:
        """The names that they define."""
        return set().union(*map(bound_by, self.body))


def is_marimo(source: bytes) -> bool:
    """Say whether a file looks like a marimo notebook; a file that only names marimo may, too."""
    return b"marimo" in source and b".App(" in source


def flattened(body: Sequence[ast.stmt]) -> tuple[list[ast.stmt], set[str]]:
    """Return a notebook's statements without the functions around them.

    Returns
    -------
    list of ast.stmt, set of str
        The statements, and the names under which they import marimo itself, which only shows
        things. The list is empty if the file has no cell.
    """
    apps = {
        target.id
        for node in body
        if isinstance(node, ast.Assign) and _is_app(node.value)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    pieces = [_piece(node, apps) for node in body]
    if all(piece.body == [node] for piece, node in zip(pieces, body, strict=True)):
        return [], set()
    statements = [node for piece in _in_order(pieces) for node in piece.body]
    marimo = {
        alias.asname or alias.name
        for node in statements
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.name == "marimo"
    }
    return [node for node in statements if not _is_of_marimo(node)], marimo


def _piece(node: ast.stmt, apps: set[str]) -> _Piece:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef() if names := [
            name for decorator in node.decorator_list if (name := _of_app(decorator, apps))
        ]:
            if names[0] in AS_IT_STANDS:
                others = [d for d in node.decorator_list if not _of_app(d, apps)]
                node.decorator_list = others
                return _Piece([node])
            if isinstance(node, Cell):
                own = [inner for inner in node.body if not isinstance(inner, ast.Return)]
                return _Piece(own, frozenset(a.arg for a in node.args.args))
        case ast.With(items=[ast.withitem(context_expr=context)], body=own) if _of_app(
            context, apps
        ):
            return _Piece(own)
    return _Piece([node])


def _of_app(node: ast.expr, apps: set[str]) -> str:
    """Return the attribute of an app that is used: ``cell`` for ``@app.cell(hide_code=True)``."""
    match node:
        case ast.Call(func=inner):
            return _of_app(inner, apps)
        case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name in apps:
            return attribute
        case _:
            return ""


def _is_app(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "App"


def _is_of_marimo(node: ast.stmt) -> bool:
    match node:
        case ast.Import(names=[ast.alias(name="marimo")]):
            return True
        case ast.Assign(value=value):
            return _is_app(value)
        case _:
            return False


def _in_order(pieces: Iterable[_Piece]) -> list[_Piece]:
    """Order pieces so that each comes after those that it needs; keep the order otherwise."""
    left, ordered = list(pieces), list[_Piece]()
    while left:
        to_come = [piece.gives for piece in left]
        ready = next(
            (
                index
                for index, piece in enumerate(left)
                if not any(piece.needs & g for i, g in enumerate(to_come) if i != index)
            ),
            0,  # a cycle: they need each other
        )
        ordered.append(left.pop(ready))
    return ordered
