"""A notebook's cells, run one by one in one namespace, as IPython runs them.

The part under ``if __name__ == "__main__":`` is skipped at first, as when a file is imported: a
template that is copied into a cell has it for that reason. It is run later if a name is needed that
only this part defines.

The cells have already been translated to Python: magics and shell lines have become calls of
``get_ipython()``. The statements are run one after the other, so that names which were defined
before a failing statement stay defined, as in a kernel.
"""

from __future__ import annotations

__all__ = ["Cells"]

import ast
import builtins
import linecache
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

from grader.runner.definitions import bound_by, defines_only, is_main_part
from grader.runner.deletions import keeping
from grader.runner.parts import divided
from grader.runner.shell import Shell, silent_display
from grader.runner.statements import Statements

if TYPE_CHECKING:
    from collections.abc import Collection

MAX_NAMES = 10_000


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
        The module whose namespace the cells fill.
    """

    def __init__(self, name: str, root: str) -> None:
        self.module = ModuleType(name)
        self._root = root
        self._shell = Shell(self)
        self._statements = Statements(self.names, flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        self._failed_at: dict[str, int] = {}
        self._shown: object = None
        self._inputs: list[str] = [""]
        self._outputs: dict[int, Any] = {}
        builtins.get_ipython = lambda: self._shell  # type: ignore[attr-defined]
        builtins.display = silent_display  # type: ignore[attr-defined]
        self._begin()

    @property
    def names(self) -> dict[str, Any]:
        """The namespace."""
        return vars(self.module)

    def left(self) -> list[str]:
        """Return the names that the cells have defined."""
        return [name for name in self.names if type(name) is str][:MAX_NAMES]

    def _begin(self) -> None:
        """Define the names that exist at the start of every notebook."""
        name = self.module.__name__
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
        """Run one cell and return the value of its last expression, or None.

        Parameters
        ----------
        source : str
            The cell's Python code.
        label : str
            What it is called in messages, such as ``neural_net/nets.ipynb, cell 3``.
        mode : str
            ``all``: the whole cell; ``rest``: from the statement that failed; ``definitions``: only
            statements that define and do not compute, each even if others fail; ``rescue``: the
            same, but only below the statement that failed; ``main``: only what stands under
            ``if __name__ == "__main__":``.
        names : collection of str
            For ``rest``, names that keep their present value; for ``rescue``, the names that are
            needed.
        """
        filename = self._statements.filename = f"{self._root}/{label}"
        lines = source.splitlines(keepends=True)
        linecache.cache[filename] = (len(source), None, lines, filename)
        if mode == "all":
            self._inputs.append(source)
        body = _parsed(source, filename, in_part=mode in ("rescue", "definitions"))
        if mode == "main":
            return self._statements.main(filter(is_main_part, body))
        if mode == "definitions":
            return self._statements.define(filter(defines_only, body))
        first = self._failed_at.get(label, 0)
        if mode == "rescue":
            below = filter(defines_only, body[first:])
            there = dict(self.names)  # may come from a later cell; a `*` import must not replace it
            missing = set(names) - there.keys()
            self._statements.define(node for node in below if bound_by(node) & missing)
            return self.names.update(there)
        kept = {name: self.names[name] for name in names if name in self.names}
        try:
            return self._all(body, first if mode == "rest" else 0, label)
        finally:
            self.names.update(kept)

    def statement(self, source: str) -> Any:
        """Run a statement for a magic; return its value if it is an expression."""
        return self._statements.statement(source)

    def apart(self, source: str, offset: int) -> None:
        """Run statements in a namespace of their own, as ``timeit`` does."""
        self._statements.apart(source, offset)

    def leave_out(self, text: str) -> None:
        """Note nothing: the reader of the notebook has already noted it."""

    def _all(self, body: list[ast.stmt], first: int, label: str) -> Any:
        value = None
        for index, node in enumerate(body[first:], first):
            try:
                value = self._statements.execute(keeping(node, self.names))
            except BaseException:
                self._failed_at[label] = index
                raise
        self._failed_at.pop(label, None)
        if plots := sys.modules.get("matplotlib.pyplot"):
            plots.close("all")  # as soon as they have been shown
        if value is not None:
            self._keep(value)
        return value

    def _keep(self, value: Any) -> None:
        """Keep a cell's value as ``_`` and in ``Out``, unless the notebook has its own ``_``."""
        self._outputs[len(self._inputs) - 1] = value
        if self.names.get("_", self._shown) is self._shown:
            self.names["_"] = self._shown = value


def _parsed(source: str, filename: str, *, in_part: bool) -> list[ast.stmt]:
    """Return the statements of a cell; with `in_part`, only those that are valid Python."""
    try:
        return ast.parse(source, filename).body
    except SyntaxError as error:
        if not in_part:
            raise
        parts = divided(source.encode("utf-8", "replace"), filename, error)
        return [part for part in parts if isinstance(part, ast.stmt)]


def _stay() -> None:
    """Replace ``exit`` and ``quit``, which would end the kernel before the cells below are run."""
