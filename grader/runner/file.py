"""One Python file of the submission: run as a whole, and statement by statement after a failure."""

from __future__ import annotations

__all__ = ["File"]

import ast
import builtins
import contextlib
import io
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.runner.definitions import bound_by, defines_only, is_main_part, mentions
from grader.runner.deletions import deletes, needed_in, without_deletions
from grader.runner.failures import describe, relative
from grader.runner.load_record import MAX_NAMES, Failure
from grader.runner.marimo import flattened, is_marimo
from grader.runner.parts import Broken, divided
from grader.runner.relatives import imports_relatively, parsed
from grader.runner.shell import Shell, silent_display
from grader.runner.shims import Nothing
from grader.runner.statements import FUTURES, Defining, Statements
from grader.wire.replies import FailedLine, Raised

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import CodeType, ModuleType, TracebackType

    from grader.runner.load_record import LoadRecord

    Part = ast.stmt | Broken

LEAVING = "_sitebuiltins.py"  # where `exit` and `quit` are
_TRACEBACK: Any = BaseException.__dict__["__traceback__"]


class File:
    """A file and its module.

    Parameters
    ----------
    record : LoadRecord
        What the judge ordered for loading, and what has failed so far.
    module : ModuleType
        The module whose namespace the file fills.
    path : str
        The path of the file.
    again : bool
        Whether an outer run of the same file is under way; that run then handles the failures.
    """

    def __init__(
        self, record: LoadRecord, module: ModuleType, path: str, *, again: bool = False
    ) -> None:
        self._record = record
        self._module = module
        self._path = path
        self._again = again
        self._statements = Statements(vars(module), path)
        self._woken: set[str] = set()
        self._done: dict[int, int] = {}  # by line of a main part: how many of its statements ran
        self._failed = False
        self._hurry: Failure | None = None  # all statements skipped in a hurry are told as one

    def run(self) -> None:
        """Run the file.

        Raises
        ------
        BaseException
            What a statement has raised, if the importing statement would catch it; a
            `SyntaxError` if no statement of the file can be read.
        """
        with io.open(self._path, "rb") as opened:  # noqa: UP020  (the name may be the submission's)
            source = opened.read()
        names = self._statements.names
        if b"get_ipython" in source:  # as Jupyter's export has it
            self._be_a_notebook()
        try:
            code: CodeType = compile(source, self._path, "exec", dont_inherit=True)
        except SyntaxError as error:
            if self._record.is_guarded(error):
                raise
            return self._run_divided(source, error)
        self._statements.flags = code.co_flags & FUTURES
        if is_marimo(source) and (cells := self._cells(source)):
            return self._go_on(cells)
        if imports_relatively(source) or deletes(source):
            code = compile(self._parsed(source), self._path, "exec", dont_inherit=True)
        if self._record.singly:
            return self._go_on(self._parsed(source).body)
        try:
            exec(code, names)  # noqa: S102  (the submission's own code, in its process)
        except BaseException as error:
            body = self._parsed(source).body
            index = _index(body, code, _TRACEBACK.__get__(error))
            if index is None or self._again or self._record.is_guarded(error):
                raise
            self._go_on(body[index:], error)
        return None

    def _parsed(self, source: bytes) -> ast.Module:
        package = vars(self._module).get("__package__")
        tree = parsed(source, self._path, self._record.root, package)
        if deletes(source):
            needed = needed_in(tree.body)
            tree.body = [without_deletions(statement, needed) for statement in tree.body]
        return tree

    def _run_divided(self, source: bytes, error: SyntaxError) -> None:
        parts = divided(source, self._path, error)
        self._be_a_notebook()
        self._go_on(parts)

    def _cells(self, source: bytes) -> list[ast.stmt]:
        """Return the statements in the cells of a marimo notebook; an empty list if it is none."""
        cells, marimo = flattened(self._parsed(source).body)
        self._statements.names.update(dict.fromkeys(marimo, Nothing()))
        return cells

    def _be_a_notebook(self) -> None:
        """Define the names that only Jupyter has, unless the file defines them itself."""
        shell = Shell(self)
        self._statements.names.setdefault("get_ipython", lambda: shell)
        if not hasattr(builtins, "display"):
            self._statements.names.setdefault("display", silent_display)

    # ------------------------------------------------------------------ statement by statement

    def _go_on(self, parts: Sequence[Part], error: BaseException | None = None) -> None:
        """Run statements; `error`, if given, is what the first one has raised already."""
        for index, part in enumerate(parts):
            problem = error if error is not None and index == 0 else self._attempt(part)
            if problem is None:
                continue
            if self._again or (not self._failed and self._record.is_guarded(problem)):
                raise problem
            self._failed = True
            self._fails(part, problem)
            if _ends(part, problem, self._record.root):
                self._run_below_the_end(parts[index + 1 :])
                return

    def _attempt(self, part: Part) -> BaseException | None:
        """Run a statement, unless it is to be skipped, and return what it raised."""
        if isinstance(part, Broken):
            return part.error
        if self._is_left_out(part):
            return None
        if self._record.careful and not isinstance(part, ast.FunctionDef | ast.ClassDef):
            self._record.careful(self._shown, part.lineno)
        try:
            self._statements.execute(part)
        except BaseException as error:  # noqa: BLE001  (it costs none below it, whatever it is)
            return error
        return None

    def _is_left_out(self, node: ast.stmt) -> bool:
        if line := self._record.skips(self._path, node.lineno, node.end_lineno or node.lineno):
            self._record.add(self._failure("skipped", line, names=bound_by(node)))
            return True
        if not self._record.hurried or defines_only(node):
            return False
        if self._hurry is None:
            self._hurry = self._failure("hurried", node.lineno)
            self._record.add(self._hurry)
        self._hurry.names |= bound_by(node)
        return True

    def _fails(self, part: Part, error: BaseException) -> None:
        names = set(part.names) if isinstance(part, Broken) else bound_by(part)
        line = part.error.lineno or 0 if isinstance(part, Broken) else part.lineno
        failure = self._failure("", self._line(error) or line, names=names)
        failure.line = failure.line._replace(raised=describe(error, self._record.root))
        if isinstance(part, Broken | ast.Assign | ast.AnnAssign | Defining):
            kept = sorted(names & self.names.keys())[:MAX_NAMES]
            failure.line = failure.line._replace(kept=kept)
        self._record.add(failure)
        if isinstance(part, ast.stmt) and isinstance(error, Exception):
            self._statements.rescue(part, error)

    def _line(self, error: BaseException) -> int:
        """Return the line at the top level of this file from which an error was raised."""
        traceback = _TRACEBACK.__get__(error)
        while traceback is not None:
            code = traceback.tb_frame.f_code
            if code.co_filename == self._path and code.co_name == "<module>":
                return int(traceback.tb_lineno)
            traceback = traceback.tb_next
        own = isinstance(error, SyntaxError) and error.filename == self._path
        return error.lineno or 0 if isinstance(error, SyntaxError) and own else 0

    def _failure(
        self, kind: str, line: int, *, message: str = "", names: set[str] | None = None
    ) -> Failure:
        failed = FailedLine(self._shown, line, Raised(kind=kind, message=message[:200]))
        return Failure(self._module, failed, set(names or ()))

    @property
    def _shown(self) -> str:
        return relative(self._path, self._record.root) or ""

    def _run_below_the_end(self, parts: Sequence[Part]) -> None:
        """After the line that ends the program, run only statements that define missing names.

        Other definitions are not run: an old version of a function there would replace the new one.
        """
        for part in parts:
            names = set() if isinstance(part, Broken) else bound_by(part)
            if isinstance(part, Broken) or (names and names == self._statements.missing(part)):
                self._go_on([part])

    # ------------------------------------------------------------------ running main parts late

    def sleeps(self, name: str) -> bool:
        """Say whether the part under ``if __name__ == "__main__":`` may define a name."""
        return name not in self._woken and any(name in bound_by(part) for part in self._sleeping())

    def wake(self, name: str) -> None:
        """Run the main parts that may define a name, up to the last statement that mentions it."""
        self._woken.add(name)
        with self._as_main():
            for part in self._sleeping():
                if name in bound_by(part):
                    uses = [i for i, inner in enumerate(part.body) if mentions(inner, name)]
                    done, last = self._done.get(part.lineno, 0), max(uses, default=-1)
                    self._done[part.lineno] = max(done, last + 1)
                    self._go_on(part.body[done : last + 1])

    def _sleeping(self) -> list[ast.If]:
        try:
            body = self._parsed(Path(self._path).read_bytes()).body
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
            body = []
        return [part for part in body if isinstance(part, ast.If) and is_main_part(part)]

    @contextlib.contextmanager
    def _as_main(self) -> Iterator[None]:
        names = self._statements.names
        name, names["__name__"] = names.get("__name__"), "__main__"
        try:
            yield
        finally:
            names["__name__"] = name

    # ------------------------------------------------------------------ for the shell

    @property
    def names(self) -> dict[str, Any]:
        """The namespace."""
        return self._statements.names

    def leave_out(self, text: str) -> None:
        """Note what is not run, such as ``!pip install``."""
        _, line = self._record.place(sys._getframe())  # noqa: SLF001  (its name alone is private)
        self._record.add(self._failure("left_out", line, message=text))

    def statement(self, source: str) -> Any:
        """Run a statement given as text; return its value if it is an expression."""
        return self._statements.statement(source)

    def apart(self, source: str, offset: int) -> None:
        """Run statements in a namespace of their own."""
        self._statements.apart(source, offset)


