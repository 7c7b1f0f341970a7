"""Loads the submission's files as Python itself would, and finds functions in them."""

from __future__ import annotations

__all__ = ["Loader", "replaced"]

import contextlib
import importlib.util
import inspect
import itertools
import os
import sys
from pathlib import Path, PurePosixPath
from types import FunctionType
from typing import TYPE_CHECKING, Any

from grader.runner.cells import Cells
from grader.runner.failures import RefusedRequest
from grader.runner.files import Files
from grader.runner.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from types import ModuleType


class Loader:
    """The submission's modules.

    What every submission needs is done without path objects, which make a process that was just
    forked copy a hundred pages.

    Parameters
    ----------
    root : str
        Absolute path of the submission's root.
    paths : sequence of str
        Folders that go to the front of the import path: the exercise's folder, then the root.
    stub_paths : sequence of str
        Folders that go to its end: the course's own stubs, for files that the submission lacks.
    """

    def __init__(self, root: str, paths: Sequence[str], stub_paths: Sequence[str]) -> None:
        self.root = root
        self.files = Files(root)
        self._stub_paths = [os.path.normpath(path) for path in stub_paths]
        self._modules: dict[str, ModuleType] = {}
        self._cells: dict[str, Cells] = {}
        self._newest = next(reversed(sys.modules))  # the submission's imports come after this one
        sys.path[:0] = paths
        sys.path += stub_paths
        sys.dont_write_bytecode = True

    def load(self, file: str) -> ModuleType:
        """Run a file as a module named after it, so that its ``__main__`` part is not run.

        A TOML file is read instead, and its top-level names become the module's.
        """
        if file in self._modules:
            return self._modules[file]
        path = os.path.normpath(f"{self.root}/{file}")
        name, suffix = os.path.splitext(os.path.basename(path))  # noqa: PTH119, PTH122
        if suffix == ".toml":
            self._modules[file] = read_table(Path(path), file, self._template(file))
            return self._modules[file]
        module = sys.modules.get(name)
        if module is None or getattr(module, "__file__", None) != path:
            if suffix != ".py":
                raise RefusedRequest("missing", f"{file} is not a Python file")
            loader = self.files.loader(name, path)
            spec = importlib.util.spec_from_file_location(name, path, loader=loader)
            assert spec is not None  # noqa: S101  (for the type checker)
            module = importlib.util.module_from_spec(spec)
            sys.modules[name] = module
            try:
                loader.exec_module(module)
            except BaseException:
                sys.modules.pop(name, None)
                raise
        self._modules[file] = module
        return module

    def _template(self, file: str) -> Path | None:
        """Return the course's own stub of a file, None if there is none."""
        return Path(self._stub_paths[-1], file) if self._stub_paths else None

    def cells(self, file: str) -> Cells:
        """Return the cells that are run in place of a file, and make their module importable."""
        if file not in self._cells:
            path = PurePosixPath(file)
            self._cells[file] = Cells(path.stem, self.root)
            self._modules[file] = self._cells[file].module
            sys.modules[".".join(path.with_suffix("").parts)] = self._modules[file]
        return self._cells[file]

    def borrowed_stubs(self) -> list[str]:
        """Return the course's stubs that were imported because the submission lacks those files.

        Only modules that were imported with the submission are looked at: reading the others, even
        their names, would make a forked process copy their memory.
        """
        if not self._stub_paths:
            return []
        stubs = f"{self._stub_paths[-1]}{os.sep}"
        borrowed = []
        newer = itertools.takewhile(lambda name: name != self._newest, reversed(sys.modules))
        for name in list(newer):
            path = getattr(sys.modules.get(name), "__file__", None)
            if isinstance(path, str) and path.startswith(stubs):
                borrowed.append(path.removeprefix(stubs).replace(os.sep, "/"))
        return sorted(borrowed)

    def attribute(self, file: str, name: str) -> Any:
        """Return the value of a name in a file; raise `RefusedRequest` if it is not defined."""
        module = self.load(file)
        if not hasattr(module, name):
            own = self.files.of(module)
            kind = "unrun" if own is not None and own.sleeps(name) else "missing"
            raise RefusedRequest(kind, f"`{name}` is not defined in {file}")
        return getattr(module, name)

    def wake(self, file: str, name: str) -> None:
        """Run the parts under ``if __name__ == "__main__":`` that may define a name."""
        own = self.files.of(self.load(file))
        if own is not None:
            own.wake(name)

    def function(self, file: str, name: str, count: int) -> Callable[..., Any]:
        """Return a function that takes `count` positional arguments."""
        function = self.attribute(file, name)
        if not callable(function):
            kind = type(function).__name__[:200]
            raise RefusedRequest("missing", f"`{name}` in {file} is a {kind}, not a function")
        if _plainly_takes(function, count):
            return function  # type: ignore[no-any-return]
        try:
            signature = inspect.signature(function)
        except (ValueError, TypeError):
            return function  # type: ignore[no-any-return]
        try:
            signature.bind(*range(count))
        except TypeError as error:
            raise RefusedRequest("signature", f"{name}{signature}: {error}"[:400]) from None
        return function  # type: ignore[no-any-return]


def _plainly_takes(function: Any, count: int) -> bool:
    """Say whether an ordinary function takes so many arguments; False if in doubt."""
    if type(function) is not FunctionType or vars(function):  # as a decorator leaves it
        return False
    code = function.__code__
    most, named = code.co_argcount, code.co_kwonlyargcount
    least = most - len(function.__defaults__ or ())
    many = bool(code.co_flags & inspect.CO_VARARGS)
    return least <= count and (count <= most or many) and not named


@contextlib.contextmanager
def replaced(module: ModuleType, functions: Mapping[str, Callable[..., Any]]) -> Iterator[None]:
    """Replace functions of a module under these names while the context lasts."""
    before = {name: getattr(module, name) for name in functions if hasattr(module, name)}
    for name, function in functions.items():
        setattr(module, name, function)
    try:
        yield
    finally:
        for name in functions:
            if name in before:
                setattr(module, name, before[name])
            else:
                delattr(module, name)
