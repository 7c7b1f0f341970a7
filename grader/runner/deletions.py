"""``del np`` at the end of a file: names that functions still need are kept.

A program that ends with its own demonstration may delete what it no longer uses. The judge calls
its functions after that.
"""

from __future__ import annotations

__all__ = ["deletes", "keeping", "needed_in", "without_deletions"]

import ast
import builtins
import re
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any

from grader.runner.shims import use

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

# Found first, as fast as a text is found, so that most files are not read twice.
_DEL = re.compile(rb"del\b(?<!\wdel)")
_DELETES = re.compile(rb"^[^#\n]*\bdel\b", re.MULTILINE)
_SCOPES = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
_BUILTIN = frozenset(vars(builtins))  # who deletes such a name wants the builtin back


def deletes(source: bytes) -> bool:
    """Say whether a line of a file has the word ``del`` and is not only a comment."""
    return bool(_DEL.search(source) and _DELETES.search(source))


def needed_in(body: Iterable[ast.stmt]) -> set[str]:
    """Return what a file needs after its last line.

    That is what its functions read, these and its classes themselves, and its constants.
    """
    found: set[str] = set()
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, _SCOPES):
                inner = ast.walk(node)
                found |= {n.id for n in inner if isinstance(n, ast.Name) and _is_read(n)}
            elif isinstance(node, ast.Name) and _is_constant(node.id):
                found.add(node.id)
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(statement.name)
    return found - _BUILTIN


def keeping(statement: ast.stmt, names: Mapping[str, Any]) -> ast.stmt:
    """Return a statement that deletes nothing that the functions in a namespace need."""
    return without_deletions(statement, needed_by(names)) if _deletes(statement) else statement


def needed_by(names: Mapping[str, Any]) -> set[str]:
    """Return the names that functions in a namespace read, these functions, and its constants."""
    found = {name for name in names if type(name) is str and _is_constant(name)}
    for name, value in list(names.items()):
        for function in _functions(value):
            if function.__globals__ is names:
                found |= {name, *_names_of(function.__code__)}
    return found - _BUILTIN


def without_deletions(statement: ast.stmt, needed: Collection[str]) -> ast.stmt:
    """Return a statement that deletes none of the needed names, outside of functions."""
    if not needed or not _deletes(statement):
        return statement
    changed: ast.stmt = _Keeping(needed).visit(statement)
    return changed


class _Keeping(ast.NodeTransformer):
    """Takes names out of ``del`` statements."""

    def __init__(self, needed: Collection[str]) -> None:
        self._needed = needed

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """Leave a function as it is."""
        return node

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AsyncFunctionDef:
        """Leave a function as it is."""
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        """Leave a class as it is."""
        return node

    def visit_Delete(self, node: ast.Delete) -> ast.stmt:
        """Return the statement without the needed names."""
        targets = [part for target in node.targets for part in _parts(target)]
        left = [t for t in targets if not (isinstance(t, ast.Name) and t.id in self._needed)]
        if len(left) == len(targets):
            return node
        use("deletions")
        new: ast.stmt = ast.Delete(left) if left else ast.Pass()
        return ast.copy_location(new, node)


def _parts(target: ast.expr) -> Iterator[ast.expr]:
    if isinstance(target, ast.Tuple | ast.List):
        for part in target.elts:
            yield from _parts(part)
    else:
        yield target


def _deletes(statement: ast.stmt) -> bool:
    return any(isinstance(node, ast.Delete) for node in ast.walk(statement))


def _is_constant(name: str) -> bool:
    """Say whether a name is that of a constant; a single letter is rather a large array."""
    return len(name) > 1 and name.isupper()


def _is_read(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Load)


def _functions(value: Any) -> Iterator[FunctionType]:
    """Return a function itself, or the functions in a class."""
    if type(value) is FunctionType:
        yield value
    elif isinstance(value, type):
        yield from (inner for inner in vars(value).values() if type(inner) is FunctionType)


def _names_of(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names_of(constant)
