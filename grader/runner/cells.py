"""A notebook's cells, run one by one in one namespace, as IPython runs them.

``if __name__ == "__main__":`` is asleep, as in a file: a template that is copied into a cell
has it so that it is not run there. It is run where a name is needed that only it defines.

A cell is Python by the time it comes here: magics and shell lines have become calls of
``get_ipython()``. Its statements are run one after the other, so that what was defined before a
statement that fails stays defined, as it does in a kernel.
"""

from __future__ import annotations

__all__ = ["Cells"]

import ast
import builtins
import inspect
import linecache
import sys
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, Any

from grader.runner.definitions import bound_by, defines_only, is_main_part
from grader.runner.shell import Shell
from grader.runner.standins import Nothing

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

MAX_NAMES = 10_000
FUTURES = 0x1FF_0000  # all flags of `from __future__ import …`


class Cells:
    """One notebook.

    Parameters
    ----------
    name : str
        The module's name, by which other files import it.
    root : str
        The submission's root: cells are compiled under file names below it.

    Attributes
    ----------
    module : ModuleType
        What the cells fill with names.
    """

    def __init__(self, name: str, root: str) -> None:
        self.module = ModuleType(name)
        self._root = root
        self._shell = Shell(self)
        self._flags = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
        self._failed_at: dict[str, int] = {}
        self._filename = ""
        self._shown: object = None
        self._inputs: list[str] = [""]
        self._outputs: dict[int, Any] = {}
        builtins.get_ipython = lambda: self._shell  # type: ignore[attr-defined]
        builtins.display = _show_nothing  # type: ignore[attr-defined]
        self.forget()

    @property
    def names(self) -> dict[str, Any]:
        """The namespace."""
        return vars(self.module)

    def left(self) -> list[str]:
        """Return the names that the cells have left."""
        return [name for name in self.names if type(name) is str][:MAX_NAMES]

    def forget(self) -> None:
        """Have only the names again that every notebook begins with."""
        name = self.module.__name__
        self.names.clear()
        self.names.update(
            __name__=name,
            __doc__=None,
            __builtins__=builtins,
            exit=_stay,
            quit=_stay,
            In=self._inputs,
            Out=self._outputs,
        )
        sys.modules[name] = self.module

    def run(
        self,
        source: str,
        label: str,
        *,
        mode: str = "all",
        names: Collection[str] = (),
    ) -> Any:
        """Run one cell and return the value of its last expression, None where it has none.

        Parameters
        ----------
        source : str
            Python.
        label : str
            What it is called in messages, such as ``neural_net/nets.ipynb, cell 3``.
        mode : str
            ``all``; ``rest``, from the statement on that failed; ``definitions``, only what defines
            and computes nothing, whatever else fails; ``rescue``, that of what stands below the
            statement that failed; ``main``, what is kept for a file that is started itself.
        names : collection of str
            For ``rest``, names that keep the value that they have; for ``rescue``, those that are
            wanted.
        """
        self._filename = f"{self._root}/{label}"
        lines = source.splitlines(keepends=True)
        linecache.cache[self._filename] = (len(source), None, lines, self._filename)
        if mode == "all":
            self._inputs.append(source)
        body = ast.parse(source, self._filename).body
        if mode == "main":
            return self._main(filter(is_main_part, body))
        if mode == "definitions":
            return self._define(filter(defines_only, body))
        first = self._failed_at.get(label, 0)
        if mode == "rescue":
            below = filter(defines_only, body[first + 1 :])
            there = dict(self.names)  # of a later cell, which a `*` may bring as well
            missing = set(names) - there.keys()
            self._define(node for node in below if bound_by(node) & missing)
            return self.names.update(there)
        kept = {name: self.names[name] for name in names if name in self.names}
        try:
            return self._all(body, first if mode == "rest" else 0, label)
        finally:
            self.names.update(kept)

    def statement(self, source: str) -> Any:
        """Run a statement inside of a cell; return its value where it is an expression."""
        tree = ast.parse(source, self._filename)
        value = None
        for node in tree.body:
            value = self._execute(node)
        return value

    def apart(self, source: str, offset: int) -> None:
        """Run statements whose names do not stay, as those of ``timeit``."""
        tree = ast.parse("\n" * offset + source, self._filename)
        if tree.body:
            wrapper = ast.parse("def _apart(): pass").body[0]
            assert isinstance(wrapper, ast.FunctionDef)  # noqa: S101  (for the type checker)
            wrapper.body = tree.body
            names: dict[str, Any] = {}
            code = self._compiled(ast.Module([wrapper], []), "exec")
            exec(code, self.names, names)  # noqa: S102  (the submission's own code, in its process)
            names["_apart"]()

    def _all(self, body: list[ast.stmt], first: int, label: str) -> Any:
        value = None
        for index, node in enumerate(body[first:], first):
            try:
                value = self._execute(node)
            except BaseException:
                self._failed_at[label] = index
                raise
        self._failed_at.pop(label, None)
        if plots := sys.modules.get("matplotlib.pyplot"):
            plots.close("all")  # as soon as they have been shown
        if value is not None:
            self._keep(value)
        return value

    def _main(self, nodes: Iterable[ast.stmt]) -> None:
        """Run what stands under ``if __name__ == "__main__":``, which is asleep otherwise."""
        name, self.names["__name__"] = self.names.get("__name__"), "__main__"
        try:
            for node in nodes:
                self._execute(node)
        finally:
            self.names["__name__"] = name

    def _define(self, nodes: Iterable[ast.stmt]) -> None:
        for node in nodes:
            try:
                self._execute(node)
            except (Exception, SystemExit):  # noqa: BLE001, S112  (it costs none below it)
                continue

    def _execute(self, node: ast.stmt) -> Any:
        """Run one statement; return its value where it is an expression."""
        if isinstance(node, ast.Expr):
            code = self._compiled(ast.Expression(node.value), "eval")
        else:
            code = self._compiled(ast.Module([node], []), "exec")
        value = eval(code, self.names)  # noqa: S307  (the submission's own code, in its process)
        if not code.co_flags & inspect.CO_COROUTINE:
            return value
        # Few cells await anything, and every runner would carry a loop's two megabytes.
        from grader.runner.awaiting import finish  # noqa: PLC0415

        return finish(value)

    def _compiled(self, tree: ast.Module | ast.Expression, mode: str) -> CodeType:
        ast.fix_missing_locations(tree)
        code: CodeType = compile(tree, self._filename, mode, self._flags, dont_inherit=True)
        self._flags |= code.co_flags & FUTURES
        return code

    def _keep(self, value: Any) -> None:
        """Keep a cell's value as ``_`` and in ``Out``, unless the notebook has its own ``_``."""
        self._outputs[len(self._inputs) - 1] = value
        if self.names.get("_", self._shown) is self._shown:
            self.names["_"] = self._shown = value


def _show_nothing(*_: Any, display_id: object = None, **__: Any) -> Any:
    """Stand for ``display``: there is no screen; what can be updated is updated in vain."""
    return Nothing() if display_id else None


def _stay() -> None:
    """Stand for ``exit`` and ``quit``, which would end the kernel and cost the cells below."""
