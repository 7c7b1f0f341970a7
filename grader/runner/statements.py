"""Statements of a submission, run one after the other in one namespace: of cells and of files."""

from __future__ import annotations

__all__ = ["FUTURES", "Defining", "Statements"]

import ast
import builtins
import copy
import inspect
from typing import TYPE_CHECKING, Any

from grader.runner.definitions import bound_by

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import CodeType

FUTURES = 0x1FF_0000  # all flags of `from __future__ import …`
ANNOTATIONS = 0x100_0000  # of `from __future__ import annotations`
Defining = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class Statements:
    """Runs statements in a namespace.

    Parameters
    ----------
    names : dict
        The namespace, which is a module's.
    filename : str
        What they are compiled under.
    flags : int
        With what they are compiled, such as ``ast.PyCF_ALLOW_TOP_LEVEL_AWAIT``; what they import
        from ``__future__`` is added to it.
    """

    def __init__(self, names: dict[str, Any], filename: str = "", flags: int = 0) -> None:
        self.names = names
        self.filename = filename
        self.flags = flags

    def execute(self, node: ast.stmt, flags: int = 0) -> Any:
        """Run one statement; return its value where it is an expression."""
        if isinstance(node, ast.Expr):
            code = self._compiled(ast.Expression(node.value), "eval", flags)
        else:
            code = self._compiled(ast.Module([node], []), "exec", flags)
        value = eval(code, self.names)  # noqa: S307  (the submission's own code, in its process)
        if not code.co_flags & inspect.CO_COROUTINE:
            return value
        # Few cells await anything, and every runner would carry a loop's two megabytes.
        from grader.runner.awaiting import finish  # noqa: PLC0415

        return finish(value)

    def statement(self, source: str) -> Any:
        """Run statements inside of another; return the value of the last where it has one."""
        value = None
        for node in ast.parse(source, self.filename).body:
            value = self.execute(node)
        return value

    def apart(self, source: str, offset: int) -> None:
        """Run statements whose names do not stay, as those of ``timeit``."""
        tree = ast.parse("\n" * offset + source, self.filename)
        if tree.body:
            wrapper = ast.parse("def _apart(): pass").body[0]
            assert isinstance(wrapper, ast.FunctionDef)  # noqa: S101  (for the type checker)
            wrapper.body = tree.body
            names: dict[str, Any] = {}
            code = self._compiled(ast.Module([wrapper], []), "exec")
            exec(code, self.names, names)  # noqa: S102  (the submission's own code, in its process)
            names["_apart"]()

    def main(self, nodes: Iterable[ast.stmt]) -> None:
        """Run what stands under ``if __name__ == "__main__":``, which is asleep otherwise."""
        name, self.names["__name__"] = self.names.get("__name__"), "__main__"
        try:
            for node in nodes:
                self.execute(node)
        finally:
            self.names["__name__"] = name

    def define(self, nodes: Iterable[ast.stmt]) -> None:
        """Run statements, of which none costs those below it."""
        for node in nodes:
            try:
                self.execute(node)
            except (Exception, SystemExit) as error:  # noqa: BLE001  (it costs none below it)
                self.rescue(node, error)

    def rescue(self, node: ast.stmt, error: BaseException) -> bool:
        """Save what of a statement that failed can be had; return whether that is all of it.

        Of several names that are imported, those that are there. A function or a class without
        its annotations, which compute nothing, and without decorators that are not there, such as
        those of a package that only makes it faster.
        """
        match node:
            case ast.Import(names=[_, _, *_]) | ast.ImportFrom(names=[_, _, *_]):
                self._import_singly(node)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                if isinstance(error, NameError | AttributeError | TypeError | ImportError):
                    self._define_plainly(node)
            case ast.AnnAssign(value=ast.expr()):
                self._try(node, ANNOTATIONS)
        return self.missing(node) == set()

    def missing(self, node: ast.stmt) -> set[str]:
        """Return the names that a statement gives a value to and that have none."""
        return bound_by(node) - self.names.keys()

    def _import_singly(self, node: ast.Import | ast.ImportFrom) -> None:
        for alias in node.names:
            single = copy.copy(node)
            single.names = [alias]
            if self.missing(single):
                self._try(single)

    def _define_plainly(self, node: Defining) -> None:
        if not self._try(node, ANNOTATIONS):
            known = self.names.keys() | vars(builtins).keys()
            plain = copy.copy(node)
            plain.decorator_list = [d for d in node.decorator_list if _root(d) in known]
            if len(plain.decorator_list) < len(node.decorator_list):
                self._try(plain, ANNOTATIONS)

    def _try(self, node: ast.stmt, flags: int = 0) -> bool:
        try:
            self.execute(node, flags)
        except (Exception, SystemExit):  # noqa: BLE001  (what is told is what was raised at first)
            return False
        return True

    def _compiled(self, tree: ast.Module | ast.Expression, mode: str, flags: int = 0) -> CodeType:
        ast.fix_missing_locations(tree)
        code: CodeType = compile(tree, self.filename, mode, flags | self.flags, dont_inherit=True)
        self.flags |= code.co_flags & FUTURES & ~flags
        return code


def _root(node: ast.expr) -> str:
    """Return the name with which an expression such as ``a.b(c)`` begins; empty for others."""
    while not isinstance(node, ast.Name):
        match node:
            case ast.Attribute(value=inner) | ast.Call(func=inner) | ast.Subscript(value=inner):
                node = inner
            case _:
                return ""
    return node.id
