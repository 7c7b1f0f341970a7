"""Runs the statements of a submission, of a cell or of a file, one by one in one namespace."""

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
        The namespace of a module.
    filename : str
        The file name under which they are compiled.
    flags : int
        Flags for the compiler, such as ``ast.PyCF_ALLOW_TOP_LEVEL_AWAIT``; those of imports
        from ``__future__`` are added.
    """

    def __init__(self, names: dict[str, Any], filename: str = "", flags: int = 0) -> None:
        self.names = names
        self.filename = filename
        self.flags = flags

    def execute(self, node: ast.stmt, flags: int = 0) -> Any:
        """Run one statement; return its value if it is an expression."""
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
        """Run statements given as text; return the value of the last if it has one."""
        value = None
        for node in ast.parse(source, self.filename).body:
            value = self.execute(node)
        return value

    def apart(self, source: str, offset: int) -> None:
        """Run statements in a namespace of their own, as ``timeit`` does."""
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
        """Run what stands under ``if __name__ == "__main__":``, which is not run otherwise."""
        name, self.names["__name__"] = self.names.get("__name__"), "__main__"
        try:
            for node in nodes:
                self.execute(node)
        finally:
            self.names["__name__"] = name

    def define(self, nodes: Iterable[ast.stmt]) -> None:
        """Run statements; if one fails, the next ones are run all the same."""
        for node in nodes:
            try:
                self.execute(node)
            except (Exception, SystemExit) as error:  # noqa: BLE001  (it costs none below it)
                self.rescue(node, error)

    def rescue(self, node: ast.stmt, error: BaseException) -> bool:
        """Rescue what a failed statement can still define; return whether all its names exist.

        Of several imported names, import those that exist. Define a function or a class without
        annotations, which compute nothing, and without decorators that are missing, such as those
        of a package that only makes it faster.
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
        """Return the names that a statement should bind and that are still undefined."""
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
    """Return the first name of an expression such as ``a.b(c)``; empty for other expressions."""
    while not isinstance(node, ast.Name):
        match node:
            case ast.Attribute(value=inner) | ast.Call(func=inner) | ast.Subscript(value=inner):
                node = inner
            case _:
                return ""
    return node.id
