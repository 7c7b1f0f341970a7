"""The submission's Python files: found where Python finds them, and run so that none is lost whole.

A file is compiled and run as a whole, exactly as Python does it. Only where a statement has failed
it goes on with the one below, statement by statement, as a notebook does with its cells: what
fails costs what needs it. What has failed is kept, for the judge to tell.
"""

from __future__ import annotations

__all__ = ["Files"]

import importlib.util
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

from grader.runner.failures import relative
from grader.runner.file import File
from grader.runner.guards import guarded
from grader.runner.lacking import Lacking

if TYPE_CHECKING:
    from collections.abc import Callable
    from importlib.machinery import ModuleSpec
    from types import FrameType, ModuleType

    from grader.runner.file import Failure

MAX_FAILURES = 100


class Files:
    """All Python files of a submission.

    Parameters
    ----------
    root : str
        Absolute path of the submission's root; files outside of it are Python's own matter.
    """

    def __init__(self, root: str) -> None:
        self.root = root
        self.hurried = False
        self.careful: Callable[[str, int], object] | None = None
        self._skipped: set[tuple[str, int]] = set()
        self._files: dict[int, File] = {}
        self._failures: list[Failure] = []
        self._running: list[tuple[str, str]] = []  # files that are being run, and as what module

    def install(self) -> None:
        """Let imports of the submission's files come here."""
        sys.path_hooks.insert(0, self._finder)
        sys.meta_path.append(Lacking(f"{self.root}{os.sep}"))
        for path in [path for path in sys.path_importer_cache if path.startswith(self.root)]:
            del sys.path_importer_cache[path]
        importlib.util.spec_from_file_location = self._spec

    def loader(self, name: str, path: str) -> SourceFileLoader:
        """Return what loads a file as a module."""
        return _Loader(self, name, path)

    def of(self, module: ModuleType) -> File | None:
        """Return the file that was run as a module, None where it is none of these."""
        return self._files.get(id(module))

    # ------------------------------------------------------------------ what the judge orders

    def obey(
        self,
        skipped: set[tuple[str, int]],
        *,
        hurried: bool,
        tell: Callable[[str, int], object] | None,
    ) -> None:
        """Take the judge's orders for the files that are loaded next.

        Parameters
        ----------
        skipped : set of (str, int)
            File and line of statements that are not run.
        hurried : bool
            Whether only imports, definitions and constants are run.
        tell : callable, optional
            Is told of each statement before it is run.
        """
        self._skipped, self.hurried, self.careful = skipped, hurried, tell

    def skips(self, path: str, first: int, last: int) -> int:
        """Return the line for which a statement is not to be run; 0 where it is."""
        own = relative(path, self.root)
        lines = [line for file, line in self._skipped if file == own and first <= line <= last]
        return min(lines, default=0)

    @property
    def singly(self) -> bool:
        """Whether each statement is to be looked at before it is run."""
        return bool(self._skipped or self.hurried or self.careful)

    # ------------------------------------------------------------------ what is told

    def add(self, failure: Failure) -> None:
        """Keep what has failed."""
        if len(self._failures) < MAX_FAILURES:
            self._failures.append(failure)

    def told(self) -> list[dict[str, Any]]:
        """Return what has failed since this was last asked, as plain data."""
        failures, self._failures = self._failures, []
        return [failure.told() for failure in failures]

    def forget(self) -> None:
        """Forget what has failed and was not told."""
        self._failures.clear()

    def is_guarded(self, error: BaseException) -> bool:
        """Say whether whoever imports the file that is being run is prepared for it to fail."""
        return guarded(error, f"{self.root}{os.sep}")

    def run(self, module: ModuleType, path: str) -> None:
        """Run a file in its module."""
        # A file that imports itself anew fails as it would without us: were each of its runs to go
        # on below the failing line, it would be run without end.
        key = (path, str(vars(module).get("__name__")))
        file = self._files[id(module)] = File(self, module, path, again=key in self._running)
        self._running.append(key)
        try:
            file.run()
        finally:
            self._running.pop()

    def place(self, frame: FrameType | None) -> tuple[str, int]:
        """Return file and line of the statement of a file, outside of functions, that is being run.

        Of the file that was imported last, where one imports another; empty where there is none.
        """
        while frame is not None:
            file = relative(frame.f_code.co_filename, self.root)
            if file is not None and frame.f_code.co_name == "<module>":
                return file, frame.f_lineno
            frame = frame.f_back
        return "", 0

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
        """Stand for `importlib.util.spec_from_file_location`."""
        if loader is None and location is not None:
            path = str(Path(location).resolve())
            if self._is_inside(path) and path.endswith(tuple(SOURCE_SUFFIXES)):
                loader = _Loader(self, name, path)
        return _spec_from_file_location(name, location, loader=loader, **options)


_spec_from_file_location = importlib.util.spec_from_file_location


class _Loader(SourceFileLoader):
    """Loads a file as Python does, but for what happens when it fails."""

    def __init__(self, files: Files, name: str, path: str) -> None:
        super().__init__(name, path)
        self._files = files

    def exec_module(self, module: ModuleType) -> None:
        """Run the file."""
        self._files.run(module, self.path)
