"""The submission's Python files: found where Python finds them, and run so that none is lost whole.

A file is compiled and run as a whole, exactly as Python does it. Only after a statement has failed,
the statements below are run one by one, as a notebook does with its cells: a failure then costs
only the code that needs it. The failures are kept and sent to the judge.
"""

from __future__ import annotations

__all__ = ["Files", "know_folders"]

import importlib.util
import itertools
import os
import sys
from functools import partial
from importlib.machinery import (
    BYTECODE_SUFFIXES,
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    SourceFileLoader,
    SourcelessFileLoader,
)
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.runner.elsewhere import Elsewhere
from grader.runner.file import File
from grader.runner.lacking import Lacking
from grader.runner.load_record import LoadRecord

if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from types import ModuleType


class Files(LoadRecord):
    """All Python files of a submission.

    Parameters
    ----------
    root : str
        Absolute path of the submission's root; files outside it are left to Python.
    """

    def __init__(self, root: str) -> None:
        super().__init__(root)
        self.lacking = Lacking(f"{root}{os.sep}")
        self._files: dict[int, File] = {}
        self._running: list[tuple[str, str]] = []  # files that are being run, and as what module

    def install(self) -> None:
        """Make this object find and load the submission's files when they are imported."""
        sys.path_hooks.insert(0, self._finder)
        sys.meta_path += [Elsewhere(self.root, self.loader), self.lacking]
        for path in _newer_folders():
            if path.startswith(self.root):
                del sys.path_importer_cache[path]
        importlib.util.spec_from_file_location = self._spec

    def loader(self, name: str, path: str) -> SourceFileLoader:
        """Return the loader that runs a file as a module."""
        return _Loader(self, name, path)

    def of(self, module: ModuleType) -> File | None:
        """Return the `File` that was run as a module, None if there is none."""
        return self._files.get(id(module))

    def run(self, module: ModuleType, path: str) -> None:
        """Run a file in its module."""
        # If a file that imports itself under the same name went on below each failing line, it
        # would run without end. So it fails there, as it would in plain Python.
        key = (path, str(vars(module).get("__name__")))
        file = self._files[id(module)] = File(self, module, path, again=key in self._running)
        folder = os.path.join(self.root, module.__name__)  # noqa: PTH118  (see `Loader`)
        if not hasattr(module, "__path__") and os.path.isdir(folder):  # noqa: PTH112
            module.__path__ = [folder]  # `gradient.helper` is a file beside `gradient.py`
        self._running.append(key)
        try:
            file.run()
        finally:
            self._running.pop()

    # ------------------------------------------------------------------ finding

    def _is_inside(self, path: object) -> bool:
        if not isinstance(path, str):
            return False
        path = str(Path(path).resolve())
        return path == self.root or path.startswith(f"{self.root}{os.sep}")

    def _finder(self, path: str) -> FileFinder:
        if not self._is_inside(path) or not Path(path).is_dir():
            raise ImportError("none of the submission's folders", path=path)
        return FileFinder(
            str(Path(path).resolve()),
            (ExtensionFileLoader, EXTENSION_SUFFIXES),
            (partial(_Loader, self), SOURCE_SUFFIXES),  # type: ignore[arg-type]
            (SourcelessFileLoader, BYTECODE_SUFFIXES),
        )

    def _spec(
        self, name: str, location: Any = None, *, loader: Any = None, **options: Any
    ) -> ModuleSpec | None:
        """Replace `importlib.util.spec_from_file_location`."""
        if loader is None and location is not None:
            path = str(Path(location).resolve())
            if self._is_inside(path) and path.endswith(tuple(SOURCE_SUFFIXES)):
                loader = _Loader(self, name, path)
        return _spec_from_file_location(name, location, loader=loader, **options)


def know_folders() -> None:
    """Note which folders Python has imported from before there is any submission.

    Even reading their names later would make each forked process copy their memory.
    """
    _known[:] = [next(reversed(sys.path_importer_cache), "")]


def _newer_folders() -> list[str]:
    """Return the folders since then; all of them if that is not known."""
    return list(itertools.takewhile(lambda path: path not in _known, reversed(_cache())))


def _cache() -> dict[str, object]:
    return sys.path_importer_cache  # type: ignore[return-value]


_known: list[str] = []
_spec_from_file_location = importlib.util.spec_from_file_location


class _Loader(SourceFileLoader):
    """Loads a file as Python does, except for what happens when it fails."""

    def __init__(self, files: Files, name: str, path: str) -> None:
        super().__init__(name, path)
        self._files = files

    def exec_module(self, module: ModuleType) -> None:
        """Run the file."""
        self._files.run(module, self.path)
