"""Which statements only define something, and which names they bind, judged by syntax alone."""

from __future__ import annotations

__all__ = ["bound_by", "defines_only", "is_main_part", "mentions"]

import ast

# Calls in a constant whose cost can be neglected.
PLAIN = frozenset(["dict", "list", "tuple", "set", "frozenset", "float", "int", "bool", "str"])
PLAIN_ARRAYS = frozenset(["array", "asarray", "float32", "float64"])


def defines_only(node: ast.stmt) -> bool:
    """Say whether a statement is an import, a definition or a constant."""
    match node:
        case ast.Import() | ast.ImportFrom() | ast.FunctionDef() | ast.AsyncFunctionDef():
            return True
        case ast.ClassDef():
            return True
        case ast.Assign(value=value) | ast.AnnAssign(value=ast.expr() as value):
            return not any(map(_computes, ast.walk(value)))
        case _:
            return False


def is_main_part(node: ast.stmt) -> bool:
    """Say whether a statement is ``if __name__ == "__main__":`` or equivalent."""
    if not isinstance(node, ast.If):
        return False
    return any(isinstance(n, ast.Name) and n.id == "__name__" for n in ast.walk(node.test))


def mentions(node: ast.AST, name: str) -> bool:
    """Say whether a statement contains a name anywhere."""
    return name in bound_by(node) or any(
        isinstance(inner, ast.Name) and inner.id == name for inner in ast.walk(node)
    )


def bound_by(node: ast.AST) -> set[str]:
    """Return the names that a statement gives a value to in its own scope.

    Bodies of functions and classes, and comprehensions, have scopes of their own.
    """
    found: set[str] = set()
    waiting = [node]
    while waiting:
        match waiting.pop():
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                found.add(name)
            case ast.ClassDef(name=name):
                found.add(name)
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                found |= {(alias.asname or alias.name).partition(".")[0] for alias in names}
            case ast.Name(id=name, ctx=ast.Store()):
                found.add(name)
            case ast.Lambda() | ast.ListComp() | ast.SetComp() | ast.DictComp():
                pass
            case ast.GeneratorExp():
                pass
            case ast.ExceptHandler(body=body):
                waiting += body
            case other:
                waiting += ast.iter_child_nodes(other)
    return found


def _computes(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id=name)):
            return name not in PLAIN
        case ast.Call(func=ast.Attribute(value=ast.Name(id="np" | "numpy"), attr=name)):
            return name not in PLAIN_ARRAYS
        case ast.Call() | ast.Await() | ast.ListComp() | ast.SetComp() | ast.DictComp():
            return True
        case ast.GeneratorExp() | ast.Yield() | ast.YieldFrom():
            return True
        case _:
            return False
