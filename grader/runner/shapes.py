"""The signature of a definition: it tells apart files that define the same names.

Nothing is run. A shape is plain data, because it is read in the process that parses the
submission's text, and compared in another.
"""

from __future__ import annotations

__all__ = ["shapes_of"]

import ast
import hashlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_WORDS = 60  # parameters of a function, keys of a constant
MAX_WORD = 80


def shapes_of(body: list[ast.stmt]) -> dict[str, dict[str, Any]]:
    """Return the shapes of the functions and the constants that some statements define.

    Parameters
    ----------
    body : list of ast.stmt
        Statements of a module; definitions inside other definitions are ignored.

    Returns
    -------
    dict of str to dict
        For the last definition of each name: ``parameters`` (names, in their order), ``least`` and
        ``most`` (number of positional arguments that a function takes; ``most`` is -1 for any
        number, and both are -1 for anything but a function), ``keys`` (of a constant dict,
        including those added by ``NAME["key"] = …``), ``body`` (of a function: a digest of its
        code without annotations and docstring) and ``written`` (false for a stub and for
        ``None``). A name that only gets keys has ``defines`` false.
    """
    shapes: dict[str, dict[str, Any]] = {}
    for node in body:
        for name, shape in _shapes(node):
            known = shapes.get(name)
            if shape["defines"] or known is None:
                shapes[name] = shape
            else:
                known["keys"] = sorted({*known["keys"], *shape["keys"]})[:MAX_WORDS]
                known["written"] = known["written"] or shape["written"]
    return shapes


def _shapes(node: ast.stmt) -> Iterator[tuple[str, dict[str, Any]]]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            yield name, _of_function(node)
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _of_target(target, value)
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield from _of_target(target, value)
        case ast.Expr(
            value=ast.Call(
                func=ast.Attribute(value=ast.Name(id=name), attr="update"), args=[ast.expr() as new]
            )
        ):
            yield name, _shape(defines=False, keys=_keys(new), written=not _is_none(new))
        case _:
            return


def _of_target(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, dict[str, Any]]]:
    match target, value:
        case ast.Name(id=name), ast.Lambda(args=arguments):
            yield name, _of_parameters(arguments)
        case ast.Name(id=name), _:
            yield name, _shape(keys=_keys(value), written=not _is_none(value))
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=str() as key)), _:
            yield name, _shape(defines=False, keys=[key], written=not _is_none(value))
        case ast.Tuple(elts=inner), ast.Tuple(elts=values) if len(inner) == len(values):
            for one, its in zip(inner, values, strict=True):
                yield from _of_target(one, its)
        case _:
            return


def _shape(
    *,
    parameters: list[str] | None = None,
    least: int = -1,
    most: int = -1,
    keys: list[str] | None = None,
    body: str = "",
    written: bool = True,
    defines: bool = True,
) -> dict[str, Any]:
    return {
        "parameters": [name[:MAX_WORD] for name in (parameters or [])[:MAX_WORDS]],
        "least": least,
        "most": most,
        "keys": sorted({key[:MAX_WORD] for key in keys or []})[:MAX_WORDS],
        "body": body,
        "written": written,
        "defines": defines,
    }


def _of_function(node: ast.FunctionDef | ast.AsyncFunctionDef) -> dict[str, Any]:
    body = node.body[1:] if _is_text(node.body[0]) else node.body
    return _of_parameters(node.args) | {"body": _digest(*body), "written": _is_written(body)}


def _of_parameters(arguments: ast.arguments) -> dict[str, Any]:
    names = [argument.arg for argument in (*arguments.posonlyargs, *arguments.args)]
    most = -1 if arguments.vararg else len(names)
    return _shape(parameters=names, least=len(names) - len(arguments.defaults), most=most)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _is_written(body: list[ast.stmt]) -> bool:
    """Say whether a function does anything: it neither is a stub nor ends like one.

    Code above a final ``raise NotImplementedError`` was begun, but has no effect.
    """
    if any(map(_is_not_implemented, body)):
        return False
    return not all(isinstance(n, ast.Pass) or _is_text(n) or _returns_none(n) for n in body)


def _is_not_implemented(node: ast.stmt) -> bool:
    if not isinstance(node, ast.Raise):
        return False
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"


def _returns_none(node: ast.stmt) -> bool:
    return isinstance(node, ast.Return) and (node.value is None or _is_none(node.value))


def _is_none(value: ast.expr) -> bool:
    """Say whether a value is None or ``...``, or a container of these."""
    match value:
        case ast.Constant(value=inner):
            return inner is None or inner is ...
        case ast.Dict(values=inner) | ast.Tuple(elts=inner) | ast.List(elts=inner):
            return bool(inner) and all(map(_is_none, inner))
        case _:
            return False


def _keys(value: ast.expr) -> list[str]:
    """Return the keys of a dict literal."""
    match value:
        case ast.Dict(keys=keys):
            return [k.value for k in keys if isinstance(k, ast.Constant) and type(k.value) is str]
        case ast.Call(func=ast.Name(id="dict"), keywords=keywords):
            return [keyword.arg for keyword in keywords if keyword.arg]
        case _:
            return []


def _digest(*nodes: ast.AST) -> str:
    try:
        text = "\n".join(map(ast.dump, nodes))
    except RecursionError:  # such as a sum of a thousand terms: it then equals no other
        return ""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