def _index(body: Sequence[ast.stmt], code: CodeType, traceback: TracebackType | None) -> int | None:
    """Return the index of the module's statement that was running; None if it is not known."""
    while traceback is not None and traceback.tb_frame.f_code is not code:
        traceback = traceback.tb_next
    if traceback is None:
        return None
    positions = list(code.co_positions())[traceback.tb_lasti // 2]
    place = (positions[0] or traceback.tb_lineno, positions[2])
    found = None
    for index, node in enumerate(body):
        first = min((node, *getattr(node, "decorator_list", ())), key=lambda n: n.lineno)
        begin = (first.lineno, first.col_offset)
        if begin > (place[0], place[1] if place[1] is not None else begin[1]):
            break
        found = index
    return found


def _ends(part: Part, error: BaseException, root: str) -> bool:
    """Say whether the author ends the program with this statement, as by ``exit()``.

    An exit inside a library does not count, as when `argparse` misses an argument.
    """
    if isinstance(part, Broken):
        return part.opens
    if not isinstance(error, SystemExit):
        return isinstance(part, ast.Raise)
    traceback = _TRACEBACK.__get__(error)
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    if traceback is None:
        return True
    file = traceback.tb_frame.f_code.co_filename
    return file.endswith(LEAVING) or relative(file, root) is not None
