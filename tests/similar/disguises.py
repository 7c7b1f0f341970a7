"""Disguises of copied code: rename, reorder, reformat, comment."""

from __future__ import annotations

import ast
import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection


class _Renaming(ast.NodeTransformer):
    def __init__(self, kept: Collection[str], own: Collection[str]) -> None:
        self._kept, self._own = kept, own
        self._names: dict[str, str] = {}

    def _new(self, name: str) -> str:
        if name in self._kept or name not in self._own:
            return name
        return self._names.setdefault(name, f"thing_{len(self._names)}")

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Rename a variable."""
        return ast.copy_location(ast.Name(id=self._new(node.id), ctx=node.ctx), node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        """Rename a parameter."""
        self.generic_visit(node)
        node.arg = self._new(node.arg)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Rename a helper."""
        self.generic_visit(node)
        node.name = self._new(node.name)
        return node


def _own_names(tree: ast.AST) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.FunctionDef):
            found.add(node.name)
    return found


def renamed(text: str, kept: Collection[str] = ()) -> str:
    """Return the code with each variable, parameter and helper under another name."""
    tree = ast.parse(text)
    return ast.unparse(_Renaming(kept, _own_names(tree)).visit(tree))


def reordered(text: str, kept: Collection[str] = ()) -> str:
    """Return the code with its functions in the opposite order, below all that is no function."""
    del kept
    tree = ast.parse(text)
    functions = [n for n in tree.body if isinstance(n, ast.FunctionDef)]
    others = [n for n in tree.body if not isinstance(n, ast.FunctionDef)]
    return ast.unparse(ast.Module(body=[*others, *reversed(functions)], type_ignores=[]))


def laid_out(text: str, kept: Collection[str] = ()) -> str:
    """Return the code in another layout: four blanks become two, long lines, no blank lines."""
    del kept
    lines = ast.unparse(ast.parse(text)).split("\n")
    return "\n".join(
        "  " * ((len(line) - len(line.lstrip())) // 4) + line.lstrip() for line in lines if line
    )


def commented(text: str, kept: Collection[str] = ()) -> str:
    """Return the code with a comment behind lines that have none, and a docstring above."""
    del kept
    chance = random.Random(1)  # noqa: S311  (no secret)
    lines = ast.unparse(ast.parse(text)).split("\n")
    noted = [f"{line}  # step {chance.randrange(99)}" if line else line for line in lines]
    return '"""My own work."""\n# by me\n' + "\n".join(noted)


def all_of_them(text: str, kept: Collection[str] = ()) -> str:
    """Return the code after all disguises."""
    return commented(laid_out(reordered(renamed(text, kept))))


DISGUISES: tuple[Callable[..., str], ...] = (renamed, reordered, laid_out, commented, all_of_them)
